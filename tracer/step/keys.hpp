// tracer/step/keys.hpp - keys of a terminal to the words of stepping, and a line to write longer ones in.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace sockstep::step {

/// What single keys mean while nothing is written yet: Enter, space, n (next), arrows (back and forward), c (calls), s
/// (segments), b (both), d (drop), x (duplicate), X (corrupt), r (run), w (why), a (all), h and ? (help), q (quit). D,
/// t, u and S begin a line that needs more: delay, type, until, save. A digit begins a number, and a colon any word. In
/// a line, Backspace and Ctrl-U take back, Escape gives up. Ctrl-C and Ctrl-D quit.
class Keys {
public:
    /// What was read of the terminal at once. Returns the lines that are complete, as Controller::say() takes them.
    std::vector<std::string> press(std::string_view octets);

    /// What is written so far, to be shown after the prompt. Octets of what was typed.
    const std::string& line() const { return line_; }

private:
    void press_control(std::string_view& octets, std::vector<std::string>& lines);
    void press_escape(std::string_view& octets, std::vector<std::string>& lines);
    void press_plain(char key, std::vector<std::string>& lines);
    void erase_last();

    std::string line_;
    bool writing_ = false;
};

/// The keys, two lines for the foot of a screen.
std::string_view keys_help();

}  // namespace sockstep::step
