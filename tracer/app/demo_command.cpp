// tracer/app/demo_command.cpp - sockstep demo on the command line.
#include <memory>

#include <CLI/CLI.hpp>

#include "app/commands.hpp"
#include "app/demo.hpp"
#include "app/messages.hpp"
#include "app/output_options.hpp"
#include "app/run.hpp"
#include "os/private_network.hpp"

namespace sockstep::app {

namespace {

int play(const OutputOptions& options) {
    const bool has_lab = !os::probe_private_network(os::NetworkStep::MountNamespace).refused();
    if (!has_lab) {
        say("no lab network is allowed here, so the demo runs in the present one, where nothing is delayed or lost; "
            "sockstep doctor says why");
    }
    ChatScript script;
    return run_plan(demo_plan(options, has_lab), {.conversation = &script});
}

}  // namespace

void add_demo(CLI::App& app, int& status) {
    auto options = std::make_shared<OutputOptions>();
    CLI::App* command = app.add_subcommand(
        "demo",
        "Run a chat server and two clients in a lab network, and explain every call and segment of their conversation");
    add_output_options(*command, *options);
    add_trace_option(*command, *options);
    add_picture_option(*command, *options);
    command->callback([options, &status] { status = play(*options); });
}

}  // namespace sockstep::app
