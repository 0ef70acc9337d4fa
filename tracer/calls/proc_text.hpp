// tracer/calls/proc_text.hpp - the words and numbers of a line of /proc.
#pragma once

#include <charconv>
#include <cstddef>
#include <optional>
#include <string_view>
#include <system_error>

namespace sockstep::calls {

/// Takes the next word off the front of `text`: what stands before one of the `separators`. Empty: there is no more.
inline std::string_view next_word(std::string_view& text, std::string_view separators = " \t") {
    const std::size_t start = text.find_first_not_of(separators);
    if (start == std::string_view::npos) {
        text = {};
        return {};
    }
    text.remove_prefix(start);
    const std::string_view word = text.substr(0, text.find_first_of(separators));
    text.remove_prefix(word.size());
    return word;
}

/// The whole of `word` as a number; nothing if it is none.
template <typename Number>
std::optional<Number> number(std::string_view word, int base = 10) {
    Number value{};
    const char* end = word.data() + word.size();
    const auto [stop, error] = std::from_chars(word.data(), end, value, base);
    return error == std::errc{} && stop == end && !word.empty() ? std::optional{value} : std::nullopt;
}

}  // namespace sockstep::calls
