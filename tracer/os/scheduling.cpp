// tracer/os/scheduling.cpp - sched_setscheduler(2) and setpriority(2).
#include "os/scheduling.hpp"

#include <sched.h>
#include <sys/resource.h>

namespace sockstep::os {

void hurry_this_thread() noexcept {
    constexpr int better = -10;
    const sched_param lowest_of_real_time{.sched_priority = 1};
    if (::sched_setscheduler(0, SCHED_FIFO | SCHED_RESET_ON_FORK, &lowest_of_real_time) == 0) {
        return;
    }
    const sched_param usual{.sched_priority = 0};
    if (::sched_setscheduler(0, SCHED_OTHER | SCHED_RESET_ON_FORK, &usual) == 0) {
        static_cast<void>(::setpriority(PRIO_PROCESS, 0, better));
    }
}

}  // namespace sockstep::os
