// tracer/app/demo.cpp - the plan of the demo.
#include "app/demo.hpp"

#include "app/demo_script.hpp"
#include "app/wire_plan.hpp"
#include "os/free_port.hpp"

namespace sockstep::app {

RunPlan demo_plan(const OutputOptions& output, bool has_lab) {
    const std::string port = has_lab ? "5000" : std::to_string(os::free_port());
    RunPlan plan;
    plan.output = output;
    const std::string server = has_lab ? "server" : "127.0.0.1";
    plan.programs.push_back({.name = std::string{name_of(Actor::Server)},
                             .is_server = true,
                             .words = {"chat-server", "--port", port},
                             .lines = {}});
    for (const Actor actor : {Actor::Alice, Actor::Bob}) {
        plan.programs.push_back(
            {.name = std::string{name_of(actor)}, .words = {"chat-client", server, port}, .lines = {}});
    }
    if (has_lab) {
        WireTexts wire;
        wire.delay = "30ms";
        wire.drop_rules = {"Alice data 4"};  // what she says to the group first
        plan.lab = lab_of(wire, plan.programs);
    }
    return plan;
}

}  // namespace sockstep::app
