// tracer/os/silent_control.hpp - a terminal that does not show Ctrl-C as ^C, until the object ends.
#pragma once

#include <termios.h>

#include <optional>

namespace sockstep::os {

/// "^C" in the middle of a picture tears it. Does nothing where standard input is no terminal, or one that belongs to
/// others now (we run in the background). The destructor restores what was. Source: termios(3), ECHOCTL
class SilentControl {
public:
    SilentControl();
    ~SilentControl();
    SilentControl(const SilentControl&) = delete;
    SilentControl& operator=(const SilentControl&) = delete;

private:
    std::optional<termios> before_;
};

}  // namespace sockstep::os
