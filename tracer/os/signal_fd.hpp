// tracer/os/signal_fd.hpp - signals as something to read, so that a loop can wait for them too.
#pragma once

#include <signal.h>

#include <initializer_list>
#include <optional>

#include "os/fd.hpp"

namespace sockstep::os {

/// While it lives, its signals interrupt nothing: they wait to be read. Child gives a program it starts a clean signal
/// mask, so the program does not inherit this. Source: signalfd(2).
class SignalFd {
public:
    explicit SignalFd(std::initializer_list<int> signals);
    ~SignalFd();
    SignalFd(const SignalFd&) = delete;
    SignalFd& operator=(const SignalFd&) = delete;

    int fd() const { return fd_.value(); }

    /// The number of a signal that has come; nothing if none has.
    std::optional<int> read();

private:
    sigset_t before_{};
    Fd fd_;
};

}  // namespace sockstep::os
