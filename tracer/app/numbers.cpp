// tracer/app/numbers.cpp - from_chars, and what to say if it is not content.
#include "app/numbers.hpp"

#include <fmt/format.h>

#include <charconv>
#include <optional>
#include <string>
#include <system_error>

namespace sockstep::app {

namespace {

/// Nothing unless all of `text` is one number.
template <typename Number>
std::optional<Number> number_in(const std::string& text) {
    Number value{};
    const char* const end = text.data() + text.size();
    const auto [stopped, error] = std::from_chars(text.data(), end, value);
    return error == std::errc{} && stopped == end ? std::optional{value} : std::nullopt;
}

}  // namespace

CLI::Validator whole_number(std::uint64_t least, std::uint64_t most) {
    const auto check = [least, most](std::string& text) -> std::string {
        const auto value = number_in<std::uint64_t>(text);
        if (!value || *value < least || *value > most) {
            return fmt::format("must be a whole number from {} to {}, not {}", least, most, text);
        }
        text = std::to_string(*value);  // without leading zeros, which CLI11 would take for octal
        return {};
    };
    return {check, ""};
}

CLI::Validator seconds(double least, double most) {
    const auto check = [least, most](const std::string& text) -> std::string {
        const auto value = number_in<double>(text);
        const bool good = value && *value >= least && *value <= most;  // not so for "nan"
        return good ? std::string{} : fmt::format("must be seconds from {} to {}, not {}", least, most, text);
    };
    return {check, ""};
}

}  // namespace sockstep::app
