// tracer/os/silent_control.cpp - ECHOCTL off, and back.
#include "os/silent_control.hpp"

#include <unistd.h>

namespace sockstep::os {

namespace {

/// A process in the background that sets the terminal is stopped. Source: tcsetattr(3p), SIGTTOU
bool is_ours() {
    return ::tcgetpgrp(STDIN_FILENO) == ::getpgrp();
}

}  // namespace

SilentControl::SilentControl() {
    termios now{};
    if (!is_ours() || ::tcgetattr(STDIN_FILENO, &now) != 0) {
        return;
    }
    before_ = now;
    now.c_lflag &= ~static_cast<tcflag_t>(ECHOCTL);
    ::tcsetattr(STDIN_FILENO, TCSANOW, &now);
}

SilentControl::~SilentControl() {
    if (before_ && is_ours()) {
        ::tcsetattr(STDIN_FILENO, TCSANOW, &*before_);
    }
}

}  // namespace sockstep::os
