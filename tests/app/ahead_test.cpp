// tests/app/ahead_test.cpp - items made by another thread: their order, their end, and what goes wrong.
#include "app/ahead.hpp"

#include <gtest/gtest.h>

#include <future>
#include <stdexcept>
#include <vector>

namespace sockstep::app {
namespace {

constexpr int many = 1000;

TEST(Ahead, HandsOutEachItemOnceAndInOrder) {
    int next = 0;
    Ahead<int> ahead{[&](int& item) {
        item = next++;
        return item < many;
    }};
    std::vector<int> seen;
    while (const int* item = ahead.next()) {
        seen.push_back(*item);
    }
    ASSERT_EQ(seen.size(), many);
    for (int i = 0; i < many; ++i) {
        EXPECT_EQ(seen[static_cast<std::size_t>(i)], i);
    }
    EXPECT_EQ(ahead.next(), nullptr) << "the end is the end";
}

TEST(Ahead, LeavesTheItemThatIsLentAlone) {
    int next = 0;
    Ahead<int> ahead{[&](int& item) {
        item = next++;
        return item < many;
    }};
    for (int i = 0; const int* item = ahead.next(); ++i) {
        std::this_thread::yield();  // the other thread may fill all other places now
        EXPECT_EQ(*item, i);
    }
}

TEST(Ahead, ThrowsWhatTheOtherThreadThrewAfterAllThatCameBefore) {
    int next = 0;
    Ahead<int> ahead{[&](int& item) -> bool {
        item = next++;
        if (item == 20) {
            throw std::runtime_error{"the disk is gone"};
        }
        return true;
    }};
    for (int i = 0; i < 20; ++i) {
        const int* item = ahead.next();
        ASSERT_NE(item, nullptr);
        EXPECT_EQ(*item, i);
    }
    EXPECT_THROW(ahead.next(), std::runtime_error);
    EXPECT_EQ(ahead.next(), nullptr);
}

TEST(Ahead, EndsWhenNobodyWantsTheRest) {
    std::promise<void> full;
    int next = 0;
    {
        Ahead<int> ahead{[&](int& item) {
            item = next++;
            if (item == 7) {
                full.set_value();  // the last of its places: from now on it waits for room
            }
            return true;
        }};
        full.get_future().wait();
    }
    EXPECT_EQ(next, 8);
}

}  // namespace
}  // namespace sockstep::app
