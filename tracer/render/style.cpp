// tracer/render/style.cpp - colours, line breaks, and octets made harmless.
#include "render/style.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace sockstep::render {

namespace {

std::string_view code_of(Paint paint) {
    switch (paint) {
        case Paint::Plain:
            return "";
        case Paint::Dim:
            return "2";
        case Paint::Client:
            return "36";
        case Paint::Server:
            return "32";
        case Paint::Warning:
            return "33";
        case Paint::Alarm:
            return "1;31";
        case Paint::Strong:
            return "1";
    }
    return "";
}

std::string escaped(char octet) {
    switch (octet) {
        case '\n':
            return "\\n";
        case '\r':
            return "\\r";
        case '\t':
            return "\\t";
        case '"':
            return "\\\"";
        case '\\':
            return "\\\\";
        default:
            break;
    }
    const auto value = static_cast<unsigned char>(octet);
    return value >= 0x20 && value < 0x7f ? std::string(1, octet) : fmt::format("\\x{:02x}", value);
}

/// How much of a word goes into `width` columns, which it does not fit: not a part of an escape such as \n or \x2f.
std::size_t part_of_a_word(std::string_view word, std::size_t width) {
    const std::size_t backslash = word.substr(0, width).rfind('\\');
    if (backslash == std::string_view::npos || backslash == 0) {
        return width;
    }
    const std::size_t escape = word.substr(backslash, 2) == "\\x" ? 4 : 2;
    return backslash + escape > width ? backslash : width;
}

}  // namespace

std::string painted(const Style& style, Paint paint, std::string_view text) {
    if (!style.colour || paint == Paint::Plain || text.empty()) {
        return std::string{text};
    }
    return fmt::format("\x1b[{}m{}\x1b[0m", code_of(paint), text);
}

std::vector<std::string> wrapped(std::string_view text, std::size_t width) {
    width = std::max<std::size_t>(width, 1);
    std::vector<std::string> lines;
    while (!text.empty()) {
        if (text.size() <= width) {
            lines.emplace_back(text);
            break;
        }
        const std::size_t space = text.rfind(' ', width);
        const bool in_a_word = space == std::string_view::npos || space == 0;
        const std::size_t end = in_a_word ? part_of_a_word(text, width) : space;
        lines.emplace_back(text.substr(0, end));
        text.remove_prefix(in_a_word ? end : end + 1);
    }
    return lines;
}

std::string beside(std::string left, std::size_t indent, std::string_view text, std::size_t width) {
    std::string lines;
    if (left.size() >= indent) {
        lines = left + "\n";
        left.clear();
    }
    for (const std::string& line : wrapped(text, width > indent ? width - indent : 1)) {
        left.resize(indent, ' ');
        lines += left + line + "\n";
        left.clear();
    }
    return lines;
}

std::string printable(std::string_view text) {
    std::string shown;
    for (const char octet : text) {
        shown += octet == '"' || octet == '\\' ? std::string(1, octet) : escaped(octet);
    }
    return shown;
}

std::string quoted(std::string_view octets, std::size_t width) {
    constexpr std::string_view ellipsis = "...";
    std::string text = "\"";
    std::size_t last_that_fits = text.size();  // with the closing quote and the ellipsis behind it
    for (const char octet : octets) {
        text += escaped(octet);
        if (text.size() + 1 + ellipsis.size() <= width) {
            last_that_fits = text.size();
        }
        if (text.size() + 1 > width) {
            return text.substr(0, last_that_fits) + '"' + std::string{ellipsis};
        }
    }
    return text + '"';
}

}  // namespace sockstep::render
