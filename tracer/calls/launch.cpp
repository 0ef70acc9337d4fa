// tracer/calls/launch.cpp - fork, PTRACE_SEIZE, the filter, execve, and what lies between them.
#include "calls/launch.hpp"

#include <fcntl.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <string>

#include "calls/session.hpp"
#include "os/check.hpp"
#include "os/confine.hpp"
#include "os/fd.hpp"
#include "os/pipe.hpp"
#include "os/prepared_child.hpp"

namespace sockstep::calls {

namespace {

constexpr unsigned long options = PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK |
                                  PTRACE_O_TRACECLONE | PTRACE_O_TRACEEXEC | PTRACE_O_TRACEEXIT |
                                  PTRACE_O_TRACESECCOMP | PTRACE_O_EXITKILL;

/// What the child needs between fork() and execve(); made before, because there nothing may be allocated.
struct Plan {
    const char* path;
    char* const* arguments;
    std::array<int, 3> streams;  // become 0, 1 and 2
    int network;                 // -1: stays where we are
    int go;                      // a byte is read from it once we trace the child; the end of file, should we have died
    int failure;                 // closes itself when execve() succeeds; otherwise errno is written to it
    int our_go_end;              // to be closed, or the child would never see that end of file
    const sock_fprog* filter;
};

/// First away from 0, 1 and 2, where one might overwrite another.
bool connect_streams(std::array<int, 3> streams) {
    for (int& stream : streams) {
        stream = ::fcntl(stream, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
        if (stream == -1) {
            return false;
        }
    }
    for (int target = STDIN_FILENO; target <= STDERR_FILENO; ++target) {
        if (::dup2(streams[static_cast<std::size_t>(target)], target) == -1) {
            return false;
        }
    }
    return true;
}

bool enter(int network) {
    return network == -1 || (os::join_network(network) && os::drop_all_capabilities());
}

/// Without new privileges, which a filter needs: a set-user-ID program runs as the user who starts it, as it does
/// under any tracer. Source: seccomp(2), execve(2)
bool install_filter(const sock_fprog* filter) {
    return ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 && ::prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, filter) == 0;
}

/// The child's side. Only async-signal-safe functions, and no exceptions. Source: signal-safety(7).
[[noreturn]] void become(const Plan& plan) {
    ::close(plan.our_go_end);
    char byte = 0;
    if (::read(plan.go, &byte, 1) != 1) {
        ::_exit(127);
    }
    os::reset_signals();
    if (enter(plan.network) && connect_streams(plan.streams) && install_filter(plan.filter)) {
        ::execve(plan.path, plan.arguments, environ);
    }
    const int error = errno;
    [[maybe_unused]] const ssize_t written = ::write(plan.failure, &error, sizeof error);
    ::_exit(127);
}

int wait_for(pid_t pid) {
    int status = 0;
    while (::waitpid(pid, &status, __WALL) == -1) {
        if (errno != EINTR) {
            os::throw_errno("waitpid");
        }
    }
    return status;
}

/// Lets the child go on until it has become its program; false if it has ended instead.
bool reach_exec(pid_t pid) {
    for (;;) {
        const int status = wait_for(pid);
        if (!WIFSTOPPED(status)) {
            return false;
        }
        if (status >> 16 == PTRACE_EVENT_EXEC) {
            return true;
        }
        // The write() of a failed start, PTRACE_EVENT_EXIT, or a signal that somebody sent.
        const bool is_signal = status >> 16 == 0;
        ::ptrace(PTRACE_CONT, pid, nullptr, is_signal ? static_cast<long>(WSTOPSIG(status)) : 0L);
    }
}

}  // namespace

pid_t launch_stopped(const Launch& what, std::vector<sock_filter>& filter, os::Fd& holder) {
    os::Pipe go = os::make_pipe();
    os::Pipe failure = os::make_pipe();
    const std::vector<char*> arguments = os::pointers_to(what.arguments);
    const sock_fprog program{static_cast<unsigned short>(filter.size()), filter.data()};
    const Plan plan{what.path.c_str(), arguments.data(),  {what.input, what.output, what.error},
                    what.network,      go.reader.value(), failure.writer.value(),
                    go.writer.value(), &program};
    const pid_t pid = what.controlling_terminal ? fork_in_session(what.input, holder) : os::check(::fork(), "fork");
    if (pid == 0) {
        become(plan);
    }
    if (::ptrace(PTRACE_SEIZE, pid, nullptr, options) == -1) {
        const int error = errno;
        ::kill(pid, SIGKILL);
        if (!holder.is_open()) {
            wait_for(pid);
        }
        errno = error;
        os::throw_errno("ptrace(PTRACE_SEIZE)");
    }
    failure.writer.reset();
    if (::write(go.writer.value(), "", 1) != 1) {
        os::throw_errno("write");
    }
    if (reach_exec(pid)) {
        return pid;
    }
    int error = 0;
    if (::read(failure.reader.value(), &error, sizeof error) == sizeof error) {
        errno = error;
        os::throw_errno("start " + what.path);
    }
    errno = ESRCH;
    os::throw_errno("start " + what.path + ": it was killed");
}

}  // namespace sockstep::calls
