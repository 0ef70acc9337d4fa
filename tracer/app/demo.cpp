// tracer/app/demo.cpp - finds the programs and a place where capturing is allowed, then plays.
#include "app/demo.hpp"

#include "app/capture_place.hpp"
#include "app/demo_stage.hpp"
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

}  // namespace

DemoResult demo(const DemoOptions& options, const DemoEvents& events) {
    ChatPrograms programs{find("chat-server", options.folders), find("chat-client", options.folders)};
    find_a_place_to_capture("the demo", events.notice);
    Stage stage{options, events, std::move(programs)};
    return stage.play();
}

}  // namespace sockstep::app
