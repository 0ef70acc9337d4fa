// client/terminal.hpp - hides what is typed, and never leaves the terminal so.
#pragma once

#include <termios.h>

#include <mutex>
#include <optional>

namespace chat {

/// The terminal at standard input, if it is one; with a pipe or a file there, nothing here does anything.
///
/// Safe to use from several threads.
class Terminal {
public:
    Terminal();
    ~Terminal() { show_typing(); }
    Terminal(const Terminal&) = delete;
    Terminal& operator=(const Terminal&) = delete;

    /// The terminal no longer echoes what is typed, only the end of the line.
    void hide_typing();
    /// The terminal is again as it was found.
    void show_typing();

private:
    std::mutex mutex_;
    std::optional<termios> found_;  // its settings when the program started
    bool hidden_ = false;
};

}  // namespace chat
