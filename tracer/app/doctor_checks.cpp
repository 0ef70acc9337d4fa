// tracer/app/doctor_checks.cpp - what was found out, as a list of checks: pure.
#include "app/doctor.hpp"
#include "os/refusals.hpp"

namespace sockstep::app {

namespace {

Check allowed(std::string name, std::string purpose, std::string detail = {}) {
    return {std::move(name), std::move(purpose), true, std::move(detail), {}, {}, {}};
}

Check refused(std::string name, std::string purpose, os::Refusal refusal) {
    return {std::move(name),           std::move(purpose),        false, {}, std::move(refusal.reason),
            std::move(refusal.remedy), std::move(refusal.command)};
}

Check capture_check(const Machine& machine) {
    const char* purpose = "to see this machine's segments (capture, demo)";
    if (machine.capture.allowed()) {
        return allowed("capture", purpose);
    }
    return refused("capture", purpose, os::why_no_capture(machine.capture, machine.settings, machine.executable));
}

Check trace_check(const Machine& machine) {
    const char* purpose = "to see the calls of programs (run, step, demo)";
    if (machine.trace.allowed()) {
        return allowed("ptrace", purpose);
    }
    return refused("ptrace", purpose, os::why_no_trace(machine.trace, machine.settings));
}

/// One of the steps to a private network, under the name it has in the report.
struct NetworkCheck {
    const char* name;
    const char* purpose;
    os::NetworkStep first;
    os::NetworkStep last;
    const char* needs;  // the check before it
};

constexpr NetworkCheck network_checks[] = {
    {"user-namespaces", "a lab network without root", os::NetworkStep::UserNamespace, os::NetworkStep::MapIds, ""},
    {"network-namespaces", "the hosts of a lab network", os::NetworkStep::NetworkNamespace,
     os::NetworkStep::RaiseLoopback, "user-namespaces"},
    {"private-capture", "the demo, without the right to capture", os::NetworkStep::PacketSocket,
     os::NetworkStep::PacketSocket, "network-namespaces"},
};

Check network_check(const Machine& machine, const NetworkCheck& check) {
    const os::NetworkAttempt& attempt = machine.private_network;
    if (attempt.allowed(check.last)) {
        return allowed(check.name, check.purpose);
    }
    if (attempt.last < check.first) {
        return refused(check.name, check.purpose,
                       {std::string{"it needs "} + check.needs + ", so it was not tried", "", ""});
    }
    return refused(check.name, check.purpose, os::why_no_private_network(attempt, machine.settings));
}

Check graphviz_check(const Machine& machine) {
    const char* purpose = "to draw the modules' picture (./dev docs)";
    if (machine.dot_version) {
        return allowed("graphviz", purpose, *machine.dot_version);
    }
    return refused(
        "graphviz", purpose,
        {"there is no program dot in PATH, or it does not run", "install it", "sudo apt-get install graphviz"});
}

Check program_check(const FoundProgram& program) {
    const char* purpose = program.name.starts_with("chat") ? "the chat of the demo" : "the first lesson";
    if (program.path) {
        return allowed(program.name, purpose, *program.path);
    }
    return refused(program.name, purpose,
                   {"it is neither beside sockstep nor in PATH", "build it, in sockstep's source", "./dev build"});
}

}  // namespace

std::vector<Check> judge(const Machine& machine) {
    std::vector<Check> checks{capture_check(machine)};
    for (const NetworkCheck& check : network_checks) {
        checks.push_back(network_check(machine, check));
    }
    checks.push_back(trace_check(machine));
    checks.push_back(graphviz_check(machine));
    for (const FoundProgram& program : machine.programs) {
        checks.push_back(program_check(program));
    }
    return checks;
}

}  // namespace sockstep::app
