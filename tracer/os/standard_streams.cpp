// tracer/os/standard_streams.cpp - /dev/null in the place of what is closed; SIGPIPE.
#include "os/standard_streams.hpp"

#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include <cerrno>

#include "os/check.hpp"

namespace sockstep::os {

void occupy_standard_streams() {
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; ++fd) {
        if (::fcntl(fd, F_GETFD) == -1 && errno == EBADF) {
            const int wrong_way = fd == STDIN_FILENO ? O_WRONLY : O_RDONLY;
            check(::open("/dev/null", wrong_way), "open(/dev/null)");  // takes the lowest that is free: fd
        }
    }
}

void end_by_broken_pipe() {
    sigset_t broken_pipe{};
    ::sigemptyset(&broken_pipe);
    ::sigaddset(&broken_pipe, SIGPIPE);
    ::signal(SIGPIPE, SIG_DFL);
    ::sigprocmask(SIG_UNBLOCK, &broken_pipe, nullptr);
    ::raise(SIGPIPE);
}

}  // namespace sockstep::os
