// tracer/base/timestamp.cpp - durations as text.
#include "base/timestamp.hpp"

#include <fmt/format.h>

#include <cstdint>
#include <cstdlib>

namespace sockstep::base {

namespace {

/// `value` with as many decimals as three significant digits leave room for.
std::string three_digits(double value) {
    if (value < 9.995) {
        return fmt::format("{:.2f}", value);
    }
    return value < 99.95 ? fmt::format("{:.1f}", value) : fmt::format("{:.0f}", value);
}

}  // namespace

std::string to_string(Duration duration) {
    const auto nanoseconds = static_cast<double>(std::abs(duration.count()));
    const char* sign = duration.count() < 0 ? "-" : "";
    if (nanoseconds < 1e3) {
        return fmt::format("{}{:.0f} ns", sign, nanoseconds);
    }
    if (nanoseconds < 999.5e3) {
        return fmt::format("{}{:.0f} us", sign, nanoseconds / 1e3);
    }
    if (nanoseconds < 999.5e6) {
        return fmt::format("{}{} ms", sign, three_digits(nanoseconds / 1e6));
    }
    return fmt::format("{}{} s", sign, three_digits(nanoseconds / 1e9));
}

std::string seconds(Duration duration, int decimals) {
    const std::int64_t whole_nanoseconds = std::abs(duration.count());
    const std::string fraction = fmt::format("{:09}", whole_nanoseconds % 1'000'000'000);
    std::string text = fmt::format("{}{}", duration.count() < 0 ? "-" : "", whole_nanoseconds / 1'000'000'000);
    if (decimals > 0) {
        text += '.';
        text += fraction.substr(0, static_cast<std::size_t>(decimals));
    }
    return text;
}

}  // namespace sockstep::base
