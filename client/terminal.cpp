// client/terminal.cpp - ECHO off and on. Source: termios(3).
#include "terminal.hpp"

#include <unistd.h>

namespace chat {

Terminal::Terminal() {
    termios settings{};
    if (tcgetattr(STDIN_FILENO, &settings) == 0) {
        found_ = settings;
    }
}

void Terminal::hide_typing() {
    const std::lock_guard lock{mutex_};
    if (!found_ || hidden_) {
        return;
    }
    termios quiet = *found_;
    quiet.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    quiet.c_lflag |= ECHONL;
    // TCSANOW, not TCSAFLUSH: what was typed ahead stays.
    hidden_ = tcsetattr(STDIN_FILENO, TCSANOW, &quiet) == 0;
}

void Terminal::show_typing() {
    const std::lock_guard lock{mutex_};
    if (hidden_) {
        hidden_ = tcsetattr(STDIN_FILENO, TCSANOW, &*found_) != 0;
    }
}

}  // namespace chat
