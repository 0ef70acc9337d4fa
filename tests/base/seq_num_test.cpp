// tests/base/seq_num_test.cpp - arithmetic on the circle of 2^32.
#include "base/seq_num.hpp"

#include <gtest/gtest.h>

namespace sockstep::base {
namespace {

TEST(SeqNum, MeasuresForwardsAndBackwards) {
    EXPECT_EQ(distance(SeqNum{10}, SeqNum{15}), 5);
    EXPECT_EQ(distance(SeqNum{15}, SeqNum{10}), -5);
}

TEST(SeqNum, MeasuresAcrossTheWrap) {
    EXPECT_EQ(distance(SeqNum{0xFFFFFFFE}, SeqNum{3}), 5);
    EXPECT_EQ(distance(SeqNum{3}, SeqNum{0xFFFFFFFE}), -5);
}

TEST(SeqNum, AddsAndSubtractsAcrossTheWrap) {
    EXPECT_EQ(SeqNum{0xFFFFFFFF} + 2U, SeqNum{1});
    EXPECT_EQ(SeqNum{1} - 2U, SeqNum{0xFFFFFFFF});
}

}  // namespace
}  // namespace sockstep::base
