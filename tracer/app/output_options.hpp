// tracer/app/output_options.hpp - the options that say what the output looks like, the same for every command.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "app/command_line.hpp"
#include "app/picture_options.hpp"
#include "app/report.hpp"
#include "app/terminal.hpp"

namespace sockstep::app {

struct OutputOptions {
    StyleOptions style;
    bool json = false;
    bool summary = false;
    std::uint64_t connection = 0;
    std::string trace;                  // the file to keep it in; empty: none
    std::vector<std::string> pictures;  // files to be drawn into
    PictureWishes picture;

    ReportOptions report() const {
        return {style_of_standard_output(style), json, summary, connection, !trace.empty()};
    }
};

/// The exit status of a command that has shown `totals`: 1, and a line that says so, if the connection it was to show
/// did not occur, otherwise 0.
int status_of(const OutputOptions& options, const render::Totals& totals);

/// Adds --json, --summary, --connection, --why, --ascii and --width to `command`, to be stored in `options`.
void add_output_options(CLI::App& command, OutputOptions& options);

/// Adds -o.
void add_trace_option(CLI::App& command, OutputOptions& options);
/// Adds --draw, and the options of its picture.
void add_picture_option(CLI::App& command, OutputOptions& options);

}  // namespace sockstep::app
