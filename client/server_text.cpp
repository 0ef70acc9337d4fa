// client/server_text.cpp - the last line, and the one before it.
#include "server_text.hpp"

#include <utility>

#include "chat/text.hpp"

namespace chat {

namespace {
constexpr std::size_t longest_line_kept = 4096;
}

std::string ServerText::add(std::string_view bytes) {
    std::string text = encode_utf8(printable(decoder_.add(bytes), LineFeeds::Keep));
    for (const char c : text) {
        if (c == '\n') {
            last_line_ = std::exchange(line_, {});
            continue;
        }
        if (line_.size() == longest_line_kept) {
            line_.erase(0, longest_line_kept / 2);
        }
        line_ += c;
    }
    return text;
}

bool ServerText::asks_password() const {
    return line_.ends_with("assword: ");
}

bool ServerText::said_goodbye() const {
    return line_.empty() && (last_line_ == "* Goodbye." || last_line_ == "Your choice: * Goodbye.");
}

}  // namespace chat
