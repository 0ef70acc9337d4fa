// tracer/app/messages.cpp - one write(2) a line.
#include "app/messages.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <exception>
#include <string>

namespace sockstep::app {

namespace {

std::string escaped(std::string_view text, bool one_line) {
    std::string line;
    for (const char c : text) {
        const auto octet = static_cast<unsigned char>(c);
        const bool harmless = octet >= 0x20 ? octet != 0x7f : octet == '\n' && !one_line;
        if (!harmless) {
            line += fmt::format("\\x{:02x}", octet);
        } else {
            line += c;
        }
    }
    return line;
}

void write_line(std::string_view text, bool one_line) noexcept {
    try {
        const std::string line = "sockstep: " + escaped(text, one_line) + "\n";
        [[maybe_unused]] const ssize_t written = ::write(STDERR_FILENO, line.data(), line.size());
    } catch (const std::exception&) {  // NOLINT(bugprone-empty-catch): said in the header
    }
}

}  // namespace

void say(std::string_view text) noexcept {
    write_line(text, true);
}

void say_lines(std::string_view text) noexcept {
    write_line(text, false);
}

}  // namespace sockstep::app
