// tracer/app/run.cpp - sockstep run: programs of the user's choice, with their calls and their segments.
#include "app/run.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <memory>
#include <optional>
#include <random>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <CLI/CLI.hpp>

#include "app/capture_place.hpp"
#include "app/commands.hpp"
#include "app/lines.hpp"
#include "app/messages.hpp"
#include "app/numbers.hpp"
#include "app/output.hpp"
#include "app/picture.hpp"
#include "app/run_plan.hpp"
#include "app/run_report.hpp"
#include "app/run_stage.hpp"
#include "app/step_desk.hpp"
#include "app/trace_keeper.hpp"
#include "app/trace_view.hpp"
#include "app/wire_plan.hpp"
#include "explain/words.hpp"
#include "os/fd.hpp"
#include "os/file.hpp"
#include "os/silent_control.hpp"

namespace sockstep::app {

namespace {

std::vector<render::Role> planned_roles(const RunPlan& plan) {
    std::vector<render::Role> roles;
    for (const PlannedProgram& program : plan.programs) {
        roles.push_back({program.name, program.command(), program.is_server ? tcp::Side::Server : tcp::Side::Client});
    }
    return roles;
}

bool is_stepped(const RunPlan& plan) {
    return plan.lab && plan.lab->stepped;
}

/// A program that has the user's terminal and a ladder that grows there would write over each other.
bool is_held_back(const RunPlan& plan) {
    return ::isatty(STDOUT_FILENO) == 1 && std::ranges::any_of(plan.programs, &PlannedProgram::attached);
}

/// In one line: why there is no lab, what to type, what works all the same.
std::string without_a_lab(const os::Refusal& refusal, bool stepped) {
    const std::string remedy = refusal.remedy.empty() ? "" : "; " + refusal.remedy;
    const std::string command = refusal.command.empty() ? "" : ": " + refusal.command;
    return fmt::format("the lab network is refused here: {}{}{}; without it {} works", refusal.reason, remedy, command,
                       stepped ? "sockstep run --loopback" : "--loopback");
}

std::optional<labnet::Network> make_network(const RunPlan& plan) {
    std::optional<labnet::Network> network;
    try {
        network.emplace(plan.lab->network);
    } catch (const labnet::Refused& refused) {
        throw std::runtime_error{without_a_lab(refused.refusal(), plan.lab->stepped)};
    }
    for (const std::string& setting : network->refused_settings()) {
        say(setting);
    }
    return network;
}

/// Says why, if the file is not whole.
bool finish_well(TraceKeeper& keeper, const RunReport& report) {
    keeper.finish(report.timeline());
    if (!keeper.failure().empty()) {
        say(keeper.failure());
    }
    return keeper.failure().empty();
}

/// What cannot be kept is refused before anything runs, and before we move into a network of our own.
std::optional<os::Fd> open_trace(const RunPlan& plan) {
    return plan.output.trace.empty() ? std::nullopt : std::optional{os::create_private_file(plan.output.trace)};
}

/// The same of what cannot be drawn.
std::vector<Picture> open_pictures(const RunPlan& plan) {
    std::vector<Picture> pictures;
    for (const std::string& file : plan.output.pictures) {
        pictures.emplace_back(file, "--draw");
    }
    return pictures;
}

RunReport::Options report_options(const RunPlan& plan, CapturePlace place) {
    return {.report = plan.output.report(),
            .held_back = is_held_back(plan) || is_stepped(plan),
            .has_wire = plan.lab.has_value(),
            .has_segments = !plan.calls_only,
            .network = place == CapturePlace::PrivateNetwork ? findings::Network::Private : findings::Network::Shared};
}

/// What the report cannot show.
void tell_of(const RunResult& result) {
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
}

void draw(std::vector<Picture>& pictures, const RunReport& report, const std::vector<render::Role>& roles,
          const OutputOptions& wishes) {
    if (pictures.empty()) {
        return;
    }
    PictureOptions options = wishes.picture.in(report.timeline());
    options.what.concerned = report.concerned();
    options.what.connection = wishes.connection;
    const std::vector<findings::Finding> findings = report.findings();
    for (Picture& picture : pictures) {
        picture.draw({report.timeline(), roles, findings}, options);
    }
}

}  // namespace

int run_plan(RunPlan plan, const Lead& lead) {
    for (const PlannedProgram& program : plan.programs) {
        path_of(program);  // what cannot be started leaves an older trace as it is
    }
    std::optional<os::Fd> trace = open_trace(plan);
    std::optional<std::vector<std::string>> script_lines;
    if (!lead.script.empty()) {
        script_lines = lines_of_file(lead.script);
    }
    std::vector<Picture> pictures = open_pictures(plan);
    std::optional<labnet::Network> network;
    CapturePlace place = CapturePlace::Here;
    if (plan.lab) {
        network = make_network(plan);
    } else if (!plan.calls_only) {
        place = find_a_place_to_capture([](std::string_view text) { say(text); });
        plan.calls_only = place == CapturePlace::None;
    }
    const bool stepped = is_stepped(plan);
    Output output;
    const RunReport::Options options = report_options(plan, place);
    std::optional<TraceKeeper> keeper;
    if (trace) {
        keeper.emplace(std::move(*trace), plan.output.trace, about_of(options, planned_roles(plan)));
    }
    RunReport report{options, planned_roles(plan), output, std::random_device{}()};
    report.keep_in(keeper ? &*keeper : nullptr);
    std::optional<StepDesk> desk;
    if (stepped) {
        desk.emplace(plan, *network, report, output, std::move(script_lines));
    }
    std::optional<os::SilentControl> silent;
    if (!desk) {
        silent.emplace();
    }
    RunStage stage{plan, report, network ? &*network : nullptr, desk ? &*desk : nullptr};
    if (lead.conversation != nullptr) {
        stage.follow(*lead.conversation);
    }
    const RunResult result = stage.play();
    if (stepped) {
        report.end();
    } else {
        report.finish();
    }
    const bool is_kept = !keeper || finish_well(*keeper, report);
    draw(pictures, report, planned_roles(plan), plan.output);
    tell_of(result);
    const int status = stepped ? 0 : status_of(plan.output, report.totals());
    say(result.ends);
    return result.success && result.dropped_frames == 0 && is_kept ? status : 1;
}

namespace {

/// Once for each value.
void make_repeatable(CLI::Option* option, const char* type) {
    option->type_name(type)->allow_extra_args(false)->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
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

constexpr const char* about_step =
    "Run programs one step at a time: each stops before every socket call, each segment on the wire, and you say what "
    "happens next. Commands are words, a line each, on standard input (help lists them), or keys on a terminal.";

constexpr const char* details =
    "COMMAND is split into words as a shell does it (quotes, backslashes), but no shell is started: for pipes and "
    "variables write \"sh -c '...'\". NAME= before it names the program, so for an environment variable write 'env "
    "VARIABLE=value COMMAND'. Servers and clients run in a private lab network: one host for the servers, one for "
    "each client, and between them a wire. Hosts are called as their programs; localhost is the server. The exit "
    "status is 0 if every program ended by itself with 0 (or was a server that ended when it was told to), otherwise "
    "1: "
    "so it is 1 if sockstep had to end a client, at --until, Ctrl-C or quit.";

void add_programs(CLI::App& command, RunOptions& options) {
    make_repeatable(
        command.add_option("-s,--server", options.servers, "A server: started first [named server, server2 ...]"),
        "[NAME=]COMMAND");
    make_repeatable(command.add_option("-c,--client", options.clients,
                                       "A client: started once every server listens [named client, client2 ...]"),
                    "[NAME=]COMMAND");
    command
        .add_option("COMMAND", options.command, "One program and its arguments, instead of -s and -c [named program]")
        ->type_name("");
    command.add_option("--wait", options.wait, "How long servers may take to listen [10]")
        ->check(seconds(0.001, 1e9))
        ->type_name("SECONDS");
}

void add_input(CLI::App& command, RunOptions& options, std::vector<std::string>& lines,
               std::vector<std::string>& files) {
    make_repeatable(
        command.add_option("--type", lines,
                           "Type a line when the program waits for input; when all are typed, its input ends"),
        "NAME='LINE'");
    make_repeatable(command.add_option("--type-file", files, "Type the lines of a file"), "NAME=FILE");
    command
        .add_option("--attach", options.attach,
                    "Give the program your terminal; if the ladder goes there too, it comes when the run has ended")
        ->type_name("NAME");
}

struct Everything {
    RunOptions options;
    std::vector<std::string> lines;
    std::vector<std::string> files;
    std::string script;
};

void add_options(CLI::App& command, Everything& all) {
    add_programs(command, all.options);
    add_input(command, all.options, all.lines, all.files);
    command
        .add_option("--until", all.options.until,
                    "End when the servers, a program or a time has ended [when all clients have]")
        ->type_name("server|NAME|SECONDS");
    add_wire_options(command, all.options.wire);
    add_output_options(command, all.options.output);
    add_trace_option(command, all.options.output);
    add_picture_option(command, all.options.output);
}

CLI::Option* add_hold_option(CLI::App& command, Everything& all) {
    CLI::Option* option = command.add_option("--hold", all.options.wire.hold_rules,
                                             "Stop at nothing but one segment: 'server SYN-ACK 1', 'client data 2-3'");
    make_repeatable(option, "RULE");
    return option;
}

void add_flags_of_other_networks(CLI::App& command, RunOptions& options) {
    command.add_flag("--loopback", options.loopback,
                     "No lab network: run in the present one, where segments pass over lo");
    command.add_flag("--calls-only", options.calls_only,
                     "No segments: needs no right to capture, and stays in the present network");
}

/// Known, so that their refusal can say why, and not in the help.
constexpr std::array refused_by_step{"COMMAND",    "--attach",     "--json",    "--summary", "--connection",
                                     "--loopback", "--calls-only", "--delay",   "--jitter",  "--loss",
                                     "--reorder",  "--duplicate",  "--corrupt", "--rate"};

}  // namespace

void add_run(CLI::App& app, int& status) {
    auto all = std::make_shared<Everything>();
    CLI::App* command =
        app.add_subcommand("run", "Run programs, and show every socket call with the TCP segments it caused");
    command->footer(details);
    add_options(*command, *all);
    add_hold_option(*command, *all)->group("");  // known, so that its refusal can say who takes it
    add_flags_of_other_networks(*command, all->options);
    command->callback([all, command, &status] {
        take_typed(*command, all->options);
        status = run_plan(plan_of(all->options), {});
    });
}

void add_step(CLI::App& app, int& status) {
    auto all = std::make_shared<Everything>();
    CLI::App* command = app.add_subcommand("step", about_step);
    command->footer(details);
    add_options(*command, *all);
    add_hold_option(*command, *all);
    add_flags_of_other_networks(*command, all->options);
    for (const char* name : refused_by_step) {
        command->get_option(name)->group("");
    }
    command->add_option("--script", all->script, "Take the commands of a file, a line each")->type_name("FILE");
    command->add_flag("--show-retries", all->options.wire.show_retries,
                      "Stop what kernels send again while something is held, too");
    command->callback([all, command, &status] {
        all->options.stepped = true;
        take_typed(*command, all->options);
        status = run_plan(plan_of(all->options), {.script = all->script});
    });
}

}  // namespace sockstep::app
