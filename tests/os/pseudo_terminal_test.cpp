// tests/os/pseudo_terminal_test.cpp - what goes through a pseudo-terminal comes out as it was, to the last octet.
#include "os/pseudo_terminal.hpp"

#include <gtest/gtest.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include <array>
#include <string>

#include "os/check.hpp"
#include "os/forked.hpp"

namespace sockstep::os {
namespace {

/// Reads until nothing more will come.
std::string all_output(PseudoTerminal& terminal) {
    std::string text;
    while (terminal.read(text)) {
        pollfd readable{terminal.fd(), POLLIN, 0};
        check(::poll(&readable, 1, -1), "poll");
    }
    return text;
}

/// What a program that reads once gets.
std::string read_by_program(const PseudoTerminal& terminal) {
    std::array<char, 8192> bytes{};
    const ssize_t count = check(::read(terminal.programs_end(), bytes.data(), bytes.size()), "read");
    return {bytes.data(), static_cast<std::size_t>(count)};
}

void write_all(int fd, std::string_view text) {
    while (!text.empty()) {
        const ssize_t count = ::write(fd, text.data(), text.size());
        if (count <= 0) {
            ::_exit(1);
        }
        text.remove_prefix(static_cast<std::size_t>(count));
    }
}

/// A child that has the terminal as its controlling one, writes `text` and ends at once.
pid_t write_and_die(PseudoTerminal& terminal, const std::string& text) {
    const int end = terminal.programs_end();
    const pid_t child = fork_to([&] {
        ::setsid();
        ::ioctl(end, TIOCSCTTY, 0);
        write_all(end, text);
    });
    terminal.release();
    return child;
}

TEST(PseudoTerminal, PassesOutputUnchanged) {
    PseudoTerminal terminal{{}};
    std::string every_octet;
    for (int octet = 0; octet < 256; ++octet) {
        every_octet += static_cast<char>(octet);
    }
    wait_for(write_and_die(terminal, every_octet));
    EXPECT_EQ(all_output(terminal), every_octet);
}

TEST(PseudoTerminal, LosesNothingOfAProgramThatPrintsAndDies) {
    for (const std::size_t size : {1UL, 4095UL, 4096UL, 4097UL, 100'000UL, 1'000'000UL}) {
        PseudoTerminal terminal{{}};
        const pid_t child = write_and_die(terminal, std::string(size, 'x'));
        EXPECT_EQ(all_output(terminal).size(), size);
        wait_for(child);
    }
}

TEST(PseudoTerminal, LosesNothingThatNobodyReadWhileTheProgramLived) {
    PseudoTerminal terminal{{}};
    const std::string text(3000, 'x');  // without a newline
    wait_for(write_and_die(terminal, text));
    EXPECT_EQ(all_output(terminal), text);
}

TEST(PseudoTerminal, NeverWaitsForOutput) {
    PseudoTerminal terminal{{}};
    std::string text;
    EXPECT_TRUE(terminal.read(text));
    EXPECT_EQ(text, "");
}

TEST(PseudoTerminal, TypesOneLineARead) {
    PseudoTerminal terminal{{}};
    EXPECT_TRUE(terminal.type("one"));
    EXPECT_TRUE(terminal.type("two"));
    EXPECT_EQ(read_by_program(terminal), "one\n");
    EXPECT_EQ(read_by_program(terminal), "two\n");
}

TEST(PseudoTerminal, ShowsNothingOfWhatIsTyped) {
    PseudoTerminal terminal{{}};
    terminal.type("secret");
    EXPECT_EQ(read_by_program(terminal), "secret\n");
    std::string text;
    EXPECT_TRUE(terminal.read(text));
    EXPECT_EQ(text, "");
}

TEST(PseudoTerminal, TypesControlCharactersAsText) {
    PseudoTerminal terminal{{}};
    std::string line;
    for (int octet = 0; octet < 256; ++octet) {
        if (octet != '\n') {
            line += static_cast<char>(octet);
        }
    }
    EXPECT_TRUE(terminal.type(line));
    EXPECT_EQ(read_by_program(terminal), line + "\n");
}

TEST(PseudoTerminal, TypesTheLongestLine) {
    PseudoTerminal terminal{{}};
    const std::string line(PseudoTerminal::longest_line, 'x');
    EXPECT_TRUE(terminal.type(line));
    EXPECT_EQ(read_by_program(terminal), line + "\n");
}

TEST(PseudoTerminal, EndsTheInputAndGoesOn) {
    PseudoTerminal terminal{{}};
    EXPECT_TRUE(terminal.end_input());
    EXPECT_EQ(read_by_program(terminal), "");
    EXPECT_TRUE(terminal.type("more"));
    EXPECT_EQ(read_by_program(terminal), "more\n");
}

TEST(PseudoTerminal, TypesToAProgramThatReadsOctets) {
    PseudoTerminal terminal{{}};
    termios settings{};
    check(::tcgetattr(terminal.programs_end(), &settings), "tcgetattr");
    ::cfmakeraw(&settings);
    check(::tcsetattr(terminal.programs_end(), TCSANOW, &settings), "tcsetattr");
    EXPECT_TRUE(
        terminal.type("a\x04"
                      "b"));
    EXPECT_EQ(read_by_program(terminal),
              "a\x04"
              "b\n");
}

TEST(PseudoTerminal, TypesNothingWhereNobodyReads) {
    PseudoTerminal terminal{{}};
    terminal.release();
    std::string text;
    EXPECT_FALSE(terminal.read(text));
    EXPECT_NO_THROW(terminal.type("hello"));
}

TEST(PseudoTerminal, HasTheSizeItIsGiven) {
    PseudoTerminal terminal{{.rows = 50, .columns = 132}};
    winsize size{};
    check(::ioctl(terminal.programs_end(), TIOCGWINSZ, &size), "ioctl");
    EXPECT_EQ(size.ws_row, 50);
    EXPECT_EQ(size.ws_col, 132);
    terminal.resize({.rows = 10, .columns = 40});
    check(::ioctl(terminal.programs_end(), TIOCGWINSZ, &size), "ioctl");
    EXPECT_EQ(size.ws_col, 40);
}

}  // namespace
}  // namespace sockstep::os
