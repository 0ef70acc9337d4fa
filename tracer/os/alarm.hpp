// tracer/os/alarm.hpp - what waits is interrupted after a while.
#pragma once

#include <signal.h>

#include <chrono>

namespace sockstep::os {

/// While it lives, SIGALRM interrupts each system call that waits, once in every `period`, for calls that have no
/// timeout: they fail with EINTR. Needs: that no program is started meanwhile, which would inherit that SIGALRM is not
/// ignored. Source: setitimer(2)
class Alarm {
public:
    explicit Alarm(std::chrono::microseconds period);
    ~Alarm();
    Alarm(const Alarm&) = delete;
    Alarm& operator=(const Alarm&) = delete;

private:
    struct sigaction before_ {};
    sigset_t mask_{};
};

}  // namespace sockstep::os
