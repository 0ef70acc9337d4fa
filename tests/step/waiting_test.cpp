// tests/step/waiting_test.cpp - the order in which held things are let go.
#include "step/waiting.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "step/lesson.hpp"

namespace sockstep::step {
namespace {

using ::testing::ElementsAre;

std::vector<std::string> order(const WaitingList& list) {
    std::vector<std::string> names;
    for (const Waiting& waiting : list.all()) {
        names.push_back(fmt::format("{} {}", waiting.is_call() ? "call" : "segment", waiting.hold()));
    }
    return names;
}

class Order : public ::testing::Test {
protected:
    WaitingList list{{"server", "client"}};
};

TEST_F(Order, PutsWhatCameEarlierFirst) {
    list.add(call(1, "client", "connect"));
    list.rest();
    list.add(segment(1, "server", ack));
    EXPECT_THAT(order(list), ElementsAre("call 1", "segment 1"));
}

TEST_F(Order, PutsSegmentsBeforeCallsOfTheSameTime) {
    list.add(call(1, "server", "accept"));
    list.add(segment(1, "client", syn));
    EXPECT_THAT(order(list), ElementsAre("segment 1", "call 1"));
}

TEST_F(Order, DoesNotDependOnWhichHostWasQuicker) {
    list.add(call(1, "client", "socket"));
    list.add(call(2, "server", "accept"));
    list.add(segment(1, "client", syn));
    list.add(segment(2, "server", fin));
    EXPECT_THAT(order(list), ElementsAre("segment 2", "segment 1", "call 2", "call 1"));
}

TEST_F(Order, KeepsTheOrderOfOneHost) {
    list.add(segment(1, "client", ack, 5));
    list.add(segment(2, "client", fin));
    EXPECT_THAT(order(list), ElementsAre("segment 1", "segment 2"));
}

TEST_F(Order, PutsHostsItWasNotToldOfLast) {
    list.add(call(1, "somebody", "socket"));
    list.add(call(2, "client", "socket"));
    EXPECT_THAT(order(list), ElementsAre("call 2", "call 1"));
}

TEST_F(Order, KnowsCallsAndSegmentsApart) {
    list.add(call(7, "client", "connect"));
    list.add(segment(7, "client", syn));
    EXPECT_TRUE(list.remove(true, 7));
    EXPECT_FALSE(list.remove(true, 7));
    EXPECT_THAT(order(list), ElementsAre("segment 7"));
}

TEST(IsKind, TellsSynFromSynAck) {
    EXPECT_TRUE(is_kind(segment(1, "client", syn).packet, "SYN"));
    EXPECT_FALSE(is_kind(segment(1, "server", syn | ack).packet, "SYN"));
    EXPECT_TRUE(is_kind(segment(1, "server", syn | ack).packet, "syn-ack"));
}

TEST(IsKind, CallsOnlyABareOneAnAck) {
    EXPECT_TRUE(is_kind(segment(1, "client", ack).packet, "ACK"));
    EXPECT_FALSE(is_kind(segment(1, "client", ack, 5).packet, "ACK"));
    EXPECT_FALSE(is_kind(segment(1, "client", fin | ack).packet, "ACK"));
    EXPECT_TRUE(is_kind(segment(1, "client", ack, 5).packet, "data"));
    EXPECT_TRUE(is_kind(segment(1, "client", fin | ack, 5).packet, "FIN"));
    EXPECT_FALSE(is_kind(segment(1, "client", ack).packet, "hello"));
}

}  // namespace
}  // namespace sockstep::step
