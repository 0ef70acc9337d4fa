// tracer/app/demo_command.cpp - sockstep demo and sockstep doctor on the command line.
#include <fmt/format.h>

#include <memory>
#include <random>
#include <sstream>
#include <string>
#include <string_view>

#include "app/commands.hpp"
#include "app/demo.hpp"
#include "app/doctor.hpp"
#include "app/messages.hpp"
#include "app/output.hpp"
#include "app/output_options.hpp"
#include "app/report.hpp"
#include "explain/words.hpp"

namespace sockstep::app {

namespace {

int play(const OutputOptions& options) {
    Output output;
    Report report{options.report(), output, std::random_device{}()};
    const DemoEvents events{
        .frame = [&](const record::Frame& frame) { report.add(frame); },
        .line = [&](base::Timestamp time, std::string_view program, std::string_view text,
                    bool typed) { report.add_output(time, program, typed, text); },
        .notice = [](std::string_view text) { say(text); },
    };
    const DemoResult result = demo({}, events);
    report.finish();
    for (const std::string& end : result.program_ends) {
        say(end);
    }
    if (result.dropped_frames > 0) {
        say(fmt::format("the kernel dropped {}",
                        explain::count(static_cast<std::int64_t>(result.dropped_frames), "frame")));
    }
    return result.interrupted || result.dropped_frames > 0 ? 1 : status_of(options, report.totals());
}

}  // namespace

void add_demo(CLI::App& app, int& status) {
    auto options = std::make_shared<OutputOptions>();
    CLI::App* command = app.add_subcommand(
        "demo", "Run a chat server and two clients on this machine, and explain every segment of their conversation");
    add_output_options(*command, *options);
    command->callback([options, &status] { status = play(*options); });
}

void add_doctor(CLI::App& app, int& status) {
    auto json = std::make_shared<bool>(false);
    CLI::App* command = app.add_subcommand("doctor", doctor_help);
    command->add_flag("--json", *json, "Print JSON lines, one check a line");
    command->callback([json, &status] {
        std::ostringstream text;
        status = doctor(text, *json);
        Output output;
        output.write(text.str());
        output.flush();
    });
}

}  // namespace sockstep::app
