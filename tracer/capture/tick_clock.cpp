// tracer/capture/tick_clock.cpp - ticks to nanoseconds, exactly, in 64 bits.
#include "capture/tick_clock.hpp"

#include <utility>

namespace sockstep::capture {

namespace {

constexpr std::uint64_t billion = 1'000'000'000;

struct Instant {
    std::uint64_t seconds = 0;
    std::uint64_t nanoseconds = 0;  // below a billion
};

/// REQUIRES: exponent <= 19.
std::uint64_t power_of_ten(unsigned exponent) {
    std::uint64_t power = 1;
    for (; exponent > 0; --exponent) {
        power *= 10;
    }
    return power;
}

/// Ticks of 10^-n s.
Instant from_decimal(std::uint64_t ticks, unsigned n) {
    if (n <= 9) {
        const std::uint64_t per_second = power_of_ten(n);
        return {ticks / per_second, ticks % per_second * power_of_ten(9 - n)};
    }
    const std::uint64_t nanoseconds = n - 9 > 19 ? 0 : ticks / power_of_ten(n - 9);
    return {nanoseconds / billion, nanoseconds % billion};
}

/// Ticks of 2^-n s.
Instant from_binary(std::uint64_t ticks, unsigned n) {
    const std::uint64_t seconds = n > 63 ? 0 : ticks >> n;
    const std::uint64_t fraction = n > 63 ? ticks : ticks & ((std::uint64_t{1} << n) - 1);
    if (n <= 34) {  // fraction < 2^34, billion < 2^30: the product fits
        return {seconds, fraction * billion >> n};
    }
    // fraction * billion in two halves, of which the lower 32 bits are never needed
    const std::uint64_t upper = (fraction >> 32U) * billion + ((fraction & 0xffffffffU) * billion >> 32U);
    return {seconds, n - 32 > 63 ? 0 : upper >> (n - 32)};
}

Instant instant_of(std::uint64_t ticks, std::uint8_t resolution) {
    const unsigned n = resolution & 0x7fU;
    return (resolution & 0x80U) != 0 ? from_binary(ticks, n) : from_decimal(ticks, n);
}

/// `offset` seconds and `instant` after 1970, or before it if `sign` is -1; nothing if a Timestamp cannot hold that.
std::optional<base::Timestamp> timestamp(const Instant& instant, std::int64_t offset, std::int64_t sign) {
    constexpr std::int64_t limit = 9'223'372'035;  // seconds; one more and 64 bits of nanoseconds overflow
    std::int64_t seconds = 0;
    if (!std::in_range<std::int64_t>(instant.seconds) ||
        __builtin_add_overflow(sign * static_cast<std::int64_t>(instant.seconds), offset, &seconds) ||
        seconds > limit || seconds < -limit) {
        return std::nullopt;
    }
    const std::int64_t nanoseconds = sign * static_cast<std::int64_t>(instant.nanoseconds);
    return base::Timestamp{base::Duration{seconds * static_cast<std::int64_t>(billion) + nanoseconds}};
}

}  // namespace

std::optional<base::Timestamp> TickClock::at(std::uint64_t ticks) const {
    auto time = timestamp(instant_of(ticks, resolution), offset, 1);
    if (!time && ticks >> 63U != 0) {
        time = timestamp(instant_of(0 - ticks, resolution), offset, -1);
    }
    return time;
}

}  // namespace sockstep::capture
