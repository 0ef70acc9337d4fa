// tracer/app/demo.cpp - finds the programs and a place where capturing is allowed, then plays.
#include "app/demo.hpp"

#include <algorithm>

#include "app/demo_stage.hpp"
#include "app/doctor.hpp"
#include "os/private_network.hpp"
#include "os/probes.hpp"
#include "os/programs.hpp"

namespace sockstep::app {

namespace {

std::string find(const char* name, const std::string& folders) {
    const auto path = folders.empty() ? os::find_program(name) : os::find_in_folders(name, folders);
    if (!path) {
        throw DemoFailed{std::string{name} + " is missing: it is neither in " +
                         (folders.empty() ? "the folder of " + os::own_executable() + " nor in PATH" : folders) +
                         "; build it with ./dev build"};
    }
    return *path;
}

/// What the doctor says of capturing, and of the first step to a private network that is refused.
std::string doctors_advice() {
    std::string text = "the demo may not capture here, and not in a private network either.\n";
    const std::vector<Check> checks = judge(examine_machine());
    for (const Check& check : checks) {
        const bool matters =
            check.name == "capture" || check.name.ends_with("-namespaces") || check.name == "private-capture";
        if (matters && !check.allowed && !check.remedy.empty()) {
            text += "  " + check.name + "\n" + advice(check);
        }
    }
    return text + "  One of them is enough.";
}

void find_a_place_to_capture(const DemoEvents& events) {
    if (os::probe_capture().allowed()) {
        return;
    }
    if (os::probe_private_network().refused()) {
        throw DemoFailed{doctors_advice()};
    }
    if (events.notice) {
        events.notice(
            "no right to capture here, so the demo runs in a private network of its own (user and network namespace)");
    }
    os::enter_private_network();
}

}  // namespace

DemoResult demo(const DemoOptions& options, const DemoEvents& events) {
    ChatPrograms programs{find("chat-server", options.folders), find("chat-client", options.folders)};
    find_a_place_to_capture(events);
    Stage stage{options, events, std::move(programs)};
    return stage.play();
}

}  // namespace sockstep::app
