// tests/render/picture.hpp - what is drawn of a conversation, and how wide it is.
#pragma once

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "explain/explain.hpp"
#include "render/ladder.hpp"
#include "tcp/conversation.hpp"

namespace sockstep::render {

inline std::vector<std::string> lines_of(const std::string& text) {
    std::vector<std::string> lines;
    std::size_t at = 0;
    while (at < text.size()) {
        const std::size_t end = std::min(text.find('\n', at), text.size());
        lines.push_back(text.substr(at, end - at));
        at = end + 1;
    }
    return lines;
}

/// Without the codes that colour it.
inline std::string without_colour(const std::string& text) {
    std::string plain;
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (text[at] == '\x1b') {
            at = text.find('m', at);
        } else {
            plain += text[at];
        }
    }
    return plain;
}

/// How many columns a line takes: every character that is drawn here takes one, whatever its octets.
inline std::size_t columns_of(const std::string& line) {
    const auto begins_a_character = [](char octet) { return (static_cast<unsigned char>(octet) & 0xC0U) != 0x80U; };
    return static_cast<std::size_t>(std::ranges::count_if(without_colour(line), begins_a_character));
}

inline std::size_t widest(const std::string& text) {
    std::size_t columns = 0;
    for (const std::string& line : lines_of(text)) {
        columns = std::max(columns, columns_of(line));
    }
    return columns;
}

/// The whole conversation as a ladder.
inline std::string picture_of(const tcp::Conversation& talk, Style style) {
    Ladder ladder{style};
    std::string text;
    for (const tcp::Seen& seen : talk.all()) {
        text += ladder.segment(seen.time - talk.all().front().time, seen.packet, seen.segment, seen.connection,
                               explain::explain(seen.packet, seen.segment, seen.connection));
    }
    return text + ladder.connection(talk.connection(), explain::explain(talk.connection()));
}

}  // namespace sockstep::render
