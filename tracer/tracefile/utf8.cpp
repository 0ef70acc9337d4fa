// tracer/tracefile/utf8.cpp - the table of RFC 3629.
#include "tracefile/utf8.hpp"

#include <array>

namespace sockstep::tracefile {

namespace {

unsigned octet_at(std::string_view text, std::size_t at) {
    return static_cast<unsigned char>(text[at]);
}

/// First octets from `first` to `last` begin characters of `length` octets, the second of which is from `low` to
/// `high`.
struct Row {
    unsigned first, last;
    std::size_t length;
    unsigned low, high;
};

constexpr std::array rows{
    Row{0x00, 0x7f, 1, 0, 0},       Row{0xc2, 0xdf, 2, 0x80, 0xbf}, Row{0xe0, 0xe0, 3, 0xa0, 0xbf},
    Row{0xe1, 0xec, 3, 0x80, 0xbf}, Row{0xed, 0xed, 3, 0x80, 0x9f}, Row{0xee, 0xef, 3, 0x80, 0xbf},
    Row{0xf0, 0xf0, 4, 0x90, 0xbf}, Row{0xf1, 0xf3, 4, 0x80, 0xbf}, Row{0xf4, 0xf4, 4, 0x80, 0x8f}};

/// The octets of the character at `at`; 0 if there is none.
std::size_t length_of_character(std::string_view text, std::size_t at) {
    const unsigned first = octet_at(text, at);
    for (const Row& row : rows) {
        if (first < row.first || first > row.last) {
            continue;
        }
        if (text.size() - at < row.length) {
            return 0;
        }
        for (std::size_t next = 1; next < row.length; ++next) {
            const unsigned octet = octet_at(text, at + next);
            if (octet < (next == 1 ? row.low : 0x80) || octet > (next == 1 ? row.high : 0xbf)) {
                return 0;
            }
        }
        return row.length;
    }
    return 0;
}

}  // namespace

bool is_utf8(std::string_view text) {
    std::size_t length = 0;
    for (std::size_t at = 0; at < text.size(); at += length) {
        length = length_of_character(text, at);
        if (length == 0) {
            return false;
        }
    }
    return true;
}

std::size_t whole_characters(std::string_view text, std::size_t at) {
    if (at >= text.size()) {
        return text.size();
    }
    while (at > 0 && (octet_at(text, at) & 0xc0U) == 0x80) {
        --at;
    }
    return at;
}

}  // namespace sockstep::tracefile
