// server/chat/line_splitter.cpp - a state for the line, a state for telnet.
#include "chat/line_splitter.hpp"

#include <sodium.h>

#include <utility>

namespace chat {

namespace {
// RFC 854, "TELNET COMMAND STRUCTURE".
constexpr unsigned char interpret_as_command = 255;
constexpr unsigned char parameters_begin = 250;
constexpr unsigned char parameters_end = 240;
constexpr unsigned char first_with_option = 251;  // WILL, WONT, DO, DONT: 251 to 254
}  // namespace

void LineSplitter::add(std::string_view bytes) {
    added_ += bytes;
}

std::optional<Line> LineSplitter::next() {
    while (looked_at_ < added_.size()) {
        const char byte = std::exchange(added_[looked_at_], '\0');
        ++looked_at_;
        if (byte == '\n') {
            telnet_ = Telnet::Text;
            return finish();
        }
        if (too_long_ || !is_text(static_cast<unsigned char>(byte))) {
            continue;
        }
        if (line_.capacity() < longest_ + 2) {
            line_.reserve(longest_ + 2);  // at once: growing step by step would leave copies behind
        }
        line_ += byte;
        if (line_.size() > longest_ + 1) {  // one more, as that may be the CR before the LF
            wipe(line_);
            too_long_ = true;
        }
    }
    added_.clear();
    looked_at_ = 0;
    return std::nullopt;
}

Line LineSplitter::finish() {
    Line line{std::exchange(line_, {}), std::exchange(too_long_, false)};
    if (line.text.ends_with('\r')) {
        line.text.pop_back();
    }
    if (line.text.size() > longest_) {
        wipe(line.text);
        line.too_long = true;
    }
    return line;
}

bool LineSplitter::is_text(unsigned char byte) {
    switch (telnet_) {
        case Telnet::Text:
            if (byte == interpret_as_command) {
                telnet_ = Telnet::Command;
                return false;
            }
            return true;
        case Telnet::Command:
            if (byte == parameters_begin) {
                telnet_ = Telnet::Parameters;
            } else if (first_with_option <= byte && byte != interpret_as_command) {
                telnet_ = Telnet::Option;
            } else {
                telnet_ = Telnet::Text;
            }
            return byte == interpret_as_command;  // doubled, it stands for itself
        case Telnet::Option:
            telnet_ = Telnet::Text;
            return false;
        case Telnet::Parameters:
            telnet_ = byte == interpret_as_command ? Telnet::ParametersCommand : Telnet::Parameters;
            return false;
        case Telnet::ParametersCommand:
            telnet_ = byte == parameters_end ? Telnet::Text : Telnet::Parameters;
            return false;
    }
    return true;
}

void wipe(std::string& secret) {
    secret.resize(secret.capacity());
    sodium_memzero(secret.data(), secret.size());
    secret.clear();
}

}  // namespace chat
