// tracer/base/words.hpp - the words and numbers of a line of text.
#pragma once

#include <charconv>
#include <cstddef>
#include <optional>
#include <string_view>
#include <system_error>
#include <vector>

namespace sockstep::base {

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

inline std::vector<std::string_view> words_of(std::string_view text, std::string_view separators = " \t") {
    std::vector<std::string_view> words;
    for (std::string_view word = next_word(text, separators); !word.empty(); word = next_word(text, separators)) {
        words.push_back(word);
    }
    return words;
}

/// The whole of `text` as a number; nothing if it is none. For integers: its `base`.
template <typename Number, typename... Base>
std::optional<Number> number_in(std::string_view text, Base... base) {
    Number value{};
    const char* const end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, value, base...);
    return error == std::errc{} && stop == end ? std::optional{value} : std::nullopt;
}

}  // namespace sockstep::base
