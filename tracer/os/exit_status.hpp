// tracer/os/exit_status.hpp - how a process ended.
#pragma once

#include <string>

namespace sockstep::os {

/// A process ends in one of two ways: it exits with a code, or a signal kills it.
struct ExitStatus {
    enum class How { Exited, Killed };

    How how = How::Exited;
    int number = 0;  // the exit code, or the signal

    static ExitStatus exited(int code) { return {How::Exited, code}; }
    static ExitStatus killed_by(int signal) { return {How::Killed, signal}; }
    /// REQUIRES: `status` comes from waitpid() without WUNTRACED or WCONTINUED, of a process that nobody traces.
    static ExitStatus from_wait(int status);

    bool success() const { return how == How::Exited && number == 0; }

    friend bool operator==(const ExitStatus&, const ExitStatus&) = default;
};

/// "exit status 1", "killed by SIGTERM".
std::string to_string(const ExitStatus& status);

}  // namespace sockstep::os
