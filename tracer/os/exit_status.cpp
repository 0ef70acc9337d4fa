// tracer/os/exit_status.cpp - what waitpid() tells, as a value.
#include "os/exit_status.hpp"

#include <fmt/format.h>
#include <string.h>
#include <sys/wait.h>

namespace sockstep::os {

ExitStatus ExitStatus::from_wait(int status) {
    return WIFEXITED(status) ? exited(WEXITSTATUS(status)) : killed_by(WTERMSIG(status));
}

std::string to_string(const ExitStatus& status) {
    if (status.how == ExitStatus::How::Exited) {
        return fmt::format("exit status {}", status.number);
    }
    const char* name = ::sigabbrev_np(status.number);
    return name == nullptr ? fmt::format("killed by signal {}", status.number) : fmt::format("killed by SIG{}", name);
}

}  // namespace sockstep::os
