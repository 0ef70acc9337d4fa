// tracer/app/doctor.hpp - sockstep doctor: what this machine allows, and what to type where it does not.
#pragma once

#include <optional>
#include <ostream>
#include <string>
#include <vector>

#include "os/private_network.hpp"
#include "os/probes.hpp"
#include "os/settings.hpp"

namespace sockstep::app {

/// A program of ours, and where it is, if anywhere.
struct FoundProgram {
    std::string name;
    std::optional<std::string> path;

    friend bool operator==(const FoundProgram&, const FoundProgram&) = default;
};

/// What was found out about the machine, without judgement.
struct Machine {
    os::Settings settings;
    os::Attempt capture;
    os::Attempt trace;
    os::NetworkAttempt private_network;
    std::string executable;                  // our own
    std::optional<std::string> dot_version;  // what `dot -V` prints, if there is a dot
    std::vector<FoundProgram> programs;

    friend bool operator==(const Machine&, const Machine&) = default;
};

/// One entry of the doctor's report.
struct Check {
    std::string name;     // "capture", "user-namespaces" ...
    std::string purpose;  // what it is for
    bool allowed = false;
    std::string detail;  // where it is allowed: a version, a path
    std::string reason;  // where it is not: why, what to do, what to type
    std::string remedy;
    std::string command;

    friend bool operator==(const Check&, const Check&) = default;
};

/// Whether one of sockstep's commands works here.
struct Verdict {
    std::string command;  // "run"
    bool works = false;
    std::string but;  // what it needs, or how it works only

    friend bool operator==(const Verdict&, const Verdict&) = default;
};

/// Blocks: a moment, for child processes that try things.
Machine examine_machine();

// Pure: the machine to its checks, the checks to text.
std::vector<Check> judge(const Machine& machine);
std::vector<Verdict> verdicts(const std::vector<Check>& checks);
std::string doctor_text(const std::vector<Check>& checks);
std::string doctor_json(const std::vector<Check>& checks);

/// For --help, as the exit status may surprise.
constexpr const char* doctor_help =
    "Say what this machine allows, and what to type where it does not. "
    "The exit status is 0 when it could say so, whatever it had to say.";

/// Examines the machine and writes the report. Returns the exit status, 0. Throws: std::system_error.
int doctor(std::ostream& out, bool json);

}  // namespace sockstep::app
