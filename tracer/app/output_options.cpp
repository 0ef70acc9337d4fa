// tracer/app/output_options.cpp - the options of the output, declared.
#include "app/output_options.hpp"

namespace sockstep::app {

void add_output_options(CLI::App& command, OutputOptions& options) {
    auto* json = command.add_flag("--json", options.json, "Print JSON lines, one record a line");
    command.add_flag("--summary", options.summary, "Print connections only, each when it has ended");
    command.add_option("--connection", options.connection, "Print only connection number N")
        ->check(CLI::PositiveNumber)
        ->option_text("N");
    command.add_flag("--why", options.style.why, "Add the rules behind each sentence, with their sources")
        ->excludes(json);
    command.add_flag("--ascii", options.style.ascii, "Draw with ASCII characters only")->excludes(json);
    command.add_option("--width", options.style.width, "Columns to use [the terminal's, or 80]")
        ->check(CLI::Range(40, 1000))
        ->option_text("N")
        ->excludes(json);
}

}  // namespace sockstep::app
