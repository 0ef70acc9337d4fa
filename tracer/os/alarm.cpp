// tracer/os/alarm.cpp - an interval timer and a signal handler that does nothing.
#include "os/alarm.hpp"

#include <sys/time.h>

#include "os/check.hpp"

namespace sockstep::os {

Alarm::Alarm(std::chrono::microseconds period) {
    struct sigaction interrupt {};
    interrupt.sa_handler = [](int) {};
    check(::sigaction(SIGALRM, &interrupt, &before_), "sigaction");
    sigset_t wanted{};
    ::sigemptyset(&wanted);
    ::sigaddset(&wanted, SIGALRM);
    ::sigprocmask(SIG_UNBLOCK, &wanted, &mask_);
    // Again and again: the first may come just before the call that is to be interrupted.
    const timeval time{period.count() / 1'000'000, period.count() % 1'000'000};
    const itimerval timer{time, time};
    check(::setitimer(ITIMER_REAL, &timer, nullptr), "setitimer");
}

/// The timer first: a signal that is still pending must find the handler.
Alarm::~Alarm() {
    const itimerval never{};
    ::setitimer(ITIMER_REAL, &never, nullptr);
    ::sigprocmask(SIG_SETMASK, &mask_, nullptr);
    ::sigaction(SIGALRM, &before_, nullptr);
}

}  // namespace sockstep::os
