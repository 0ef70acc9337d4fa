// tests/step/rest_test.cpp - when nothing more comes by itself.
#include "step/rest.hpp"

#include <gtest/gtest.h>

#include "step/lesson.hpp"

namespace sockstep::step {
namespace {

using std::chrono::milliseconds;

constexpr std::uint8_t rst = 0x04;

class AtRest : public ::testing::Test {
protected:
    static decode::TcpSegment sent(bool by_client, std::uint8_t flags, std::uint32_t seq, std::uint32_t acked,
                                   std::uint32_t length = 0) {
        decode::TcpSegment packet;
        packet.source.port = by_client ? 41234 : 5000;
        packet.destination.port = by_client ? 5000 : 41234;
        packet.flags.bits = flags;
        packet.seq = base::SeqNum{seq};
        packet.ack = base::SeqNum{acked};
        packet.payload_length = length;
        return packet;
    }
    void carry(const decode::TcpSegment& segment) {
        rest.entered(segment);
        rest.arrived(segment, now);
    }

    Rest rest;
    base::Timestamp now{std::chrono::seconds{1}};
};

TEST_F(AtRest, OwesTheAnswerToWhatHasArrived) {
    rest.entered(sent(true, syn, 99, 0));
    EXPECT_FALSE(rest.owes_answer(now));
    rest.arrived(sent(true, syn, 99, 0), now);
    EXPECT_TRUE(rest.owes_answer(now));
    rest.entered(sent(false, syn | ack, 499, 100));
    EXPECT_FALSE(rest.owes_answer(now));
}

TEST_F(AtRest, WaitsForADelayedAcknowledgementOfData) {
    carry(sent(true, ack, 100, 500, 6));
    EXPECT_TRUE(rest.owes_answer(now + milliseconds{45}));
    rest.entered(sent(false, ack, 500, 106));
    EXPECT_FALSE(rest.owes_answer(now + milliseconds{45}));
}

TEST_F(AtRest, TakesDataSentBeforeForNoAnswer) {
    carry(sent(true, ack, 100, 500, 6));
    rest.entered(sent(false, ack, 500, 100, 3));
    EXPECT_TRUE(rest.owes_answer(now));
}

TEST_F(AtRest, WaitsNoLongerForAKernelThatStaysSilent) {
    carry(sent(true, syn, 99, 0));
    EXPECT_FALSE(rest.owes_answer(now + milliseconds{200}));
}

TEST_F(AtRest, OwesNothingForABareAcknowledgement) {
    carry(sent(true, ack, 100, 500));
    EXPECT_FALSE(rest.owes_answer(now));
}

TEST_F(AtRest, KnowsWhatWillBeSentAgain) {
    rest.entered(sent(true, fin | ack, 100, 500));
    EXPECT_TRUE(rest.has_unacknowledged());
    rest.entered(sent(false, ack, 500, 101));
    EXPECT_TRUE(rest.has_unacknowledged());
    rest.arrived(sent(false, ack, 500, 101), now);
    EXPECT_FALSE(rest.has_unacknowledged());
}

TEST_F(AtRest, ExpectsNothingAfterAReset) {
    carry(sent(true, syn, 99, 0));
    carry(sent(false, rst | ack, 0, 100));
    EXPECT_FALSE(rest.owes_answer(now));
    EXPECT_FALSE(rest.has_unacknowledged());
}

TEST_F(AtRest, BeginsAnewWhereAPortIsUsedAgain) {
    carry(sent(true, ack, 4'000'000'000U, 500, 10));
    carry(sent(false, ack, 500, 4'000'000'010U));
    carry(sent(true, syn, 7, 0));
    EXPECT_TRUE(rest.has_unacknowledged());
    carry(sent(false, syn | ack, 9, 8));
    carry(sent(true, ack, 8, 10));
    EXPECT_FALSE(rest.has_unacknowledged());
}

}  // namespace
}  // namespace sockstep::step
