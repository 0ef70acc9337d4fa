// tests/tcp/measures_test.cpp - stream bytes, windows, bytes in flight, round trips, and who refers to whom.
#include <gtest/gtest.h>

#include "tcp/conversation.hpp"

namespace sockstep::tcp {
namespace {

using namespace std::chrono_literals;

TEST(StreamBytes, CountFromTheByteAfterTheSyn) {
    Conversation talk;
    talk.open();
    EXPECT_EQ(talk.client().data(6).segment.bytes, (StreamRange{0, 6}));
    EXPECT_EQ(talk.last().segment.seq, 1);
    EXPECT_EQ(talk.client().data(4).segment.bytes, (StreamRange{6, 10}));
    EXPECT_EQ(talk.server().data(3).segment.bytes, (StreamRange{0, 3}));
    EXPECT_EQ(talk.last().segment.ack, 11);
}

TEST(StreamBytes, CrossTheWrapOfSequenceNumbers) {
    Conversation talk{{0xFFFFFFFB, 0xFFFFFFFF}};
    talk.open();
    EXPECT_EQ(talk.client().data(10).segment.bytes, (StreamRange{0, 10}));
    EXPECT_EQ(talk.server().data(10).segment.bytes, (StreamRange{0, 10}));
    EXPECT_EQ(talk.client().data(10).segment.bytes, (StreamRange{10, 20}));
    EXPECT_EQ(talk.last().segment.ack, 11);
    EXPECT_EQ(talk.last().notes(), "");
    EXPECT_EQ(talk.pass(300ms).client().seq(11).data(10).notes(), "retransmission");
    EXPECT_EQ(talk.connection().client.bytes, 20U);
}

TEST(StreamBytes, GoOnBeyondSeveralWraps) {
    constexpr std::uint32_t large = 1U << 30U;  // no IP packet is so long, but a tracker need not know that
    Tracker tracker{[](const Connection&) {}};
    decode::TcpSegment data;
    data.source = decode::endpoint("10.0.0.1", 1);
    data.destination = decode::endpoint("10.0.0.2", 2);
    data.window = 1000;
    data.flags.bits = 0x02;
    data.seq = base::SeqNum{0x80000000};
    tracker.add(data, 1, {});
    data.flags.bits = 0x10;
    data.seq = data.seq + 1U;
    data.payload_length = large;
    for (std::int64_t i = 0; i < 20; ++i) {
        const Tracker::Result result = tracker.add(data, 2, base::Timestamp{std::chrono::seconds{i}});
        EXPECT_EQ(result.segment.bytes, (StreamRange{i * large, (i + 1) * large}));
        EXPECT_EQ(text_of(result.segment.notes), "truncated");
        EXPECT_EQ(result.connection.client.bytes, static_cast<std::uint64_t>(i + 1) * large);
        data.seq = data.seq + large;
    }
}

TEST(StreamBytes, CountOnceWhateverOverlaps) {
    Conversation talk;
    talk.open().client().data(100);
    talk.pass(1s).client().seq(51).data(100);
    talk.pass(1s).client().seq(1).data(30);
    EXPECT_EQ(talk.connection().client.bytes, 150U);
    EXPECT_EQ(talk.connection().client.segments, 5U);
}

TEST(StreamBytes, FillGapsLate) {
    Conversation talk;
    talk.open().client().unseen_data(10);
    talk.client().data(10);
    EXPECT_EQ(talk.connection().client.bytes, 10U);
    talk.pass(1s).client().seq(6).data(10);  // half of it fills the gap
    EXPECT_EQ(talk.last().segment.new_bytes, 5);
    talk.pass(1s).client().seq(1).data(5);
    EXPECT_EQ(talk.connection().client.bytes, 20U);
}

TEST(StreamBytes, BeginInASynThatCarriesData) {  // RFC 7413
    Conversation talk;
    talk.client().syn(10);
    EXPECT_EQ(talk.last().segment.bytes, (StreamRange{0, 10}));
    EXPECT_EQ(talk.server().syn_ack().segment.acknowledges->bytes, (StreamRange{0, 10}));
    EXPECT_TRUE(talk.last().segment.acknowledges->syn);
    EXPECT_EQ(talk.client().data(5).segment.bytes, (StreamRange{10, 15}));
    EXPECT_EQ(talk.connection().client.bytes, 15U);
    EXPECT_EQ(talk.connection().handshake(), Handshake::Complete);
}

TEST(StreamBytes, OfASynWhoseDataWereNotTakenAreSentAgain) {
    Conversation talk;
    talk.client().syn(10);
    talk.server().ack(1).syn_ack();
    EXPECT_EQ(talk.client().seq(1).data(10).segment.new_bytes, 0);
    EXPECT_EQ(talk.connection().client.bytes, 10U);
}

TEST(StreamBytes, EndWithTheFin) {
    Conversation talk;
    talk.open();
    EXPECT_EQ(talk.client().fin(5).segment.bytes, (StreamRange{0, 5}));
    EXPECT_EQ(talk.server().ack().segment.acknowledges->bytes, (StreamRange{0, 5}));
    EXPECT_EQ(talk.connection().client.bytes, 5U);
}

TEST(StreamBytes, MayLieBeforeTheFirstThatWasSeen) {
    Conversation talk;
    talk.begun().client().data(10);
    EXPECT_EQ(talk.client().seq(-9).data(10).segment.bytes, (StreamRange{-10, 0}));
    EXPECT_EQ(talk.connection().client.bytes, 20U);
}

TEST(Windows, AreScaledByWhatTheirOwnSynSaid) {  // RFC 7323 section 2.2
    Conversation talk;
    EXPECT_EQ(talk.client().window(1000).window_scale(7).syn().segment.window, 1000U);
    EXPECT_EQ(talk.server().window(1000).window_scale(2).syn_ack().segment.window, 1000U);
    EXPECT_EQ(talk.client().window(1000).ack().segment.window, 128'000U);
    EXPECT_EQ(talk.server().window(1000).data(5).segment.window, 4000U);
}

TEST(Windows, AreNotScaledUnlessBothSynsSaySo) {
    Conversation talk;
    talk.client().window_scale(7).syn();
    talk.server().syn_ack();
    EXPECT_EQ(talk.client().window(1000).ack().segment.window, 1000U);
    EXPECT_FALSE(talk.connection().window_scaling());
}

TEST(Windows, AreUnknownWhereTheSynsWereNotSeen) {
    Conversation talk;
    talk.begun();
    EXPECT_EQ(talk.client().data(5).segment.window, std::nullopt);
    EXPECT_EQ(talk.last().segment.may_send, std::nullopt);

    Conversation
        half;  // the SYN-ACK has the option, which it may have only if the SYN had it, but its shift is unknown
    half.server().ack(1).window_scale(3).syn_ack();
    EXPECT_EQ(half.client().seq(1).ack(1).ack().segment.window, std::nullopt);
}

TEST(Windows, SayHowMuchMayBeSent) {
    Conversation talk;
    talk.open().client().data(100);
    EXPECT_EQ(talk.server().window(1000).ack().segment.may_send, 1000);
    talk.client().data(300);
    EXPECT_EQ(talk.server().ack(101).window(1000).ack().segment.may_send, 700);
    talk.client().data(700);
    EXPECT_EQ(talk.server().ack(101).window(1000).ack().segment.may_send, 0);
    EXPECT_EQ(talk.server().ack(101).window(200).ack().segment.may_send, 0);  // taken back
    talk.client().fin();
    EXPECT_EQ(talk.server().ack().segment.may_send, std::nullopt);  // nothing more to send
}

TEST(InFlight, IsWhatIsSentAndNotAcknowledged) {
    Conversation talk;
    talk.open();
    EXPECT_EQ(talk.client().data(100).segment.in_flight, 100);
    EXPECT_EQ(talk.client().data(50).segment.in_flight, 150);
    talk.server().ack(101).ack();
    EXPECT_EQ(talk.client().ack().segment.in_flight, 50);
    EXPECT_EQ(talk.client().fin(10).segment.in_flight, 60);  // a FIN is no byte
    EXPECT_EQ(talk.server().ack().segment.in_flight, 0);
    EXPECT_EQ(talk.client().ack().segment.in_flight, 0);
}

TEST(InFlight, IsUnknownWhileBytesAreMissing) {
    Conversation talk;
    talk.open();
    talk.client().unseen_data(100);
    EXPECT_FALSE(talk.client().data(10).segment.in_flight) << "what was not captured may have been acknowledged";
    talk.server().ack(111).ack();
    EXPECT_EQ(talk.client().data(20).segment.in_flight, 20);
}

TEST(InFlight, DoesNotCountASyn) {
    Conversation talk;
    EXPECT_EQ(talk.client().syn().segment.in_flight, 0);
    EXPECT_EQ(talk.server().syn_ack().segment.in_flight, 0);
}

TEST(Acknowledgement, CoversWhatIsNew) {
    Conversation talk;
    talk.client().syn();
    talk.server().syn_ack();
    EXPECT_TRUE(talk.last().segment.acknowledges->syn);
    EXPECT_EQ(talk.last().segment.acknowledges->bytes.length(), 0);
    EXPECT_EQ(talk.last().segment.acknowledges->rtt, base::Duration{10ms});
    talk.client().ack();
    talk.client().data(100);
    talk.client().data(100);
    talk.pass(40ms).server().ack();
    const Acknowledgement& both = *talk.last().segment.acknowledges;
    EXPECT_EQ(both.bytes, (StreamRange{0, 200}));
    EXPECT_EQ(both.latest->segment, 5U);
    EXPECT_EQ(both.rtt, base::Duration{40ms});
    EXPECT_TRUE(both.everything);
    EXPECT_FALSE(both.unseen);
    EXPECT_EQ(talk.server().ack().segment.acknowledges, std::nullopt);
}

TEST(Acknowledgement, KnowsWhatTheCaptureHasNotSeen) {
    Conversation talk;
    talk.open().client().data(100);
    talk.client().unseen_data(50);
    const Acknowledgement& news = *talk.server().ack(151).ack().segment.acknowledges;
    EXPECT_EQ(news.bytes, (StreamRange{0, 150}));
    EXPECT_TRUE(news.unseen);
}

TEST(Acknowledgement, OfAConnectionWithoutBeginningCoversWhatWasSeen) {
    Conversation talk;
    talk.begun().client().data(100);
    EXPECT_EQ(talk.server().ack().segment.acknowledges->bytes, (StreamRange{0, 100}));

    Conversation other;
    other.begun().server().ack();
    EXPECT_EQ(other.last().segment.acknowledges, std::nullopt);
    other.client().data(100);
    EXPECT_EQ(other.server().ack().segment.acknowledges->bytes, (StreamRange{0, 100}));
}

TEST(Acknowledgement, ThatDoesNotFitIsNoNews) {  // RFC 9293 section 3.5.1, figure 9; a challenge ACK
    Conversation talk;
    talk.client().syn();
    EXPECT_EQ(talk.server().seq(7).ack(-300).ack().segment.acknowledges, std::nullopt);
    EXPECT_EQ(talk.last().segment.may_send, std::nullopt);
    EXPECT_EQ(talk.client().syn().segment.in_flight, 0);
    const Acknowledgement& news = *talk.server().seq(0).ack(1).syn_ack().segment.acknowledges;
    EXPECT_TRUE(news.syn);
    EXPECT_EQ(news.bytes.length(), 0);
}

TEST(Acknowledgement, ThatWasOvertakenIsNoNews) {
    Conversation talk;
    talk.open().client().data(100);
    talk.client().data(100);
    talk.server().ack();
    EXPECT_EQ(talk.server().ack(101).ack().segment.acknowledges, std::nullopt);
    EXPECT_TRUE(talk.last().segment.ack_is_overtaken);
    EXPECT_FALSE(talk.server().ack().segment.ack_is_overtaken);
    EXPECT_EQ(talk.client().data(10).segment.in_flight, 10);
}

TEST(RoundTrip, IsNotMeasuredOfWhatWasSentTwice) {  // Karn: RFC 6298 section 3
    Conversation talk;
    talk.open().client().lost().data(100);
    talk.pass(300ms).client().seq(1).data(100);
    EXPECT_EQ(talk.server().ack().segment.acknowledges->rtt, std::nullopt);
    talk.client().data(10);
    EXPECT_EQ(talk.server().ack().segment.acknowledges->rtt, base::Duration{10ms});
}

TEST(RoundTrip, IsNotMeasuredOfAProbeSentTwice) {
    Conversation talk;
    talk.open().client().data(100);
    talk.server().window(0).ack();
    talk.client().lost().data(1);
    talk.pass(300ms).client().seq(101).data(1);
    EXPECT_EQ(talk.last().segment.repeats->segment, 6U);
    EXPECT_EQ(talk.server().ack().segment.acknowledges->rtt, std::nullopt);
}

TEST(RoundTrip, IsNotMeasuredAgainstTheClock) {  // time stamps of a file may go backwards
    Conversation talk;
    talk.open().client().data(100);
    talk.pass(-5s).server().ack();
    EXPECT_EQ(talk.last().segment.acknowledges->rtt, std::nullopt);
}

TEST(Repeats, NameTheFirstSegmentThatCarriedIt) {
    Conversation talk;
    talk.open().client().data(100);
    talk.client().data(100);
    talk.pass(1s).client().seq(101).data(100);
    EXPECT_EQ(talk.last().segment.repeats->segment, 5U);
    talk.pass(1s).client().seq(1).data(200);
    EXPECT_EQ(talk.last().segment.repeats->segment, 4U);
    talk.server().ack();
    talk.client().seq(1).data(100);
    EXPECT_EQ(talk.last().segment.repeats->segment, 4U);  // though it waits no more
    EXPECT_EQ(talk.last().segment.resends->latest.segment, 7U);
    EXPECT_EQ(talk.client().data(10).segment.repeats, std::nullopt);
}

TEST(Resending, WithoutAWordFromTheOtherEndIsUnasked) {
    Conversation talk;
    talk.open().client().lost().data(100);
    const Resending first = *talk.pass(200ms).client().seq(1).data(100).segment.resends;
    EXPECT_TRUE(first.is_unasked);
    EXPECT_TRUE(first.is_tail);
    EXPECT_EQ(first.interval, std::nullopt);
    const Resending second = *talk.pass(400ms).client().seq(1).data(100).segment.resends;
    EXPECT_TRUE(second.is_unasked);
    EXPECT_EQ(second.interval, 200ms);
    EXPECT_EQ(second.heard, std::nullopt);
}

TEST(Resending, RightAfterAWordFromTheOtherEndMayBeAskedFor) {
    Conversation talk;
    talk.open().client().lost().data(100);
    talk.client().data(100);
    talk.server().ack(1).ack();
    const Resending soon = *talk.pass(30ms).client().seq(1).data(100).segment.resends;
    EXPECT_FALSE(soon.is_unasked);
    EXPECT_FALSE(soon.is_tail);
    EXPECT_EQ(soon.heard->segment, 6U);
    talk.server().ack(1).ack();
    const Resending late = *talk.pass(200ms).client().seq(1).data(100).segment.resends;  // round trips take 20 ms
    EXPECT_TRUE(late.is_unasked);
    EXPECT_EQ(late.interval, std::nullopt);  // for the copy before was not
}

TEST(Resending, OfASynIsNeverAskedFor) {
    Conversation talk;
    talk.client().syn();
    talk.server().syn_ack();
    const Resending again = *talk.pass(1s).client().syn().segment.resends;  // the SYN-ACK was lost
    EXPECT_TRUE(again.is_unasked);
    EXPECT_EQ(again.latest.segment, 1U);
}

TEST(Circumstances, KnowAClosedWindow) {
    Conversation talk;
    talk.open().client().data(100);
    talk.server().window(0).ack();
    EXPECT_TRUE(talk.client().keep_alive().segment.window_was_closed);
    talk.server().window(10).ack();
    EXPECT_FALSE(talk.client().data(5).segment.window_was_closed);
}

}  // namespace
}  // namespace sockstep::tcp
