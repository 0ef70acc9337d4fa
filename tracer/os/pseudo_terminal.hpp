// tracer/os/pseudo_terminal.hpp - a terminal without a screen, for programs that print at once only to a terminal.
#pragma once

#include <string>
#include <string_view>

#include "os/fd.hpp"

namespace sockstep::os {

/// What a terminal shows at once.
struct WindowSize {
    unsigned short rows = 24;
    unsigned short columns = 80;

    friend bool operator==(const WindowSize&, const WindowSize&) = default;
};

/// The size of the terminal that one of our standard streams is, or 24 rows of 80 columns.
WindowSize our_window_size();

/// A pair of descriptors: what a program writes to one comes out of the other, as it was (no echo, no carriage
/// returns), and lines that are typed go in. No octet of a typed line is taken for a command: Ctrl-C is text here.
/// Source: pty(7), termios(3)
class PseudoTerminal {
public:
    explicit PseudoTerminal(WindowSize size);

    /// What a program is given. -1 after release().
    int programs_end() const { return programs_.value(); }
    /// Closes our copy of the program's end: from then on read() comes to an end when the last holder has closed it.
    void release() { programs_.reset(); }

    /// Readable when read() has something to say.
    int fd() const { return ours_.value(); }

    /// Appends what has been printed to `into`. Never waits. False when there will be no more: all who held the other
    /// end have closed it, and everything they wrote has been read.
    bool read(std::string& into);

    /// The longest line that can be typed, without its newline: the kernel drops what goes beyond. Source: termios(3)
    static constexpr std::size_t longest_line = 4095;

    /// Types `line` and Enter. REQUIRES: no newline in it, and not longer than longest_line. False, and not all of it
    /// is typed, where too much waits to be read already, or nobody is left to read it.
    bool type(std::string_view line);
    /// Types what ends the input, as Ctrl-D does at the beginning of a line: a read returns 0 once.
    bool end_input();

    void resize(WindowSize size);

private:
    bool put(std::string_view octets);

    Fd ours_;
    Fd programs_;
};

}  // namespace sockstep::os
