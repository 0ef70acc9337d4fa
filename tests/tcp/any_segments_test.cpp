// tests/tcp/any_segments_test.cpp - segments in any order do no harm, and what is said of them hangs together.
#include <gtest/gtest.h>

#include "tcp/random_traffic.hpp"
#include "tcp/tracker.hpp"

namespace sockstep::tcp {
namespace {

/// What must hold of every segment, whatever it was.
void expect_sense(const decode::TcpSegment& packet, const Tracker::Result& result) {
    const Segment& now = result.segment;
    ASSERT_EQ(now.length, packet.payload_length);
    ASSERT_TRUE(now.bytes.length() == now.length || packet.flags.rst());
    ASSERT_GE(now.new_bytes, 0);
    ASSERT_LE(now.new_bytes, now.length);
    ASSERT_GE(now.in_flight.value_or(0), 0);
    ASSERT_GE(now.may_send.value_or(0), 0);
    ASSERT_EQ(now.connection, result.connection.id);
    ASSERT_EQ(now.after, result.connection.states());
    ASSERT_EQ(now.notes.has(Note::DuplicateAck), now.duplicate_acks > 0);
    if (now.notes.has(Note::FastRetransmission) || now.notes.has(Note::SpuriousRetransmission)) {
        ASSERT_TRUE(now.notes.has(Note::Retransmission));
    }
    if (now.acknowledges) {
        ASSERT_GE(now.acknowledges->bytes.length(), 0);
        ASSERT_GE(now.acknowledges->rtt.value_or(base::Duration{0}).count(), 0);
        ASSERT_TRUE(now.acknowledges->bytes.length() > 0 || now.acknowledges->syn || now.acknowledges->fin);
        ASSERT_FALSE(now.ack_is_overtaken);
    }
    if (now.repeats) {
        ASSERT_LT(now.repeats->segment, now.id);
    }
    ASSERT_TRUE(packet.flags.rst() || !now.rst_is_taken);
}

void follow(const Traffic& traffic, Detail detail) {
    Tracker tracker{[](const Connection&) {}, detail};
    std::uint64_t frame = 0;
    for (const Captured& captured : traffic) {
        const Tracker::Result result = tracker.add(captured.packet, ++frame, captured.time);
        ASSERT_NO_FATAL_FAILURE(expect_sense(captured.packet, result)) << "frame " << frame;
    }
    tracker.finish();
}

TEST(AnySegments, WithArbitraryFieldsDoNoHarm) {
    follow(RandomTraffic{1}.arbitrary(300'000), Detail::Segments);
    follow(RandomTraffic{2}.arbitrary(50'000), Detail::Connections);
}

TEST(AnySegments, OfPlausibleConversationsDoNoHarm) {
    follow(RandomTraffic{3}.plausible(50, 100'000), Detail::Segments);
    follow(RandomTraffic{4}.plausible(1, 50'000), Detail::Segments);
}

}  // namespace
}  // namespace sockstep::tcp
