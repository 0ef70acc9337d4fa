// tests/tcp/closing_test.cpp - how connections end: RFC 9293 section 3.6, figures 5, 12 and 13, and section 3.5.3.
#include <gtest/gtest.h>

#include "tcp/conversation.hpp"

namespace sockstep::tcp {
namespace {

using namespace std::chrono_literals;

TEST(Closing, ByTheClientEndsInTimeWaitThere) {  // figure 12
    Conversation talk;
    talk.open();
    EXPECT_EQ(talk.client().fin().states(), "FIN-WAIT-1 / CLOSE-WAIT");
    EXPECT_EQ(talk.server().ack().states(), "FIN-WAIT-2 / CLOSE-WAIT");
    EXPECT_TRUE(talk.last().segment.acknowledges->fin);
    EXPECT_EQ(talk.server().fin().states(), "TIME-WAIT / LAST-ACK");
    EXPECT_TRUE(talk.last().segment.is_second_fin);
    EXPECT_FALSE(talk.connection().is_over());
    EXPECT_EQ(talk.client().ack().states(), "TIME-WAIT / CLOSED");
    EXPECT_TRUE(talk.connection().is_over());
    EXPECT_EQ(talk.connection().closed(), Closed::Fin);
    EXPECT_EQ(talk.connection().client.fin_frame, 4U);
    EXPECT_EQ(talk.connection().server.fin_frame, 6U);
}

TEST(Closing, ByTheServerEndsInTimeWaitThere) {
    Conversation talk;
    talk.open();
    EXPECT_EQ(talk.server().fin().states(), "CLOSE-WAIT / FIN-WAIT-1");
    EXPECT_EQ(talk.client().ack().states(), "CLOSE-WAIT / FIN-WAIT-2");
    EXPECT_EQ(talk.client().fin().states(), "LAST-ACK / TIME-WAIT");
    EXPECT_EQ(talk.server().ack().states(), "CLOSED / TIME-WAIT");
}

TEST(Closing, OfOneDirectionLeavesTheOtherOpen) {
    Conversation talk;
    talk.open().client().fin();
    talk.server().ack();
    for (int i = 0; i < 3; ++i) {
        EXPECT_EQ(talk.server().data(100).states(), "FIN-WAIT-2 / CLOSE-WAIT");
        EXPECT_EQ(talk.client().ack().states(), "FIN-WAIT-2 / CLOSE-WAIT");
        EXPECT_EQ(talk.last().notes(), "");
    }
    EXPECT_EQ(talk.connection().closed(), Closed::Open);
    EXPECT_EQ(talk.connection().server.bytes, 300U);
}

TEST(Closing, WithDataInTheFinCountsThem) {
    Conversation talk;
    talk.open();
    EXPECT_EQ(talk.client().fin(7).states(), "FIN-WAIT-1 / CLOSE-WAIT");
    EXPECT_EQ(talk.last().segment.bytes, (StreamRange{0, 7}));
    const Seen& ack = talk.server().ack();
    EXPECT_EQ(ack.segment.ack, 9);  // seven bytes and the FIN
    EXPECT_EQ(ack.segment.acknowledges->bytes, (StreamRange{0, 7}));
    EXPECT_TRUE(ack.segment.acknowledges->fin);
    EXPECT_EQ(ack.states(), "FIN-WAIT-2 / CLOSE-WAIT");
    EXPECT_EQ(talk.connection().client.bytes, 7U);
}

TEST(Closing, InThreeSegmentsIsFollowed) {
    Conversation talk;
    talk.open().client().fin();
    EXPECT_EQ(talk.server().fin().states(), "TIME-WAIT / LAST-ACK");  // FIN and ACK in one
    EXPECT_TRUE(talk.last().segment.acknowledges_fin);
    EXPECT_EQ(talk.client().ack().states(), "TIME-WAIT / CLOSED");
}

TEST(Closing, AtOnceGoesThroughClosing) {  // figure 13
    Conversation talk;
    talk.open();
    talk.client().fin();
    EXPECT_EQ(talk.server().ack(1).fin().states(), "CLOSING / FIN-WAIT-1");
    EXPECT_TRUE(talk.last().segment.is_second_fin);
    EXPECT_FALSE(talk.last().segment.acknowledges_fin);
    EXPECT_EQ(talk.server().ack().states(), "TIME-WAIT / CLOSING");
    EXPECT_EQ(talk.client().ack().states(), "TIME-WAIT / TIME-WAIT");
    EXPECT_TRUE(talk.connection().is_over());
}

TEST(Closing, AtOnceGoesThroughClosingWhicheverAckPassesFirst) {  // figure 13; there is no FIN-WAIT-2 in it
    Conversation talk;
    talk.open();
    talk.client().fin();
    talk.server().ack(1).fin();
    EXPECT_EQ(talk.client().ack().states(), "CLOSING / TIME-WAIT");  // its FIN has arrived before its ACK
    EXPECT_EQ(talk.server().ack().states(), "TIME-WAIT / TIME-WAIT");
}

TEST(Closing, RepeatsALostFin) {
    Conversation talk;
    talk.open();
    talk.client().lost().fin();
    EXPECT_EQ(talk.pass(200ms).client().seq(1).fin().notes(), "retransmission");
    EXPECT_EQ(talk.last().states(), "FIN-WAIT-1 / CLOSE-WAIT");
    EXPECT_EQ(talk.last().segment.repeats->segment, 4U);
    EXPECT_EQ(talk.server().ack().states(), "FIN-WAIT-2 / CLOSE-WAIT");
    EXPECT_EQ(talk.connection().client.fin_frame, 4U);
    EXPECT_EQ(talk.last().segment.acknowledges->rtt, std::nullopt);
}

TEST(Closing, RepeatsTheSecondFinWhoseAckWasLost) {
    Conversation talk;
    talk.open();
    talk.client().fin();
    talk.server().fin();
    talk.client().ack();  // lost behind the capture
    EXPECT_EQ(talk.pass(200ms).server().seq(1).fin().notes(), "retransmission");
    EXPECT_EQ(talk.last().segment.after.client, State::TimeWait);
    EXPECT_EQ(talk.client().ack().states(), "TIME-WAIT / CLOSED");
}

TEST(Closing, IsNotUndoneByALateRepeatOfTheFirstFin) {
    Conversation talk;
    talk.open();
    talk.client().fin();
    talk.server().fin();                // acknowledges it
    talk.client().seq(1).ack(1).fin();  // sent before that arrived
    EXPECT_EQ(talk.last().states(), "TIME-WAIT / LAST-ACK");
    EXPECT_EQ(talk.client().ack().states(), "TIME-WAIT / CLOSED");
}

TEST(Closing, BeyondAGapWaitsForWhatIsMissing) {  // section 3.10.7.4: processed in sequence
    Conversation talk;
    talk.open().client().unseen_data(10);
    EXPECT_EQ(talk.client().fin().states(), "FIN-WAIT-1 / ESTABLISHED");
    EXPECT_EQ(talk.last().notes(), "previous-segment-lost");
    EXPECT_EQ(talk.pass(300ms).client().seq(1).data(10).states(), "FIN-WAIT-1 / CLOSE-WAIT");
    EXPECT_EQ(talk.server().ack(12).ack().states(), "FIN-WAIT-2 / CLOSE-WAIT");
}

TEST(Closing, BeyondAGapAtTheBeginningWaitsToo) {
    Conversation talk;
    talk.open().client().unseen_data(10);
    talk.client().data(10);
    EXPECT_EQ(talk.client().fin().states(), "FIN-WAIT-1 / ESTABLISHED");
    EXPECT_EQ(talk.client().seq(1).data(10).states(), "FIN-WAIT-1 / CLOSE-WAIT");
}

TEST(Closing, BeyondAGapThatOnlyTheCaptureHasIsTaken) {
    Conversation talk;
    talk.open().client().unseen_data(10);
    talk.server().ack(11).ack();  // the receiver has them
    EXPECT_EQ(talk.client().fin().states(), "FIN-WAIT-1 / CLOSE-WAIT");
}

TEST(Closing, AtOnceBeyondAGapWaitsForWhatIsMissing) {
    Conversation talk;
    talk.open().client().unseen_data(10);
    talk.server().fin();
    EXPECT_EQ(talk.client().ack(1).fin().states(), "FIN-WAIT-1 / FIN-WAIT-1");
    EXPECT_EQ(talk.client().ack(2).ack().states(), "CLOSING / FIN-WAIT-2");
    EXPECT_EQ(talk.pass(200ms).client().seq(1).ack(2).data(10).states(), "CLOSING / TIME-WAIT");
}

TEST(Closing, IsNotSeenByAReceiverThatDiscardsTheFin) {  // section 3.1: a wrong checksum
    Conversation talk;
    talk.open();
    EXPECT_EQ(talk.client().lost().wrong_checksum().fin().states(), "FIN-WAIT-1 / ESTABLISHED");
    EXPECT_EQ(talk.pass(200ms).client().seq(1).fin().states(), "FIN-WAIT-1 / CLOSE-WAIT");
}

TEST(Closing, OfAConnectionWithoutBeginningLeavesWhatIsUnknownUnknown) {
    Conversation talk;
    talk.begun().client().ack();
    EXPECT_EQ(talk.client().fin().states(), "unknown / unknown");
    talk.server().fin();
    talk.client().ack();
    EXPECT_EQ(talk.connection().closed(), Closed::Fin);
    EXPECT_EQ(talk.connection().handshake(), Handshake::NotSeen);
    EXPECT_TRUE(talk.connection().is_over());
}

/// What brings a fresh conversation into a pair of states.
struct Stage {
    const char* states;
    void (*reach)(Conversation&);
};

constexpr Stage stages[] = {
    {"ESTABLISHED / SYN-RECEIVED",
     [](Conversation& talk) {
         talk.client().syn();
         talk.server().syn_ack();
     }},
    {"ESTABLISHED / ESTABLISHED", [](Conversation& talk) { talk.open(); }},
    {"FIN-WAIT-1 / CLOSE-WAIT", [](Conversation& talk) { talk.open().client().fin(); }},
    {"FIN-WAIT-2 / CLOSE-WAIT",
     [](Conversation& talk) {
         talk.open().client().fin();
         talk.server().ack();
     }},
    {"CLOSING / FIN-WAIT-1",
     [](Conversation& talk) {
         talk.open().client().fin();
         talk.server().ack(1).fin();
     }},
    {"TIME-WAIT / LAST-ACK",
     [](Conversation& talk) {
         talk.open().client().fin();
         talk.server().fin();
     }},
};

TEST(Reset, ByEitherEndClosesBothFromEveryState) {  // section 3.10.7.4, second check
    for (const Stage& stage : stages) {
        for (const bool by_client : {true, false}) {
            Conversation talk;
            stage.reach(talk);
            ASSERT_EQ(talk.last().states(), stage.states);
            const Seen& rst = by_client ? talk.client().rst_ack() : talk.server().rst_ack();
            EXPECT_EQ(rst.states(), "CLOSED / CLOSED") << stage.states;
            EXPECT_TRUE(rst.segment.rst_is_taken);
            EXPECT_EQ(rst.connection.closed(), Closed::Rst);
            EXPECT_EQ(rst.connection.rst_from, by_client ? Side::Client : Side::Server);
            EXPECT_TRUE(rst.connection.is_over());
        }
    }
}

TEST(Reset, WithANumberThatIsNotExpectedIsIgnored) {  // section 3.5.3, RFC 5961 section 3.2
    Conversation talk;
    talk.open().client().data(100);
    for (const std::int64_t wrong : {std::int64_t{0}, std::int64_t{70'000}, std::int64_t{-5}}) {
        const Seen& rst = talk.client().seq(wrong).rst();
        EXPECT_FALSE(rst.segment.rst_is_taken) << wrong;
        EXPECT_EQ(rst.segment.after.server, State::Established);
        EXPECT_EQ(rst.connection.closed(), Closed::Open);
    }
}

TEST(Reset, BeyondWhatWasSeenIsTakenForOneAfterAGapInTheCapture) {
    Conversation talk;
    talk.open().client().data(100);
    const Seen& rst = talk.client().seq(102).rst();
    EXPECT_TRUE(rst.segment.rst_is_taken);
    EXPECT_TRUE(rst.segment.rst_is_beyond);
    EXPECT_EQ(rst.connection.closed(), Closed::Rst);
}

TEST(Reset, WithAWrongChecksumIsDiscarded) {
    Conversation talk;
    talk.open();
    EXPECT_FALSE(talk.server().wrong_checksum().rst().segment.rst_is_taken);
    EXPECT_EQ(talk.connection().closed(), Closed::Open);
}

TEST(Reset, AnswersDataThatComesAfterTheClose) {  // section 3.10.7.1: its number is the one acknowledged
    Conversation talk;
    talk.open().client().fin();
    talk.server().ack();
    talk.server().data(10);
    const Seen& rst = talk.client().seq(2).rst();
    EXPECT_EQ(rst.states(), "CLOSED / CLOSED");
    EXPECT_EQ(rst.segment.answers->segment, 6U);
}

TEST(Reset, NamesNoAnswerWhereTwoSegmentsMayHaveProvokedIt) {
    Conversation talk;
    talk.open().client().fin();
    talk.server().ack();
    talk.server().data(10);
    talk.server().ack(2).data(10);
    EXPECT_EQ(talk.client().seq(2).rst().segment.answers, std::nullopt);
}

TEST(Reset, OfAnEndWithTheAckFlagAnswersNothing) {
    Conversation talk;
    talk.open().server().data(10);
    EXPECT_EQ(talk.client().rst_ack().segment.answers, std::nullopt);
}

TEST(Reset, CarriesAMessageThatIsNoStreamByte) {  // section 3.5.2
    Conversation talk;
    talk.open().client().data(10);
    const Seen& rst = talk.client().rst(20);
    EXPECT_EQ(rst.segment.length, 20U);
    EXPECT_EQ(rst.segment.bytes.length(), 0);
    EXPECT_EQ(rst.connection.client.bytes, 10U);
}

TEST(Reset, BeforeTheSynAckIsStillTheServers) {
    Conversation talk;
    talk.server().seq(1).rst();  // who is who is a guess
    talk.server().ack(1).syn_ack();
    EXPECT_EQ(talk.connection().known_by, KnownBy::SynAck);
    EXPECT_EQ(talk.connection().rst_from, Side::Server);
}

}  // namespace
}  // namespace sockstep::tcp
