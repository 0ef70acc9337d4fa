// tracer/app/output_options.hpp - the options that say what the output looks like, the same for every command.
#pragma once

#include <CLI/CLI.hpp>

#include "app/report.hpp"
#include "app/terminal.hpp"

namespace sockstep::app {

struct OutputOptions {
    StyleOptions style;
    bool json = false;
    bool summary = false;
    std::uint64_t connection = 0;

    ReportOptions report() const { return {style_of_standard_output(style), json, summary, connection}; }
};

/// Adds --json, --summary, --connection, --why, --ascii and --width to `command`, to be stored in `options`.
void add_output_options(CLI::App& command, OutputOptions& options);

}  // namespace sockstep::app
