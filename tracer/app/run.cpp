// tracer/app/run.cpp - sockstep run: programs of the user's choice, with their calls and their segments.
#include <fmt/format.h>
#include <unistd.h>

#include <memory>
#include <random>
#include <string>

#include "app/capture_place.hpp"
#include "app/commands.hpp"
#include "app/messages.hpp"
#include "app/numbers.hpp"
#include "app/output.hpp"
#include "app/run_plan.hpp"
#include "app/run_report.hpp"
#include "app/run_stage.hpp"
#include "explain/words.hpp"

namespace sockstep::app {

namespace {

std::vector<render::Role> roles_of(const RunPlan& plan) {
    std::vector<render::Role> roles;
    for (const PlannedProgram& program : plan.programs) {
        roles.push_back({program.name, program.command(), program.is_server ? tcp::Side::Server : tcp::Side::Client});
    }
    return roles;
}

/// A program that has the user's terminal and a ladder that grows there would write over each other.
bool is_held_back(const RunPlan& plan) {
    return ::isatty(STDOUT_FILENO) == 1 && std::ranges::any_of(plan.programs, &PlannedProgram::attached);
}

int run(const RunPlan& plan) {
    if (!plan.calls_only) {
        find_a_place_to_capture("the run", [](std::string_view text) { say(text); });
    }
    Output output;
    RunReport report{{plan.output.report(), is_held_back(plan)}, roles_of(plan), output, std::random_device{}()};
    RunStage stage{plan, report};
    const RunResult result = stage.play();
    report.finish();
    if (result.dropped_frames > 0) {
        say(fmt::format("the kernel dropped {}: segments are missing",
                        explain::count(static_cast<std::int64_t>(result.dropped_frames), "frame")));
    }
    if (result.late > 0) {
        say(fmt::format("{} came late and may stand after what followed",
                        explain::count(static_cast<std::int64_t>(result.late), "record")));
    }
    if (!result.failure.empty()) {
        say(result.failure);
    }
    const int status = status_of(plan.output, report.totals());
    say(result.ends);
    return result.success && result.dropped_frames == 0 ? status : 1;
}

/// CLI11 hands over the values of each option by itself; the order of --type and --type-file is what it parsed.
void take_typed(const CLI::App& command, RunOptions& options) {
    std::size_t lines = 0;
    std::size_t files = 0;
    for (const CLI::Option* option : command.parse_order()) {
        const bool is_file = option->check_name("--type-file");
        if (is_file || option->check_name("--type")) {
            options.typed.push_back({is_file, option->results().at(is_file ? files++ : lines++)});
        }
    }
}

constexpr const char* about =
    "Run programs, and show every socket call they make joined with the TCP segments it caused. COMMAND is split into "
    "words as a shell does it (quotes, backslashes), but no shell is started: for pipes and variables write "
    "\"sh -c '...'\". NAME= before it names the program, so for an environment variable write 'env VARIABLE=value "
    "COMMAND'. Segments are those of this machine's loopback interface, of connections in which a traced socket takes "
    "part.";

void add_programs(CLI::App& command, RunOptions& options) {
    const auto repeatable = [](CLI::Option* option, const char* type) {
        option->type_name(type)->allow_extra_args(false)->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
    };
    repeatable(
        command.add_option("-s,--server", options.servers, "A server: started first [named server, server2 ...]"),
        "[NAME=]COMMAND");
    repeatable(command.add_option("-c,--client", options.clients,
                                  "A client: started once every server listens [named client, client2 ...]"),
               "[NAME=]COMMAND");
    command.add_option("COMMAND", options.command, "One program, after --, instead of -s and -c [named program]")
        ->type_name("");
    command.add_option("--wait", options.wait, "How long servers may take to listen [10]")
        ->check(seconds(0.001, 1e9))
        ->type_name("SECONDS");
    static_cast<void>(options);
}

void add_input(CLI::App& command, RunOptions& options, std::vector<std::string>& lines,
               std::vector<std::string>& files) {
    const auto repeatable = [](CLI::Option* option, const char* type) {
        option->type_name(type)->allow_extra_args(false)->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
    };
    repeatable(command.add_option("--type", lines,
                                  "Type a line when the program waits for input; when all are typed, its input ends"),
               "NAME='LINE'");
    repeatable(command.add_option("--type-file", files, "Type the lines of a file"), "NAME=FILE");
    command
        .add_option("--attach", options.attach,
                    "Give the program your terminal; if the ladder goes there too, it comes when the run has ended")
        ->type_name("NAME");
}

}  // namespace

void add_run(CLI::App& app, int& status) {
    struct Everything {
        RunOptions options;
        std::vector<std::string> lines;
        std::vector<std::string> files;
    };
    auto all = std::make_shared<Everything>();
    CLI::App* command = app.add_subcommand("run", about);
    add_programs(*command, all->options);
    add_input(*command, all->options, all->lines, all->files);
    command
        ->add_option("--until", all->options.until,
                     "End when the servers, a program or a time has ended [when all clients have]")
        ->type_name("server|NAME|SECONDS");
    command->add_flag("--calls-only", all->options.calls_only,
                      "No segments: needs no right to capture, and stays in the present network");
    add_output_options(*command, all->options.output);
    command->callback([all, command, &status] {
        take_typed(*command, all->options);
        status = run(plan_of(all->options));
    });
}

}  // namespace sockstep::app
