// tracer/app/output_options.cpp - the options of the output, declared.
#include "app/output_options.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <limits>

#include <CLI/CLI.hpp>

#include "app/messages.hpp"
#include "app/numbers.hpp"
#include "app/picture.hpp"
#include "explain/words.hpp"

namespace sockstep::app {

int status_of(const OutputOptions& options, const render::Totals& totals) {
    if (options.connection <= totals.connections) {
        return 0;
    }
    const std::string all = explain::count(static_cast<std::int64_t>(totals.connections), "connection");
    say(fmt::format("--connection {}: {}", options.connection,
                    totals.connections == 0 ? "there is no TCP at all" : "there is no such one among " + all));
    return 1;
}

void add_output_options(CLI::App& command, OutputOptions& options) {
    auto* json = command.add_flag("--json", options.json, "Print JSON lines, one record a line");
    auto* summary = command.add_flag("--summary", options.summary, "Print connections only, each when it has ended");
    command.add_option("--connection", options.connection, "Print only connection number N")
        ->transform(whole_number(1, std::numeric_limits<std::uint64_t>::max()))
        ->type_name("N");
    command.add_flag("--why", options.style.why, "Add the rules behind each sentence, with their sources")
        ->excludes(json)
        ->excludes(summary);
    command.add_flag("--ascii", options.style.ascii, "Draw with ASCII characters only")->excludes(json);
    command.add_option("--width", options.style.width, "Columns to use [the terminal's, or 80]")
        ->transform(whole_number(narrowest, widest))
        ->type_name("N")
        ->excludes(json);
}

namespace {

/// Other endings promise another format.
std::string objection_to_name(const std::string& name) {
    if (name == "-") {
        return "standard output is taken, so - cannot be written to";
    }
    const std::string ending = std::filesystem::path{name}.extension().string();
    return ending.empty() || ending == ".pcapng"
               ? std::string{}
               : fmt::format("a trace is a pcapng file: call it {}, and sockstep convert makes others of it",
                             std::filesystem::path{name}.replace_extension(".pcapng").string());
}

}  // namespace

void add_trace_option(CLI::App& command, OutputOptions& options) {
    command
        .add_option("-o,--output", options.trace,
                    "Keep everything in a file: sockstep read shows it again, and Wireshark opens it")
        ->check(CLI::Validator{objection_to_name, ""})
        ->type_name("FILE.pcapng");
}

void add_picture_option(CLI::App& command, OutputOptions& options) {
    command
        .add_option("--draw", options.pictures,
                    "Draw the run into a file when it has ended: .svg .png .dot .html .txt; may be repeated")
        ->check(CLI::Validator{objection_to_picture, ""})
        ->type_name("PICTURE")
        ->allow_extra_args(false)
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
    add_picture_options(command, options.picture);
}

}  // namespace sockstep::app
