// tracer/app/doctor.cpp - asks the machine, and prints the answer.
#include "app/doctor.hpp"

#include <system_error>

#include "os/child.hpp"
#include "os/programs.hpp"

namespace sockstep::app {

namespace {

std::optional<std::string> version_of_dot() {
    const auto path = os::find_program("dot");
    if (!path) {
        return std::nullopt;
    }
    try {
        os::Child dot{{.path = *path, .arguments = {"-V"}, .joins_errors = true}};
        dot.close_input();
        std::string text;
        while (dot.read_output(text)) {
        }
        if (dot.wait().success()) {
            return text.substr(0, text.find('\n'));
        }
    } catch (const std::system_error&) {  // found, but cannot be executed: as good as missing
    }
    return std::nullopt;
}

}  // namespace

Machine examine_machine() {
    Machine machine;
    machine.settings = os::read_settings();
    machine.capture = os::probe_capture();
    machine.trace = os::probe_trace();
    machine.private_network = os::probe_private_network(os::NetworkStep::MountNamespace);
    machine.executable = os::own_executable();
    machine.dot_version = version_of_dot();
    for (const char* name : {"chat-server", "chat-client", "echo-server", "echo-client"}) {
        machine.programs.push_back({name, os::find_program(name)});
    }
    return machine;
}

int doctor(std::ostream& out, bool json) {
    const std::vector<Check> checks = judge(examine_machine());
    out << (json ? doctor_json(checks) : doctor_text(checks)) << std::flush;
    return 0;
}

}  // namespace sockstep::app
