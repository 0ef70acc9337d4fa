// tracer/os/deadline.hpp - a point in time that a loop can wait for.
#pragma once

#include <chrono>

#include "os/fd.hpp"

namespace sockstep::os {

/// Its descriptor becomes readable when the time has passed, and stays so. Source: timerfd_create(2).
class Deadline {
public:
    /// REQUIRES: `from_now` is more than zero.
    explicit Deadline(std::chrono::nanoseconds from_now);

    int fd() const { return fd_.value(); }

private:
    Fd fd_;
};

}  // namespace sockstep::os
