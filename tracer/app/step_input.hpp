// tracer/app/step_input.hpp - where the words of a stepped run come from: a script, standard input, or keys.
#pragma once

#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "os/poll.hpp"
#include "os/raw_terminal.hpp"
#include "step/keys.hpp"

namespace sockstep::app {

class StepInput {
public:
    /// `script`: its lines; absent: standard input, key by key if it and standard output are a terminal.
    explicit StepInput(std::optional<std::vector<std::string>> script);

    /// Words come key by key, and what was written so far is to be shown.
    bool has_keys() const { return terminal_.has_value(); }
    const std::string& line() const { return keys_.line(); }

    /// Lines are read at stops only, keys always.
    void add_to(os::Poll& poll, bool is_stopped) const;
    struct Taken {
        std::vector<std::string> lines;  // what was said
        bool any = false;                // a key was pressed, said or not
    };
    /// Never waits. Of lines only one at a time: what it does comes before the next.
    Taken take(bool is_stopped);
    /// Nothing more will be said. Of lines known only when the last one has been taken.
    bool has_ended() const { return ended_; }

    /// Gives the terminal back as it was.
    void close() { terminal_.reset(); }

private:
    Taken take_keys();
    std::optional<std::string> next_of_script();
    std::optional<std::string> next_line();
    std::string read();

    std::optional<os::RawTerminal> terminal_;
    step::Keys keys_;
    std::optional<std::deque<std::string>> script_;
    std::string unread_;         // read, and no line taken of it yet
    bool nothing_more_ = false;  // standard input has ended
    bool ended_ = false;
};

}  // namespace sockstep::app
