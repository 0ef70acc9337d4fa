// tests/tcp/notes_test.cpp - each note where it belongs, and not where something else only looks like it.
#include <gtest/gtest.h>

#include <string>

#include "tcp/conversation.hpp"

namespace sockstep::tcp {
namespace {

using namespace std::chrono_literals;

// The handshake of a conversation takes 20 ms: sooner is reordering, later is a retransmission.

TEST(Retransmission, IsWhatWasSentBefore) {
    Conversation talk;
    talk.open().client().data(10);
    EXPECT_EQ(talk.pass(300ms).client().seq(1).data(10).notes(), "retransmission");
    EXPECT_EQ(talk.last().segment.new_bytes, 0);
    EXPECT_EQ(talk.last().segment.repeats->segment, 4U);
    EXPECT_EQ(talk.connection().client.retransmissions, 1U);
    EXPECT_EQ(talk.connection().client.bytes, 10U);
}

TEST(Retransmission, IsSoHoweverSoonItComes) {  // the bytes were seen before, so it is no late first copy
    Conversation talk;
    talk.open().client().data(10);
    EXPECT_EQ(talk.pass(1ms).client().seq(1).data(10).notes(), "retransmission");
}

TEST(Retransmission, MayCarryNewBytesToo) {
    Conversation talk;
    talk.open().client().data(10);
    EXPECT_EQ(talk.pass(300ms).client().seq(5).data(20).notes(), "retransmission");
    EXPECT_EQ(talk.last().segment.new_bytes, 14);
    EXPECT_EQ(talk.connection().client.bytes, 24U);
}

TEST(Retransmission, MayBeOneByteJoinedWithNews) {
    Conversation talk;
    talk.open().client().lost().data(1);
    EXPECT_EQ(talk.pass(300ms).client().seq(1).data(5).notes(), "retransmission");
    EXPECT_EQ(talk.last().segment.new_bytes, 4);
}

TEST(Retransmission, IsNotTheNextByte) {
    Conversation talk;
    talk.open().client().data(10);
    EXPECT_EQ(talk.client().data(10).notes(), "");
}

TEST(Retransmission, ClosesAGapThatIsOlderThanTheRoundTrip) {
    Conversation talk;
    talk.open().client().unseen_data(10);
    talk.client().data(10);
    EXPECT_EQ(talk.pass(300ms).client().seq(1).data(10).notes(), "retransmission");
    EXPECT_EQ(talk.last().segment.new_bytes, 10);
}

TEST(OutOfOrder, ClosesAGapSoonerThanTheRoundTrip) {
    Conversation talk;
    talk.open().client().unseen_data(10);
    talk.client().data(10);
    EXPECT_EQ(talk.pass(19ms).client().seq(1).data(10).notes(), "out-of-order");
    EXPECT_EQ(talk.connection().client.retransmissions, 0U);
}

TEST(OutOfOrder, IsJudgedByThreeMillisecondsWhereNoRoundTripWasSeen) {
    Conversation late;
    late.begun().client().data(10);
    late.client().unseen_data(10);
    late.client().data(10);
    EXPECT_EQ(late.pass(4ms).client().seq(11).data(10).notes(), "retransmission");

    Conversation soon;
    soon.begun().client().data(10);
    soon.client().unseen_data(10);
    soon.client().data(10);
    EXPECT_EQ(soon.pass(2ms).client().seq(11).data(10).notes(), "out-of-order");
}

TEST(FastRetransmission, FollowsDuplicateAcks) {  // RFC 5681 section 3.2
    Conversation talk;
    talk.open().client().lost().data(100);
    for (int i = 0; i < 3; ++i) {
        talk.client().data(100);
    }
    for (int i = 0; i < 3; ++i) {
        talk.server().ack(1).ack();
    }
    EXPECT_EQ(talk.pass(1ms).client().seq(1).data(100).notes(), "retransmission, fast-retransmission");
    EXPECT_EQ(talk.connection().client.retransmissions, 1U);
}

TEST(FastRetransmission, IsNotWhatNoDuplicateAckAskedFor) {
    Conversation one;
    one.open().client().lost().data(100);
    one.client().data(100);
    one.server().ack(1).ack();
    EXPECT_EQ(one.pass(1ms).client().seq(1).data(100).notes(), "retransmission");

    Conversation another;  // other bytes than those asked for
    another.open().client().lost().data(100);
    another.client().data(100);
    for (int i = 0; i < 4; ++i) {
        another.server().ack(1).ack();
    }
    EXPECT_EQ(another.pass(1ms).client().seq(101).data(100).notes(), "retransmission");
}

TEST(FastRetransmission, IsNotWhatTheTimerSends) {
    Conversation talk;
    talk.open().client().lost().data(100);
    for (int i = 0; i < 4; ++i) {
        talk.server().ack(1).ack();
    }
    EXPECT_EQ(talk.pass(300ms).client().seq(1).data(100).notes(), "retransmission");
}

TEST(SpuriousRetransmission, RepeatsWhatIsAcknowledged) {
    Conversation talk;
    talk.open().client().data(10);
    talk.server().ack();
    EXPECT_EQ(talk.client().seq(1).data(10).notes(), "retransmission, spurious-retransmission");
}

TEST(SpuriousRetransmission, IsNotOneThatIsAcknowledgedInPart) {
    Conversation talk;
    talk.open().client().data(10);
    talk.server().ack(6).ack();
    EXPECT_EQ(talk.pass(300ms).client().seq(1).data(10).notes(), "retransmission");
}

TEST(PreviousSegmentLost, LeavesAGap) {
    Conversation talk;
    talk.open().client().unseen_data(10);
    EXPECT_EQ(talk.client().data(10).notes(), "previous-segment-lost");
    EXPECT_EQ(talk.last().segment.bytes, (StreamRange{10, 20}));
    EXPECT_EQ(talk.client().data(10).notes(), "");
}

TEST(PreviousSegmentLost, IsNotTheFirstSegmentOfAConnectionWithoutBeginning) {
    Conversation talk;
    EXPECT_EQ(talk.client().seq(100'000).ack(1).data(10).notes(), "");
}

TEST(DuplicateAck, RepeatsTheLastOne) {  // RFC 5681 section 2
    Conversation talk;
    talk.open().client().lost().data(100);
    talk.client().data(100);
    EXPECT_EQ(talk.server().ack(1).ack().notes(), "duplicate-ack");
    EXPECT_EQ(talk.last().segment.duplicate_acks, 1U);
    talk.client().data(100);
    talk.server().ack(1).ack();
    EXPECT_EQ(talk.last().segment.duplicate_acks, 2U);
    EXPECT_EQ(talk.last().segment.acknowledges, std::nullopt);
    EXPECT_EQ(talk.server().ack(301).ack().notes(), "");
    EXPECT_EQ(talk.server().ack(301).ack().segment.duplicate_acks, 1U);
}

TEST(DuplicateAck, IsNotOneThatCarriesDataOrAnotherWindowOrAFin) {
    Conversation talk;
    talk.open().client().data(100);
    talk.server().ack();
    EXPECT_EQ(talk.server().window(64'000).ack().notes(), "window-update");
    EXPECT_EQ(talk.server().window(64'000).data(5).notes(), "");
    EXPECT_EQ(talk.server().window(64'000).fin().notes(), "");
}

TEST(ZeroWindow, IsAWindowOfNoBytes) {
    Conversation talk;
    talk.open().client().data(100);
    EXPECT_EQ(talk.server().window(0).ack().notes(), "zero-window");
    EXPECT_EQ(talk.server().window(1).ack().notes(), "window-update");
    EXPECT_EQ(talk.server().window(0).data(5).notes(), "zero-window");
}

TEST(ZeroWindow, IsNotSaidOfSynFinOrRst) {
    Conversation talk;
    EXPECT_EQ(talk.client().window(0).syn().notes(), "");
    talk.server().syn_ack();
    talk.client().ack();
    EXPECT_EQ(talk.client().window(0).fin().notes(), "");
    EXPECT_EQ(talk.server().window(0).rst().notes(), "");
}

TEST(WindowFull, FillsAScaledWindowToTheLastByte) {
    Conversation talk;
    talk.client().window_scale(2).syn();
    talk.server().window_scale(3).syn_ack();
    talk.client().ack();
    talk.server().window(10).ack();  // 80 bytes
    EXPECT_EQ(talk.client().data(79).notes(), "");
    EXPECT_EQ(talk.client().data(1).notes(), "window-full");
}

TEST(WindowFull, TakesTheWindowOfASynUnscaled) {  // RFC 7323 section 2.2
    Conversation talk;
    talk.client().window_scale(2).syn();
    talk.server().window(100).window_scale(7).syn_ack();
    EXPECT_EQ(talk.client().data(100).notes(), "window-full");
}

TEST(WindowFull, IsNotSaidWhereTheScaleIsUnknown) {
    Conversation talk;
    talk.begun().server().window(100).ack();
    EXPECT_EQ(talk.client().data(100).notes(), "");
}

TEST(WindowFull, TakesAShiftAboveFourteenForFourteen) {  // RFC 7323 section 2.3
    Conversation talk;
    talk.client().window_scale(200).syn();
    talk.server().window_scale(15).syn_ack();
    EXPECT_EQ(talk.client().window(2).ack().segment.window, 2U << 14U);
    EXPECT_EQ(talk.server().window(0xFFFF).ack().segment.window, 0xFFFFU << 14U);
}

TEST(WindowUpdate, ChangesNothingButTheWindow) {
    Conversation talk;
    talk.open().client().data(100);
    talk.server().window(1000).ack();
    EXPECT_EQ(talk.server().window(2000).ack().notes(), "window-update");
    EXPECT_EQ(talk.server().window(1500).ack().notes(), "window-update");
    talk.client().data(100);
    EXPECT_EQ(talk.server().window(3000).ack().notes(), "");  // it acknowledges something new
}

TEST(KeepAlive, BeginsOneBeforeTheNextByte) {  // RFC 9293 section 3.8.4
    Conversation talk;
    talk.open().client().data(10);
    talk.server().ack();
    EXPECT_EQ(talk.pass(60s).client().keep_alive().notes(), "keep-alive");
    EXPECT_EQ(talk.server().ack().notes(), "keep-alive-ack");
    EXPECT_EQ(talk.pass(60s).client().keep_alive(1).notes(), "keep-alive");  // an octet of garbage
    EXPECT_EQ(talk.server().ack().notes(), "keep-alive-ack");
    EXPECT_EQ(talk.server().ack().notes(), "keep-alive-ack");
    EXPECT_EQ(talk.connection().client.bytes, 10U);
}

TEST(KeepAlive, IsNotAByteThatWaitsForItsAcknowledgement) {  // "MUST only be sent when no sent data is outstanding"
    Conversation talk;
    talk.open().client().data(10);
    talk.server().ack();
    talk.client().lost().data(1);
    EXPECT_EQ(talk.pass(300ms).client().seq(11).data(1).notes(), "retransmission");
    EXPECT_EQ(talk.connection().client.retransmissions, 1U);
}

TEST(KeepAlive, IsNotTwoBytesOrAnEarlierOne) {
    Conversation talk;
    talk.open().client().data(10);
    talk.server().ack();
    EXPECT_EQ(talk.client().seq(9).data(2).notes(), "retransmission, spurious-retransmission");
    EXPECT_EQ(talk.client().seq(9).data(1).notes(), "retransmission, spurious-retransmission");
}

TEST(KeepAliveAck, IsNotAnAnswerToAnythingElse) {
    Conversation talk;
    talk.open().client().data(10);
    talk.server().ack();
    talk.client().keep_alive();
    talk.client().data(5);
    EXPECT_EQ(talk.server().ack().notes(), "");
    EXPECT_EQ(talk.server().ack().notes(), "duplicate-ack");
}

TEST(ZeroWindowProbe, TriesTheNextByteOfAClosedWindow) {  // RFC 9293 section 3.8.6.1
    Conversation talk;
    talk.open().client().data(10);
    talk.server().window(0).ack();
    EXPECT_EQ(talk.client().lost().data(1).notes(), "zero-window-probe");
    EXPECT_EQ(talk.server().ack(11).window(0).ack().notes(), "zero-window");
    EXPECT_EQ(talk.client().seq(11).lost().data(1).notes(), "zero-window-probe");
    EXPECT_EQ(talk.connection().client.bytes, 11U);
    EXPECT_EQ(talk.connection().client.retransmissions, 0U);
}

TEST(ZeroWindowProbe, IsNotAByteIntoAnOpenWindow) {
    Conversation talk;
    talk.open().client().data(10);
    talk.server().window(0).ack();
    talk.server().window(500).ack();
    EXPECT_EQ(talk.client().data(1).notes(), "");
}

TEST(ZeroWindowProbe, MayBeFollowedByItsOwnByteAgain) {
    Conversation talk;
    talk.open().client().data(10);
    talk.server().window(0).ack();
    talk.client().lost().data(1);
    talk.server().ack(11).window(500).ack();
    EXPECT_EQ(talk.client().seq(11).data(100).notes(), "");  // goes on where the window begins
    EXPECT_EQ(talk.last().segment.new_bytes, 99);
    EXPECT_EQ(talk.server().ack(111).ack().segment.acknowledges->bytes, (StreamRange{10, 110}));
}

TEST(ZeroWindowProbe, CountsWhereItsByteWasTaken) {
    Conversation talk;
    talk.open().client().data(10);
    talk.server().window(0).ack();
    talk.client().data(1);
    EXPECT_EQ(talk.server().window(500).ack().segment.acknowledges->bytes, (StreamRange{10, 11}));
    EXPECT_EQ(talk.client().data(5).notes(), "");
}

TEST(Truncated, HoldsLessThanWasSent) {
    Conversation talk;
    talk.open();
    EXPECT_EQ(talk.client().snapped(60).data(100).notes(), "truncated");
    EXPECT_EQ(talk.last().segment.length, 100U);
    EXPECT_EQ(talk.last().packet.payload.size(), 6U);
    EXPECT_EQ(talk.connection().client.bytes, 100U);
    EXPECT_EQ(talk.client().snapped(154).data(100).notes(), "");
    EXPECT_EQ(talk.server().snapped(54).ack().notes(), "");
}

TEST(BadChecksum, IsSaidOfAWrongOne) {
    Conversation talk;
    talk.open();
    EXPECT_EQ(talk.client().lost().wrong_checksum().data(10).notes(), "bad-checksum");
    EXPECT_EQ(talk.pass(300ms).client().seq(1).data(10).notes(), "retransmission");
    talk.server().ack();
    EXPECT_EQ(talk.client().wrong_checksum().data(10).notes(), "bad-checksum");  // the first one was right to be named
}

TEST(BadChecksum, IsSaidNoMoreWhenSuchSegmentsAreAcknowledged) {  // they are filled in after the capture
    Conversation talk;
    talk.open();
    EXPECT_EQ(talk.client().wrong_checksum().data(10).notes(), "bad-checksum");
    talk.server().ack();
    EXPECT_EQ(talk.client().wrong_checksum().data(10).notes(), "");
    EXPECT_EQ(talk.server().wrong_checksum().data(10).notes(), "bad-checksum");  // it holds for each end by itself
}

TEST(Notes, HaveTheNamesOfTheRecord) {
    std::string all;
    for (int i = 0; i < note_count; ++i) {
        all += std::string{name(static_cast<Note>(i))} + " ";
    }
    EXPECT_EQ(all,
              "retransmission fast-retransmission spurious-retransmission out-of-order previous-segment-lost "
              "duplicate-ack zero-window window-full window-update keep-alive keep-alive-ack zero-window-probe "
              "port-reused truncated bad-checksum ");
}

}  // namespace
}  // namespace sockstep::tcp
