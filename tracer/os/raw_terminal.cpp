// tracer/os/raw_terminal.cpp - tcgetattr, tcsetattr, and back.
#include "os/raw_terminal.hpp"

#include <unistd.h>

#include "os/check.hpp"

namespace sockstep::os {

RawTerminal::RawTerminal() {
    check(::tcgetattr(STDIN_FILENO, &before_), "tcgetattr");
    termios raw = before_;
    raw.c_lflag &= ~static_cast<tcflag_t>(ICANON | ECHO | ISIG | IEXTEN);
    raw.c_iflag &= ~static_cast<tcflag_t>(ICRNL | IXON);
    raw.c_cc[VMIN] = 1;
    raw.c_cc[VTIME] = 0;
    check(::tcsetattr(STDIN_FILENO, TCSADRAIN, &raw), "tcsetattr");
}

RawTerminal::~RawTerminal() {
    ::tcsetattr(STDIN_FILENO, TCSADRAIN, &before_);
}

}  // namespace sockstep::os
