// tracer/render/text_width.cpp - the widths of Helvetica.
#include "render/text_width.hpp"

#include <algorithm>
#include <array>
#include <cstddef>

namespace sockstep::render {

namespace {

/// Thousandths of the size, of the characters from 32 to 126. Source: Adobe's Helvetica.afm
constexpr std::array<int, 95> widths{278,  278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278,
                                     556,  556, 556, 556, 556, 556, 556, 556, 556, 556, 278, 278, 584, 584, 584, 556,
                                     1015, 667, 667, 722, 722, 667, 611, 778, 722, 278, 500, 667, 556, 833, 722, 778,
                                     667,  778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469, 556,
                                     333,  556, 556, 500, 556, 556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556,
                                     556,  556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334, 260, 334, 584};
constexpr int of_others = 1000;  // of characters that are not ASCII; most take less
constexpr double reserve = 1.06;

bool continues_a_character(char octet) {
    return (static_cast<unsigned char>(octet) & 0xC0U) == 0x80U;
}

int width_of(char octet) {
    const auto code = static_cast<unsigned char>(octet);
    if (continues_a_character(octet)) {
        return 0;
    }
    return code >= 32 && code < 127 ? widths.at(code - 32U) : of_others;
}

/// How many octets of `word` fit, at least one character.
std::size_t that_fit(std::string_view word, double size, double width) {
    std::size_t count = word.size();
    while (count > 1 && (text_width(word.substr(0, count), size) > width ||
                         (count < word.size() && continues_a_character(word[count])))) {
        --count;
    }
    while (count < word.size() && continues_a_character(word[count])) {
        ++count;
    }
    return count;
}

}  // namespace

double text_width(std::string_view text, double size) {
    int thousandths = 0;
    for (const char octet : text) {
        thousandths += width_of(octet);
    }
    return thousandths * size * reserve / 1000;
}

std::vector<std::string> fitted(std::string_view text, double size, double width) {
    std::vector<std::string> lines;
    std::string line;
    while (!text.empty()) {
        const std::size_t space = text.find(' ', text.front() == ' ' ? text.find_first_not_of(' ') : 0);
        std::string_view word = text.substr(0, std::min(space, text.size()));
        text.remove_prefix(word.size());
        if (!line.empty() && text_width(line + std::string{word}, size) > width) {
            lines.push_back(std::move(line));
            line.clear();
        }
        if (line.empty()) {
            word.remove_prefix(std::min(word.find_first_not_of(' '), word.size()));
        }
        while (line.empty() && text_width(word, size) > width && that_fit(word, size, width) < word.size()) {
            const std::size_t count = that_fit(word, size, width);
            lines.emplace_back(word.substr(0, count));
            word.remove_prefix(count);
        }
        line += word;
    }
    if (!line.empty()) {
        lines.push_back(std::move(line));
    }
    return lines;
}

}  // namespace sockstep::render
