// tracer/app/doctor_checks.cpp - what was found out, as a list of checks: pure.
#include <fmt/format.h>

#include <algorithm>
#include <initializer_list>
#include <string_view>

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
    const char* purpose = "to see this machine's segments (capture, --loopback)";
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
    {"private-capture", "the wire of a lab network", os::NetworkStep::PacketSocket, os::NetworkStep::PacketSocket,
     "network-namespaces"},
    {"mount-namespaces", "the names of a lab network's hosts", os::NetworkStep::MountNamespace,
     os::NetworkStep::MountNamespace, "private-capture"},
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
    const char* purpose = "to draw SVG and PNG (sockstep draw, --draw)";
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

/// What is allowed, by name.
class Allowed {
public:
    explicit Allowed(const std::vector<Check>& checks) : checks_{checks} {}

    bool has(std::string_view name) const { return find(name) != nullptr && find(name)->allowed; }
    /// The first of `names` that is not; empty if all are.
    std::string first_missing(std::initializer_list<std::string_view> names) const {
        const auto* missing = std::ranges::find_if(names, [this](std::string_view name) { return !has(name); });
        return missing == names.end() ? std::string{} : std::string{*missing};
    }

private:
    const Check* find(std::string_view name) const {
        const auto found = std::ranges::find(checks_, name, &Check::name);
        return found == checks_.end() ? nullptr : &*found;
    }

    const std::vector<Check>& checks_;
};

std::string first_missing_of_the_lab(const Allowed& allowed) {
    return allowed.first_missing({"user-namespaces", "network-namespaces", "private-capture", "mount-namespaces"});
}

/// Where programs run instead, if there is no lab network.
std::string without_a_lab(const Allowed& allowed, const std::string& missing) {
    const char* where = allowed.has("capture")           ? "in the present network"
                        : allowed.has("private-capture") ? "in a private network that is lo alone"
                                                         : "in the present network, and calls only";
    return fmt::format("{}: the lab network needs {}", where, missing);
}

Verdict run_verdict(const Allowed& allowed, const std::string& missing) {
    if (!allowed.has("ptrace")) {
        return {"run", false, "it needs ptrace"};
    }
    return missing.empty() ? Verdict{"run", true, ""}
                           : Verdict{"run", true, "with --loopback, " + without_a_lab(allowed, missing)};
}

Verdict step_verdict(const Allowed& allowed, const std::string& missing) {
    const std::string needed = allowed.has("ptrace") ? missing : "ptrace";
    return {"step", needed.empty(), needed.empty() ? "" : "it needs " + needed};
}

Verdict demo_verdict(const Allowed& allowed, const std::string& missing) {
    const std::string needed = allowed.first_missing({"ptrace", "chat-server", "chat-client"});
    if (!needed.empty()) {
        return {"demo", false, "it needs " + needed};
    }
    return {"demo", true, missing.empty() ? "" : without_a_lab(allowed, missing)};
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

std::vector<Verdict> verdicts(const std::vector<Check>& checks) {
    const Allowed allowed{checks};
    const std::string missing = first_missing_of_the_lab(allowed);
    const bool may_capture = allowed.has("capture");
    return {{"read", true, ""},
            {"capture", may_capture, may_capture ? "" : "it needs capture"},
            run_verdict(allowed, missing),
            step_verdict(allowed, missing),
            demo_verdict(allowed, missing)};
}

}  // namespace sockstep::app
