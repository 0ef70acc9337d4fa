// tracer/app/numbers.cpp - from_chars, and what to say if it is not content.
#include "app/numbers.hpp"

#include <fmt/format.h>

#include <optional>
#include <string>

#include "base/words.hpp"

namespace sockstep::app {

CLI::Validator whole_number(std::uint64_t least, std::uint64_t most) {
    const auto check = [least, most](std::string& text) -> std::string {
        const auto value = base::number_in<std::uint64_t>(text);
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
        const auto value = base::number_in<double>(text);
        const bool good = value && *value >= least && *value <= most;  // not so for "nan"
        return good ? std::string{} : fmt::format("must be seconds from {} to {}, not {}", least, most, text);
    };
    return {check, ""};
}

}  // namespace sockstep::app
