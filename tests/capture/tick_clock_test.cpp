// tests/capture/tick_clock_test.cpp - units of time from a second to far below a nanosecond.
#include "capture/tick_clock.hpp"

#include <gtest/gtest.h>

#include <limits>

#include "capture/capture_builder.hpp"

namespace sockstep::capture {
namespace {

constexpr std::uint8_t power_of_two = 0x80;
std::optional<std::int64_t> nanoseconds(const TickClock& clock, std::uint64_t ticks) {
    const auto time = clock.at(ticks);
    return time ? std::optional{time->time_since_epoch().count()} : std::nullopt;
}

TEST(TickClock, CountsPowersOfTen) {
    EXPECT_EQ(nanoseconds({.resolution = 0}, 17), 17 * test::billion);
    EXPECT_EQ(nanoseconds({.resolution = 6}, 1'700'000'000'123'456), 1'700'000'000'123'456'000);
    EXPECT_EQ(nanoseconds({.resolution = 9}, 1'700'000'000'123'456'789), 1'700'000'000'123'456'789);
    EXPECT_EQ(nanoseconds({.resolution = 12}, 1'999'999), 1999);
    EXPECT_EQ(nanoseconds({.resolution = 28}, 18'000'000'000'000'000'000U), 1);
    EXPECT_EQ(nanoseconds({.resolution = 29}, ~std::uint64_t{0}), 0);
}

TEST(TickClock, CountsPowersOfTwo) {
    EXPECT_EQ(nanoseconds({.resolution = power_of_two | 0}, 17), 17 * test::billion);
    EXPECT_EQ(nanoseconds({.resolution = power_of_two | 10}, 1024 + 512), test::billion + test::billion / 2);
    EXPECT_EQ(nanoseconds({.resolution = power_of_two | 32}, (std::uint64_t{3} << 32U) + (std::uint64_t{1} << 31U)),
              3 * test::billion + test::billion / 2);
    EXPECT_EQ(nanoseconds({.resolution = power_of_two | 34}, ~std::uint64_t{0}),
              (std::int64_t{1} << 30U) * test::billion - 1);
    EXPECT_EQ(nanoseconds({.resolution = power_of_two | 63}, std::uint64_t{3} << 62U),
              test::billion + test::billion / 2);
    EXPECT_EQ(nanoseconds({.resolution = power_of_two | 64}, std::uint64_t{1} << 63U), test::billion / 2);
    EXPECT_EQ(nanoseconds({.resolution = power_of_two | 65}, std::uint64_t{1} << 63U), test::billion / 4);
    EXPECT_EQ(nanoseconds({.resolution = power_of_two | 127}, ~std::uint64_t{0}), 0);
}

TEST(TickClock, AddsItsOffset) {
    EXPECT_EQ(nanoseconds({.resolution = 6, .offset = -2}, 3'000'001), test::billion + 1000);
    constexpr std::int64_t from_1601_to_1970 = 11'644'473'600;
    EXPECT_EQ(nanoseconds({.resolution = 0, .offset = -from_1601_to_1970}, 13'344'473'600),
              1'700'000'000 * test::billion);
}

TEST(TickClock, TakesACountFarBeyondAsNegative) {
    EXPECT_EQ(nanoseconds({.resolution = 6}, std::uint64_t{0} - 505'425'287), -505'425'287'000);
    EXPECT_EQ(nanoseconds({.resolution = power_of_two | 32}, std::uint64_t{1} << 63U),
              (std::int64_t{1} << 31U) * test::billion);
}

TEST(TickClock, RefusesWhatATimestampCannotHold) {
    constexpr std::int64_t greatest = std::numeric_limits<std::int64_t>::max();
    constexpr std::int64_t least = std::numeric_limits<std::int64_t>::min();
    EXPECT_EQ(nanoseconds({.resolution = 0}, 9'223'372'036), std::nullopt);
    EXPECT_EQ(nanoseconds({.resolution = 6, .offset = greatest}, 1'000'000), std::nullopt);
    EXPECT_EQ(nanoseconds({.resolution = 6, .offset = least}, 1), std::nullopt);
    EXPECT_EQ(nanoseconds({.resolution = 0, .offset = least}, std::uint64_t{1} << 63U), std::nullopt);
    EXPECT_TRUE(nanoseconds({.resolution = 9}, 9'223'372'035'999'999'999));
}

}  // namespace
}  // namespace sockstep::capture
