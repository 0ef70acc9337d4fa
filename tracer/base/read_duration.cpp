// tracer/base/read_duration.cpp - a number and its unit.
#include "base/read_duration.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <iterator>

namespace sockstep::base {

namespace {

struct Unit {
    std::string_view name;
    double nanoseconds;
};

constexpr Unit units[] = {{"us", 1e3}, {"ms", 1e6}, {"s", 1e9}};
constexpr double longest = 100 * 365 * 86400e9;  // nanoseconds

}  // namespace

std::optional<Duration> read_duration(std::string_view text) {
    double number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    const std::string_view name{end, static_cast<std::size_t>(text.data() + text.size() - end)};
    const auto* unit = std::ranges::find(units, name, &Unit::name);
    // Compared so that what is not a number fails, too.
    if (error != std::errc{} || unit == std::end(units) || !(number >= 0 && number * unit->nanoseconds <= longest)) {
        return std::nullopt;
    }
    return Duration{std::llround(number * unit->nanoseconds)};
}

}  // namespace sockstep::base
