// tracer/os/raw_terminal.hpp - a terminal that hands over each key as it is pressed, until the object ends.
#pragma once

#include <termios.h>

namespace sockstep::os {

/// Standard input without line editing, echo and signals of its own (Ctrl-C is an octet). The destructor restores what
/// was. Source: termios(3), "Canonical and noncanonical mode"
class RawTerminal {
public:
    /// REQUIRES: standard input is a terminal. Throws: std::system_error.
    RawTerminal();
    ~RawTerminal();
    RawTerminal(const RawTerminal&) = delete;
    RawTerminal& operator=(const RawTerminal&) = delete;

private:
    termios before_{};
};

}  // namespace sockstep::os
