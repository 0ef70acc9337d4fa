// tracer/calls/session.cpp - setsid, TIOCSCTTY, and a process that holds both.
#include "calls/session.hpp"

#include <signal.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "os/check.hpp"
#include "os/pipe.hpp"

namespace sockstep::calls {

namespace {

/// Waits for the end of the file `until`, with no other descriptor open: one of a pipe or a terminal would keep others
/// waiting. Only async-signal-safe functions.
[[noreturn]] void stay(int until) {
    ::signal(SIGCHLD, SIG_IGN);  // the program's end is the tracer's to see; none is left to be waited for here
    if (until > 0) {
        ::close_range(0, static_cast<unsigned>(until) - 1, 0);
    }
    ::close_range(static_cast<unsigned>(until) + 1, ~0U, 0);
    char byte = 0;
    while (::read(until, &byte, 1) == -1 && errno == EINTR) {
    }
    ::_exit(0);
}

/// The child of the session's leader, or 0 in it; -1 if that failed.
pid_t fork_to_foreground(int terminal) {
    if (::setsid() == -1 || ::ioctl(terminal, TIOCSCTTY, 0) == -1) {
        return -1;
    }
    const pid_t pid = ::fork();
    if (pid > 0 && (::setpgid(pid, pid) == -1 || ::tcsetpgrp(terminal, pid) == -1)) {
        const int error = errno;
        ::kill(pid, SIGKILL);
        errno = error;
        return -1;
    }
    return pid;
}

}  // namespace

pid_t fork_in_session(int terminal, os::Fd& holder) {
    os::Pipe report = os::make_pipe();
    os::Pipe hold = os::make_pipe();
    if (os::check(::fork(), "fork") == 0) {
        const pid_t pid = fork_to_foreground(terminal);
        if (pid == 0) {
            return 0;
        }
        const pid_t told = pid == -1 ? -errno : pid;
        [[maybe_unused]] const ssize_t written = ::write(report.writer.value(), &told, sizeof told);
        stay(hold.reader.value());
    }
    report.writer.reset();
    holder = std::move(hold.writer);
    pid_t told = -ESRCH;
    [[maybe_unused]] const ssize_t size = ::read(report.reader.value(), &told, sizeof told);
    if (told < 0) {
        errno = -told;
        os::throw_errno("give the program a terminal");
    }
    return told;
}

}  // namespace sockstep::calls
