// server/chat/text.cpp - which characters pass, and which names.
#include "chat/text.hpp"

#include <algorithm>
#include <array>

#include "chat/utf8.hpp"

namespace chat {

namespace {

constexpr std::size_t longest_name = 32;  // characters

struct Range {
    char32_t first;
    char32_t last;
};

// Characters that steer a terminal, or the reading order of what follows them.
constexpr std::array<Range, 7> steering{{
    {0x00, 0x1F},      // C0 controls: ESC begins a terminal's commands
    {0x7F, 0x9F},      // DEL and the C1 controls: U+009B alone is as good as ESC [
    {0x061C, 0x061C},  // Arabic letter mark
    {0x200E, 0x200F},  // left-to-right and right-to-left marks
    {0x2028, 0x202E},  // line and paragraph separators; bidirectional embeddings and overrides
    {0x2066, 0x2069},  // bidirectional isolates
    {0xFFF9, 0xFFFB},  // interlinear annotations
}};

// Characters without ink, harmless in a text (emoji are joined with U+200D), but two names must not differ by them
// only.
constexpr std::array<Range, 14> invisible{{
    {0x00AD, 0x00AD},    // soft hyphen
    {0x034F, 0x034F},    // combining grapheme joiner
    {0x115F, 0x1160},    // Hangul fillers
    {0x17B4, 0x17B5},    // Khmer inherent vowels
    {0x180B, 0x180F},    // Mongolian selectors and vowel separator
    {0x200B, 0x200D},    // zero width space, non-joiner, joiner
    {0x2060, 0x2065},    // word joiner, invisible operators
    {0x206A, 0x206F},    // deprecated format characters
    {0x2800, 0x2800},    // Braille blank
    {0x3164, 0x3164},    // Hangul filler
    {0xFE00, 0xFE0F},    // variation selectors
    {0xFEFF, 0xFEFF},    // byte order mark
    {0xFFA0, 0xFFA0},    // halfwidth Hangul filler
    {0xE0000, 0xE0FFF},  // tags and further variation selectors
}};

constexpr std::array<Range, 7> blanks{{
    {0x20, 0x20},
    {0xA0, 0xA0},
    {0x1680, 0x1680},
    {0x2000, 0x200A},
    {0x202F, 0x202F},
    {0x205F, 0x205F},
    {0x3000, 0x3000},
}};

// The server's questions: "Password: hello" must not come from a member.
constexpr std::array<std::string_view, 5> reserved{"server", "your choice", "name", "group id", "password"};

template <std::size_t Size>
bool is_in(const std::array<Range, Size>& ranges, char32_t c) {
    return std::any_of(ranges.begin(), ranges.end(), [c](Range range) { return range.first <= c && c <= range.last; });
}

std::u32string decode(std::string_view bytes) {
    Utf8Decoder decoder;
    std::u32string text = decoder.add(bytes);
    return text += decoder.finish();
}

std::string lower_ascii(std::string_view text) {
    std::string lower{text};
    std::transform(lower.begin(), lower.end(), lower.begin(),
                   [](char c) { return 'A' <= c && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    return lower;
}

}  // namespace

std::u32string printable(std::u32string_view text, LineFeeds line_feeds) {
    std::u32string out;
    for (const char32_t c : text) {
        const bool kept = c == U'\n' ? line_feeds == LineFeeds::Keep : c == U'\t' || !is_in(steering, c);
        if (kept) {
            out += c == U'\t' ? U' ' : c;
        }
    }
    return out;
}

std::string clean_line(std::string_view bytes) {
    const std::u32string text = printable(decode(bytes), LineFeeds::Remove);
    const auto is_blank = [](char32_t c) { return is_in(blanks, c); };
    const auto first = std::find_if_not(text.begin(), text.end(), is_blank);
    const auto last = std::find_if_not(text.rbegin(), std::make_reverse_iterator(first), is_blank).base();
    return encode_utf8({first, last});
}

std::string clean_name(std::string_view bytes) {
    std::u32string name;
    for (const char32_t c : printable(decode(bytes), LineFeeds::Remove)) {
        if (is_in(invisible, c)) {
            continue;
        }
        if (!is_in(blanks, c)) {
            name += c;
        } else if (!name.empty() && name.back() != U' ') {
            name += U' ';
        }
    }
    if (!name.empty() && name.back() == U' ') {
        name.pop_back();
    }
    return encode_utf8(name);
}

std::optional<std::string> problem_with_name(std::string_view name) {
    if (name.empty()) {
        return "A name needs at least one visible character.";
    }
    if (decode(name).size() > longest_name) {
        return "A name has at most " + std::to_string(longest_name) + " characters.";
    }
    // Others see "name: text", and what the server itself says begins with "* ": neither must be open to imitation.
    if (name.find(':') != std::string_view::npos || name.find(',') != std::string_view::npos) {
        return "A name has neither ':' nor ','.";
    }
    if (name.front() == '*' || name.front() == '/') {
        return "A name does not begin with '*' or '/'.";
    }
    if (std::any_of(reserved.begin(), reserved.end(), [&](std::string_view r) { return same_name(name, r); })) {
        return "This name is reserved.";
    }
    return std::nullopt;
}

bool same_name(std::string_view left, std::string_view right) {
    return lower_ascii(left) == lower_ascii(right);
}

}  // namespace chat
