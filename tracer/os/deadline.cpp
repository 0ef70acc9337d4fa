// tracer/os/deadline.cpp - timerfd_create(2).
#include "os/deadline.hpp"

#include <sys/timerfd.h>

#include <cassert>

#include "os/check.hpp"

namespace sockstep::os {

Deadline::Deadline(std::chrono::nanoseconds from_now)
    : fd_{check(::timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK), "timerfd_create")} {
    assert(from_now.count() > 0);  // zero would mean: never
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(from_now);
    itimerspec when{};
    when.it_value.tv_sec = static_cast<time_t>(seconds.count());
    when.it_value.tv_nsec = static_cast<decltype(when.it_value.tv_nsec)>((from_now - seconds).count());
    check(::timerfd_settime(fd_.value(), 0, &when, nullptr), "timerfd_settime");
}

}  // namespace sockstep::os
