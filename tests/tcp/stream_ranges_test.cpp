// tests/tcp/stream_ranges_test.cpp - the set of stream bytes, against a set that is too simple to be wrong.
#include "tcp/stream_ranges.hpp"

#include <gtest/gtest.h>

#include <random>
#include <set>

namespace sockstep::tcp {
namespace {

/// Every byte by itself.
class NaiveRanges {
public:
    std::int64_t add(StreamRange range) {
        std::int64_t added = 0;
        for (std::int64_t byte = range.from; byte < range.to; ++byte) {
            added += bytes_.insert(byte).second ? 1 : 0;
        }
        return added;
    }
    StreamRanges::Overlap overlap(StreamRange range) const {
        std::int64_t known = 0;
        for (std::int64_t byte = range.from; byte < range.to; ++byte) {
            known += bytes_.contains(byte) ? 1 : 0;
        }
        return known == 0                ? StreamRanges::Overlap::None
               : known == range.length() ? StreamRanges::Overlap::All
                                         : StreamRanges::Overlap::Some;
    }
    std::int64_t end_of_run(std::int64_t from) const {
        if (!bytes_.contains(from) && !bytes_.contains(from - 1)) {
            return from;
        }
        while (bytes_.contains(from)) {
            ++from;
        }
        return from;
    }
    std::size_t gaps() const {
        std::size_t gaps = 0;
        for (const std::int64_t byte : bytes_) {
            gaps += byte != *bytes_.begin() && !bytes_.contains(byte - 1) ? 1U : 0U;
        }
        return gaps;
    }
    std::int64_t begin() const { return *bytes_.begin(); }
    std::int64_t end() const { return *bytes_.rbegin() + 1; }

private:
    std::set<std::int64_t> bytes_;
};

TEST(StreamRanges, BeginEmpty) {
    StreamRanges ranges;
    EXPECT_TRUE(ranges.empty());
    EXPECT_EQ(ranges.end_of_run(7), 7);
    EXPECT_EQ(ranges.overlap({0, 10}), StreamRanges::Overlap::None);
    EXPECT_EQ(ranges.add({3, 3}), 0);
    EXPECT_TRUE(ranges.empty());
}

TEST(StreamRanges, CountOnlyNewBytes) {
    StreamRanges ranges;
    EXPECT_EQ(ranges.add({0, 10}), 10);
    EXPECT_EQ(ranges.add({5, 15}), 5);
    EXPECT_EQ(ranges.add({20, 30}), 10);
    EXPECT_EQ(ranges.gaps(), 1U);
    EXPECT_EQ(ranges.add({0, 40}), 15);
    EXPECT_EQ(ranges.gaps(), 0U);
    EXPECT_EQ(ranges.end_of_run(0), 40);
}

TEST(StreamRanges, AgreeWithANaiveSet) {
    std::mt19937 random{20240611};
    for (int round = 0; round < 300; ++round) {
        StreamRanges ranges;
        NaiveRanges naive;
        const std::int64_t spread = 20 + static_cast<std::int64_t>(random() % 200);
        const auto any = [&] {
            return static_cast<std::int64_t>(random() % static_cast<unsigned>(spread)) - spread / 4;
        };
        for (int step = 0; step < 60; ++step) {
            const std::int64_t from = any();
            const StreamRange range{from, from + 1 + static_cast<std::int64_t>(random() % 12)};
            ASSERT_EQ(ranges.overlap(range), naive.overlap(range)) << "round " << round << " step " << step;
            ASSERT_EQ(ranges.add(range), naive.add(range)) << "round " << round << " step " << step;
            ASSERT_EQ(ranges.gaps(), naive.gaps());
            ASSERT_EQ(ranges.begin(), naive.begin());
            ASSERT_EQ(ranges.end(), naive.end());
            const std::int64_t asked = any();
            ASSERT_EQ(ranges.end_of_run(asked), naive.end_of_run(asked)) << asked;
        }
    }
}

TEST(StreamRanges, TakeTheEarliestGapsForSeenWhereThereAreTooMany) {
    StreamRanges ranges;
    constexpr auto most = static_cast<std::int64_t>(StreamRanges::most_gaps);
    for (std::int64_t i = 0; i <= most + 10; ++i) {
        EXPECT_EQ(ranges.add({i * 10, i * 10 + 1}), 1);
        EXPECT_LE(ranges.gaps(), StreamRanges::most_gaps);
    }
    EXPECT_EQ(ranges.overlap({0, 100}), StreamRanges::Overlap::All);  // ten gaps were given up
    EXPECT_EQ(ranges.add({5, 6}), 0);
    EXPECT_EQ(ranges.overlap({(most + 9) * 10, (most + 9) * 10 + 10}), StreamRanges::Overlap::Some);
}

TEST(StreamRanges, KeepToTheirBoundWhateverTheOrder) {
    std::mt19937 random{5};
    StreamRanges ranges;
    std::int64_t counted = 0;
    for (int i = 0; i < 50'000; ++i) {
        const auto from = static_cast<std::int64_t>(random() % 1'000'000) * 2;
        counted += ranges.add({from, from + 1});
        ASSERT_LE(ranges.gaps(), StreamRanges::most_gaps);
    }
    EXPECT_LE(counted, ranges.end() - ranges.begin());
}

TEST(StreamRanges, ReachBeyondFourGibibytes) {
    StreamRanges ranges;
    constexpr std::int64_t far = std::int64_t{1} << 40;
    EXPECT_EQ(ranges.add({far, far + 10}), 10);
    EXPECT_EQ(ranges.add({0, far}), far);
    EXPECT_EQ(ranges.gaps(), 0U);
    EXPECT_EQ(ranges.overlap({far - 5, far + 5}), StreamRanges::Overlap::All);
}

}  // namespace
}  // namespace sockstep::tcp
