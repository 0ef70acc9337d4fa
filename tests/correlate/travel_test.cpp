// tests/correlate/travel_test.cpp - segments that take time, or never arrive: who is woken when, and in which state.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "correlate/correlator.hpp"
#include "correlate/scene.hpp"

namespace sockstep::correlate {
namespace {

using record::CallKind;

std::string sent(const Segment& segment) {
    return std::string{name(segment.facts.after.client)} + " / " + std::string{name(segment.facts.after.server)};
}

class Travelling : public ::testing::Test {
protected:
    /// The handshake, with everything that it takes.
    void open() {
        scene.talk.client().syn();
        scene.arrives();
        scene.talk.server().syn_ack();
        scene.arrives();
        scene.talk.client().ack();
        scene.arrives();
    }

    Scene scene{Travel::Recorded};
};

TEST_F(Travelling, SegmentsHaveNotArrivedBeforeTheyDo) {
    scene.talk.client().syn();
    EXPECT_FALSE(scene.segment(1).arrived);
    scene.arrives();
    EXPECT_TRUE(scene.segment(1).arrived);
    EXPECT_GT(*scene.segment(1).arrived, scene.segment(1).time);
}

TEST_F(Travelling, ConnectIsWokenByTheSynAckThatArrived) {
    const auto connect = scene.client.begin_unready(CallKind::Connect);
    scene.talk.client().syn();
    scene.arrives();
    scene.talk.server().syn_ack();
    scene.is_lost();
    scene.talk.pass(std::chrono::seconds{1}).server().seq(0).ack(1).syn_ack();
    scene.arrives();
    scene.client.end(connect, 0);
    EXPECT_EQ(scene.call(connect).woken_by.segment, 3U);
}

TEST_F(Travelling, TheServerIsEstablishedOnlyWhenTheLastAckArrives) {
    scene.talk.client().syn();
    scene.arrives();
    scene.talk.server().syn_ack();
    scene.arrives();
    EXPECT_EQ(scene.states(), "ESTABLISHED / SYN-RECEIVED");
    scene.talk.client().ack();
    EXPECT_EQ(sent(scene.segment(3)), "ESTABLISHED / SYN-RECEIVED");
    scene.arrives();
    EXPECT_EQ(scene.states(), "ESTABLISHED / ESTABLISHED");
}

TEST_F(Travelling, DataCompletesAHandshakeWhoseAckWasLost) {
    const auto accept = scene.server.begin_unready(CallKind::Accept);
    scene.talk.client().syn();
    scene.arrives();
    scene.talk.server().syn_ack();
    scene.arrives();
    scene.talk.client().ack();
    scene.is_lost();
    EXPECT_EQ(scene.states(), "ESTABLISHED / SYN-RECEIVED");
    scene.talk.client().data(5);
    scene.arrives();
    EXPECT_EQ(scene.states(), "ESTABLISHED / ESTABLISHED");
    scene.server.end(accept, 4, [&](record::CallEnd& end) { end.made = scene.server.state(); });
    EXPECT_EQ(scene.call(accept).woken_by.segment, 4U);
}

TEST_F(Travelling, AnAckThatRepeatsALostOneBringsTheNews) {
    scene.talk.client().syn();
    scene.arrives();
    scene.talk.server().syn_ack();
    scene.arrives();
    scene.talk.client().ack();
    EXPECT_TRUE(scene.segment(3).facts.completes_handshake);
    scene.is_lost();
    scene.talk.client().ack();
    EXPECT_TRUE(scene.segment(4).facts.completes_handshake);
    EXPECT_FALSE(scene.segment(4).facts.notes.has(tcp::Note::DuplicateAck));
    ASSERT_TRUE(scene.segment(4).facts.acknowledges);
    EXPECT_TRUE(scene.segment(4).facts.acknowledges->syn);
    scene.arrives();
    EXPECT_FALSE(scene.segment(3).facts.completes_handshake);
    scene.talk.client().ack();
    EXPECT_TRUE(scene.segment(5).facts.notes.has(tcp::Note::DuplicateAck));
    EXPECT_EQ(scene.segment(5).facts.duplicate_acks, 1U);
    scene.correlator.finish();
    EXPECT_EQ(scene.correlator.timeline().connection(1).ack_frame, 4U);
    EXPECT_FALSE(scene.correlator.timeline().connection(1).handshake_rtt);
}

TEST_F(Travelling, DataInsteadOfAnAckDroppedLaterCompletesTheHandshake) {
    scene.talk.client().syn();
    scene.arrives();
    scene.talk.server().syn_ack();
    scene.arrives();
    scene.talk.client().ack();
    scene.passes(3, record::Fate::Held);
    scene.talk.client().data(5);
    EXPECT_FALSE(scene.segment(4).facts.completes_handshake);  // #3 may do it
    scene.is_lost(3);
    scene.arrives(4);
    EXPECT_FALSE(scene.segment(3).facts.completes_handshake);
    EXPECT_TRUE(scene.segment(4).facts.completes_handshake);
    scene.correlator.finish();
    EXPECT_EQ(scene.correlator.timeline().connection(1).ack_frame, 4U);
}

TEST_F(Travelling, AHandshakeWhoseAckNeverArrivesIsNotComplete) {
    scene.talk.client().syn();
    scene.arrives();
    scene.talk.server().syn_ack();
    scene.arrives();
    scene.talk.client().ack();
    scene.is_lost();
    scene.correlator.finish();
    EXPECT_EQ(scene.correlator.timeline().connection(1).handshake(), tcp::Handshake::Partial);
}

/// #4 is lost, #5 to #7 arrive, and #8 to #10 ask for #4.
void lose_one_of_four(Scene& scene) {
    scene.talk.client().lost().data(100);
    scene.is_lost();
    for (int i = 0; i < 3; ++i) {
        scene.talk.client().data(100);
        scene.arrives();
    }
    for (int i = 0; i < 3; ++i) {
        scene.talk.server().ack(1).ack();
    }
}

TEST_F(Travelling, DuplicateAcksThatHaveArrivedMakeAFastRetransmissionHoweverLongTheWay) {
    open();
    lose_one_of_four(scene);
    scene.take_frames();
    scene.talk.pass(std::chrono::milliseconds{200});
    scene.talk.server().data(1);  // lets the clock go on
    for (const std::uint64_t id : {8U, 9U, 10U, 11U}) {
        scene.arrives(id);
    }
    scene.talk.client().seq(1).data(100);
    const tcp::Segment& facts = scene.segment(12).facts;
    EXPECT_TRUE(facts.notes.has(tcp::Note::FastRetransmission));
    ASSERT_TRUE(facts.resends);
    EXPECT_EQ(facts.resends->asked_by, tcp::Asking::DuplicateAcks);
}

TEST_F(Travelling, DuplicateAcksThatHaveNotArrivedAskForNothing) {
    open();
    lose_one_of_four(scene);
    scene.talk.client().seq(1).data(100);
    const tcp::Segment& facts = scene.segment(11).facts;
    EXPECT_TRUE(facts.notes.has(tcp::Note::Retransmission));
    EXPECT_FALSE(facts.notes.has(tcp::Note::FastRetransmission));
}

TEST_F(Travelling, AnAckThatFindsTheAcceptQueueFullIsLetLie) {
    const auto accept = scene.server.begin_unready(CallKind::Accept);
    scene.talk.client().syn();
    scene.arrives();
    scene.talk.server().syn_ack();
    scene.arrives();
    scene.talk.client().ack();
    scene.arrives_and({.is_open = false, .is_kept = true, .queue_is_full = true});
    EXPECT_EQ(scene.states(), "ESTABLISHED / SYN-RECEIVED");
    EXPECT_EQ(left(scene.correlator.timeline(), scene.segment(3)), Left::QueueFull);
    scene.talk.client().data(5);
    scene.arrives_and({.is_open = true, .is_kept = true, .queue_is_full = false});
    EXPECT_EQ(scene.states(), "ESTABLISHED / ESTABLISHED");
    EXPECT_EQ(left(scene.correlator.timeline(), scene.segment(4)), Left::No);
    scene.server.end(accept, 4, [&](record::CallEnd& end) { end.made = scene.server.state(); });
    EXPECT_EQ(scene.call(accept).woken_by.segment, 4U);
}

TEST_F(Travelling, ASynAckThatComesAgainTellsThatTheAckWasNotTaken) {
    open();
    EXPECT_EQ(scene.states(), "ESTABLISHED / ESTABLISHED");
    scene.talk.pass(std::chrono::seconds{1}).server().seq(0).ack(1).syn_ack();
    EXPECT_EQ(sent(scene.segment(4)), "ESTABLISHED / SYN-RECEIVED");
    EXPECT_FALSE(scene.segment(3).facts.completes_handshake);
    scene.arrives();
    scene.talk.client().ack();
    scene.arrives();
    EXPECT_EQ(scene.states(), "ESTABLISHED / ESTABLISHED");
    EXPECT_TRUE(scene.segment(5).facts.completes_handshake);
}

TEST_F(Travelling, RecvIsWokenByTheCopyThatArrived) {
    scene.client.call(CallKind::Option, 0);
    scene.server.call(CallKind::Option, 0);
    open();
    const auto receive = scene.server.begin_unready(CallKind::Receive);
    scene.client.send("hello");
    scene.talk.client().data(5);
    scene.is_lost();
    scene.talk.pass(std::chrono::milliseconds{200}).client().seq(1).data(5);
    scene.arrives();
    scene.server.end_receive(receive, "hello");
    EXPECT_EQ(scene.call(receive).woken_by.segment, 5U);
}

TEST_F(Travelling, ACorruptedCopyDoesNotArrive) {
    scene.talk.client().syn();
    scene.passes(1, record::Fate::Delivered, true);
    EXPECT_FALSE(scene.segment(1).arrived);
}

TEST_F(Travelling, ASecondCopyIsNoNews) {
    scene.talk.client().syn();
    scene.arrives();
    scene.arrives();
    EXPECT_TRUE(scene.correlator.timeline().passages[0].news);
    EXPECT_FALSE(scene.correlator.timeline().passages[1].news);
}

TEST_F(Travelling, AFinBehindLostDataIsTakenWhenTheDataComes) {
    open();
    scene.talk.client().data(5);
    scene.is_lost();
    scene.talk.client().fin();
    scene.arrives();
    EXPECT_EQ(scene.states(), "FIN-WAIT-1 / ESTABLISHED");
    scene.talk.client().seq(1).data(5);
    scene.arrives();
    EXPECT_EQ(scene.states(), "FIN-WAIT-1 / CLOSE-WAIT");
}

TEST_F(Travelling, BothCloseAtOnceWhereTheFinsCross) {
    open();
    scene.talk.client().fin();
    scene.talk.server().ack(1).fin();
    scene.arrives(4);
    EXPECT_EQ(scene.states(), "FIN-WAIT-1 / CLOSING");
    scene.arrives(5);
    EXPECT_EQ(scene.states(), "CLOSING / CLOSING");
    scene.talk.client().seq(2).ack(2).ack();
    scene.arrives(6);
    EXPECT_EQ(scene.states(), "CLOSING / TIME-WAIT");
}

TEST_F(Travelling, TheLastWordTellsTheStatesOfWhatArrived) {
    scene.talk.client().syn();
    scene.arrives();
    scene.talk.server().syn_ack();
    scene.is_lost();
    scene.correlator.finish();
    const tcp::Connection& connection = scene.correlator.timeline().connection(1);
    EXPECT_EQ(connection.client.state, tcp::State::SynSent);
    EXPECT_EQ(connection.server.state, tcp::State::SynReceived);
}

}  // namespace
}  // namespace sockstep::correlate
