// tracer/os/signal_fd.cpp - signalfd(2), and the mask that goes with it.
#include "os/signal_fd.hpp"

#include <sys/signalfd.h>
#include <unistd.h>

#include <cerrno>

#include "os/check.hpp"

namespace sockstep::os {

SignalFd::SignalFd(std::initializer_list<int> signals) {
    sigset_t wanted{};
    ::sigemptyset(&wanted);
    for (const int signal : signals) {
        ::sigaddset(&wanted, signal);
    }
    fd_ = Fd{check(::signalfd(-1, &wanted, SFD_CLOEXEC | SFD_NONBLOCK), "signalfd")};
    check(::sigprocmask(SIG_BLOCK, &wanted, &before_), "sigprocmask");
}

SignalFd::~SignalFd() {
    ::sigprocmask(SIG_SETMASK, &before_, nullptr);
}

std::optional<int> SignalFd::read() {
    signalfd_siginfo info{};
    const ssize_t count = ::read(fd_.value(), &info, sizeof info);
    if (count == -1 && errno != EAGAIN && errno != EINTR) {
        throw_errno("read(signalfd)");
    }
    return count > 0 ? std::optional{static_cast<int>(info.ssi_signo)} : std::nullopt;
}

}  // namespace sockstep::os
