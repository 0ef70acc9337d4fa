// tests/correlate/coverage_test.cpp - bytes and their owners.
#include "correlate/coverage.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sockstep::correlate {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(Coverage, OwnsNothingAtFirst) {
    EXPECT_EQ(Coverage{}.owner_of(0), 0U);
    EXPECT_THAT(Coverage{}.owners_in({0, 100}), IsEmpty());
}

TEST(Coverage, NamesTheOwnersOfARangeInOrder) {
    Coverage coverage;
    coverage.add({0, 5}, 1);
    coverage.add({5, 10}, 2);
    coverage.add({10, 15}, 3);
    EXPECT_THAT(coverage.owners_in({4, 11}), ElementsAre(1, 2, 3));
    EXPECT_THAT(coverage.owners_in({5, 10}), ElementsAre(2));
    EXPECT_EQ(coverage.owner_of(9), 2U);
    EXPECT_EQ(coverage.owner_of(15), 0U);
}

TEST(Coverage, LeavesAByteToWhoHadItFirst) {
    Coverage coverage;
    coverage.add({5, 10}, 1);
    coverage.add({0, 15}, 2);
    EXPECT_EQ(coverage.owner_of(4), 2U);
    EXPECT_EQ(coverage.owner_of(5), 1U);
    EXPECT_EQ(coverage.owner_of(9), 1U);
    EXPECT_EQ(coverage.owner_of(10), 2U);
    EXPECT_THAT(coverage.owners_in({0, 15}), ElementsAre(2, 1));
}

TEST(Coverage, ShowsGaps) {
    Coverage coverage;
    coverage.add({10, 20}, 1);
    EXPECT_EQ(coverage.owner_of(9), 0U);
    EXPECT_THAT(coverage.owners_in({0, 10}), IsEmpty());
    EXPECT_THAT(coverage.owners_in({0, 11}), ElementsAre(1));
}

}  // namespace
}  // namespace sockstep::correlate
