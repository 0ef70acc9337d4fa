// tracer/app/messages.cpp - one write(2) a line.
#include "app/messages.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <exception>
#include <string>

namespace sockstep::app {

namespace {

std::string escaped(std::string_view text) {
    std::string line;
    for (const char c : text) {
        const auto octet = static_cast<unsigned char>(c);
        const bool harmless = octet >= 0x20 && octet != 0x7f;
        if (!harmless) {
            line += fmt::format("\\x{:02x}", octet);
        } else {
            line += c;
        }
    }
    return line;
}

}  // namespace

void say(std::string_view text) noexcept {
    try {
        const std::string line = "sockstep: " + escaped(text) + "\n";
        [[maybe_unused]] const ssize_t written = ::write(STDERR_FILENO, line.data(), line.size());
    } catch (const std::exception&) {  // NOLINT(bugprone-empty-catch): said in the header
    }
}

}  // namespace sockstep::app
