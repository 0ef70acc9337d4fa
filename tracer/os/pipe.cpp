// tracer/os/pipe.cpp - pipe2().
#include "os/pipe.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <utility>

#include "os/check.hpp"

namespace sockstep::os {

namespace {

Fd above_standard_streams(Fd fd) {
    if (fd.value() > STDERR_FILENO) {
        return fd;
    }
    return Fd{check(::fcntl(fd.value(), F_DUPFD_CLOEXEC, STDERR_FILENO + 1), "fcntl(F_DUPFD_CLOEXEC)")};
}

}  // namespace

Pipe make_pipe() {
    std::array<int, 2> ends{};
    check(::pipe2(ends.data(), O_CLOEXEC), "pipe2");
    Fd reader{ends[0]};
    Fd writer{ends[1]};
    return {above_standard_streams(std::move(reader)), above_standard_streams(std::move(writer))};
}

}  // namespace sockstep::os
