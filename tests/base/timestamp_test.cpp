// tests/base/timestamp_test.cpp - durations as a person would write them.
#include "base/timestamp.hpp"

#include <gtest/gtest.h>

#include "base/read_duration.hpp"

namespace sockstep::base {
namespace {

using namespace std::chrono_literals;

TEST(Duration, ChoosesItsUnit) {
    EXPECT_EQ(to_string(Duration{0}), "0 ns");
    EXPECT_EQ(to_string(840ns), "840 ns");
    EXPECT_EQ(to_string(85us), "85 us");
    EXPECT_EQ(to_string(999'600ns), "1.00 ms");
    EXPECT_EQ(to_string(1'240us), "1.24 ms");
    EXPECT_EQ(to_string(40ms), "40.0 ms");
    EXPECT_EQ(to_string(204ms), "204 ms");
    EXPECT_EQ(to_string(3'020ms), "3.02 s");
    EXPECT_EQ(to_string(-40ms), "-40.0 ms");
}

TEST(Duration, WritesSecondsWithFixedDecimals) {
    EXPECT_EQ(seconds(1'204'567us, 3), "1.204");
    EXPECT_EQ(seconds(5ns, 9), "0.000000005");
    EXPECT_EQ(seconds(-1'500ms, 3), "-1.500");
    EXPECT_EQ(seconds(2s, 0), "2");
}

TEST(Duration, IsReadAsItIsTyped) {
    EXPECT_EQ(read_duration("200ms"), 200ms);
    EXPECT_EQ(read_duration("1.5s"), 1500ms);
    EXPECT_EQ(read_duration("50us"), 50us);
    EXPECT_EQ(read_duration("0s"), 0s);
    for (const char* text : {"", "5", "ms", "-1ms", "1h", "1 ms", "nans", "infs", "1e300s", "200msx"}) {
        EXPECT_EQ(read_duration(text), std::nullopt) << text;
    }
}

}  // namespace
}  // namespace sockstep::base
