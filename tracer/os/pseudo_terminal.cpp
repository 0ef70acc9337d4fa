// tracer/os/pseudo_terminal.cpp - posix_openpt(3), set so that octets pass unchanged.
#include "os/pseudo_terminal.hpp"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include <array>
#include <cassert>
#include <cerrno>

#include "os/check.hpp"

namespace sockstep::os {

namespace {

constexpr char end_of_input = 0x04;  // what Ctrl-D types
constexpr char quote = 0x16;         // Ctrl-V: the next octet is text, whatever it is

constexpr std::array line_editing{VINTR, VQUIT,  VERASE, VKILL,   VEOL,     VEOL2,
                                  VSUSP, VSTART, VSTOP,  VWERASE, VREPRINT, VDISCARD};

/// Lines, as usual, but nothing of what people do to a line while they type it, and nothing added to the output.
void pass_octets_unchanged(int terminal) {
    termios settings{};
    check(::tcgetattr(terminal, &settings), "tcgetattr");
    settings.c_iflag = 0;
    settings.c_oflag = 0;
    settings.c_lflag = ICANON | IEXTEN;  // IEXTEN for the sake of VLNEXT
    for (const int character : line_editing) {
        settings.c_cc[character] = _POSIX_VDISABLE;
    }
    settings.c_cc[VEOF] = end_of_input;
    settings.c_cc[VLNEXT] = quote;
    check(::tcsetattr(terminal, TCSANOW, &settings), "tcsetattr");
}

winsize to_kernel(WindowSize size) {
    winsize kernels{};
    kernels.ws_row = size.rows;
    kernels.ws_col = size.columns;
    return kernels;
}

}  // namespace

WindowSize our_window_size() {
    for (const int stream : {STDOUT_FILENO, STDERR_FILENO, STDIN_FILENO}) {
        winsize size{};
        if (::ioctl(stream, TIOCGWINSZ, &size) == 0 && size.ws_row > 0 && size.ws_col > 0) {
            return {size.ws_row, size.ws_col};
        }
    }
    return {};
}

PseudoTerminal::PseudoTerminal(WindowSize size) {
    ours_ = Fd{check(::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK), "posix_openpt")};
    check(::grantpt(ours_.value()), "grantpt");
    check(::unlockpt(ours_.value()), "unlockpt");
    // By descriptor and not by name, so it works where another /dev/pts is mounted. Source: ioctl_tty(2)
    programs_ = Fd{check(::ioctl(ours_.value(), TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC), "ioctl(TIOCGPTPEER)")};
    pass_octets_unchanged(programs_.value());
    resize(size);
}

bool PseudoTerminal::read(std::string& into) {
    std::array<char, 4096> bytes{};
    for (;;) {
        const ssize_t count = ::read(ours_.value(), bytes.data(), bytes.size());
        if (count > 0) {
            into.append(bytes.data(), static_cast<std::size_t>(count));
        } else if (count == 0 || errno == EIO) {  // EIO: nobody has the other end open
            return false;
        } else if (errno == EAGAIN) {
            return true;
        } else if (errno != EINTR) {
            throw_errno("read(terminal)");
        }
    }
}

/// A program may have changed the terminal's settings: without ICANON it gets each octet as it is typed, so nothing is
/// quoted, and Enter is a carriage return.
bool PseudoTerminal::type(std::string_view line) {
    assert(line.size() <= longest_line && line.find('\n') == std::string_view::npos);
    termios settings{};
    const bool in_lines = ::tcgetattr(ours_.value(), &settings) == -1 || (settings.c_lflag & ICANON) != 0U;
    std::string octets;
    for (const char octet : line) {
        if (in_lines && (octet == end_of_input || octet == quote)) {
            octets += quote;
        }
        octets += octet;
    }
    octets += in_lines || (settings.c_iflag & ICRNL) == 0U ? '\n' : '\r';
    return put(octets);
}

bool PseudoTerminal::end_input() {
    return put(std::string_view{&end_of_input, 1});
}

bool PseudoTerminal::put(std::string_view octets) {
    while (!octets.empty()) {
        const ssize_t count = ::write(ours_.value(), octets.data(), octets.size());
        if (count > 0) {
            octets.remove_prefix(static_cast<std::size_t>(count));
        } else if (errno == EAGAIN || errno == EIO) {
            return false;
        } else if (errno != EINTR) {
            throw_errno("write(terminal)");
        }
    }
    return true;
}

void PseudoTerminal::resize(WindowSize size) {
    const winsize kernels = to_kernel(size);
    check(::ioctl(ours_.value(), TIOCSWINSZ, &kernels), "ioctl(TIOCSWINSZ)");
}

}  // namespace sockstep::os
