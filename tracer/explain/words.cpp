// tracer/explain/words.cpp - numbers and references as text.
#include "explain/words.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>

namespace sockstep::explain {

std::string number(std::int64_t value) {
    std::string digits = std::to_string(value);
    const std::ptrdiff_t first_digit = value < 0 ? 1 : 0;
    for (auto place = static_cast<std::ptrdiff_t>(digits.size()) - 3; place > first_digit; place -= 3) {
        digits.insert(static_cast<std::size_t>(place), 1, ',');
    }
    return digits;
}

std::string count(std::int64_t value, std::string_view singular) {
    return fmt::format("{} {}{}", number(value), singular, value == 1 ? "" : "s");
}

std::string byte_at(std::int64_t offset) {
    return offset >= 0 ? "byte " + number(offset) : fmt::format("the byte {} before byte 0", number(-offset));
}

std::string bytes(tcp::StreamRange range) {
    if (range.length() == 1) {
        return byte_at(range.from);
    }
    if (range.from < 0) {
        return fmt::format("{} that begin {} before byte 0", count(range.length(), "byte"), number(-range.from));
    }
    return fmt::format("bytes {}-{}", number(range.from), number(range.to - 1));
}

std::string_view name(tcp::Side side) {
    return side == tcp::Side::Client ? "client" : "server";
}

std::string number_sign(const tcp::Reference& reference) {
    return fmt::format("#{}", reference.segment);
}

std::string after(const tcp::Reference& reference, base::Timestamp now) {
    return fmt::format("{} after {}", base::to_string(now - reference.time), number_sign(reference));
}

void Story::say(std::string_view sentence) {
    if (sentence.empty()) {
        return;
    }
    if (!explanation_.says.empty()) {
        explanation_.says += ' ';
    }
    explanation_.says += sentence;
}

void Story::say(std::string_view sentence, const Rule& rule) {
    say(sentence);
    if (std::ranges::find(explanation_.rules, rule) == explanation_.rules.end()) {
        explanation_.rules.push_back(rule);
    }
}

}  // namespace sockstep::explain
