// tests/tcp/opening_test.cpp - how connections begin: RFC 9293 sections 3.5 and 3.10.7, figures 6 to 12.
#include <gtest/gtest.h>

#include "tcp/conversation.hpp"

namespace sockstep::tcp {
namespace {

using namespace std::chrono_literals;

TEST(Opening, FollowsTheThreeWayHandshake) {  // figure 6
    Conversation talk;
    EXPECT_EQ(talk.client().syn().states(), "SYN-SENT / unknown");
    EXPECT_EQ(talk.server().syn_ack().states(), "ESTABLISHED / SYN-RECEIVED");
    EXPECT_EQ(talk.client().ack().states(), "ESTABLISHED / ESTABLISHED");
    EXPECT_TRUE(talk.last().segment.completes_handshake);

    const Connection& connection = talk.connection();
    EXPECT_EQ(connection.handshake(), Handshake::Complete);
    EXPECT_EQ(connection.known_by, KnownBy::Syn);
    EXPECT_EQ(connection.closed(), Closed::Open);
    EXPECT_EQ(connection.syn_frame, 1U);
    EXPECT_EQ(connection.syn_ack_frame, 2U);
    EXPECT_EQ(connection.ack_frame, 3U);
    EXPECT_EQ(connection.handshake_rtt, base::Duration{20ms});
    EXPECT_EQ(connection.client.endpoint, decode::endpoint("10.0.0.11", 41234));
    EXPECT_EQ(connection.server.endpoint, decode::endpoint("10.0.0.1", 5000));
}

TEST(Opening, MayBeCompletedBySegmentsWithDataOrAFin) {
    Conversation data;
    data.client().syn();
    data.server().syn_ack();
    EXPECT_EQ(data.client().data(6).states(), "ESTABLISHED / ESTABLISHED");
    EXPECT_EQ(data.connection().ack_frame, 3U);

    Conversation fin;
    fin.client().syn();
    fin.server().syn_ack();
    EXPECT_EQ(fin.client().fin().states(), "FIN-WAIT-1 / CLOSE-WAIT");
    EXPECT_EQ(fin.connection().handshake(), Handshake::Complete);
}

TEST(Opening, FollowsASimultaneousOpen) {  // figure 7
    Conversation talk;
    EXPECT_EQ(talk.client().syn().states(), "SYN-SENT / unknown");
    EXPECT_EQ(talk.server().without_ack().syn().states(), "SYN-RECEIVED / SYN-SENT");
    EXPECT_EQ(talk.client().syn_ack().notes(), "");
    EXPECT_EQ(talk.last().states(), "SYN-RECEIVED / ESTABLISHED");
    EXPECT_EQ(talk.server().seq(0).ack(1).syn_ack().states(), "ESTABLISHED / ESTABLISHED");
    EXPECT_EQ(talk.last().notes(), "");
    talk.client().ack();
    talk.server().ack();
    EXPECT_EQ(talk.last().states(), "ESTABLISHED / ESTABLISHED");
    EXPECT_EQ(talk.connection().handshake(), Handshake::Complete);
    EXPECT_TRUE(talk.connection().crossing_syns);
    EXPECT_EQ(talk.connection().id, 1U);
}

TEST(Opening, CompletesASimultaneousOpenWithoutPureAcks) {  // figure 7 as drawn: the SYN-ACKs do it
    Conversation talk;
    talk.client().syn();
    talk.server().without_ack().syn();
    talk.client().syn_ack();
    talk.server().syn_ack();
    EXPECT_EQ(talk.client().data(3).states(), "ESTABLISHED / ESTABLISHED");
    EXPECT_EQ(talk.connection().handshake(), Handshake::Complete);
}

TEST(Opening, IsUnansweredByNothing) {
    Conversation talk;
    talk.client().lost().syn();
    EXPECT_EQ(talk.pass(1s).client().lost().syn().states(), "SYN-SENT / unknown");
    EXPECT_EQ(talk.last().notes(), "retransmission");
    EXPECT_EQ(talk.last().segment.repeats, (Reference{1, talk.all()[0].time}));
    EXPECT_EQ(talk.connection().handshake(), Handshake::Unanswered);
    EXPECT_EQ(talk.connection().closed(), Closed::Open);
    EXPECT_EQ(talk.connection().client.retransmissions, 1U);
    EXPECT_EQ(talk.connection().syn_frame, 1U);
}

TEST(Opening, SucceedsAfterARepeatedSyn) {
    Conversation talk;
    talk.client().lost().syn();
    talk.pass(1s).client().syn();
    EXPECT_EQ(talk.server().syn_ack().states(), "ESTABLISHED / SYN-RECEIVED");
    EXPECT_EQ(talk.last().segment.acknowledges->rtt, std::nullopt);  // Karn: which SYN is answered?
    EXPECT_EQ(talk.client().ack().states(), "ESTABLISHED / ESTABLISHED");
    EXPECT_EQ(talk.connection().handshake(), Handshake::Complete);
    EXPECT_EQ(talk.connection().handshake_rtt, base::Duration{20ms});
}

TEST(Opening, SucceedsAfterARepeatedSynAck) {
    Conversation talk;
    talk.client().syn();
    talk.server().lost().syn_ack();
    EXPECT_EQ(talk.pass(1s).server().syn_ack().notes(), "retransmission");
    EXPECT_EQ(talk.last().states(), "ESTABLISHED / SYN-RECEIVED");
    EXPECT_EQ(talk.last().segment.repeats->segment, 2U);
    EXPECT_EQ(talk.client().ack().states(), "ESTABLISHED / ESTABLISHED");
    EXPECT_EQ(talk.connection().syn_ack_frame, 2U);
    EXPECT_EQ(talk.connection().ack_frame, 4U);
}

TEST(Opening, SurvivesALostLastAck) {
    Conversation talk;
    talk.client().syn();
    talk.server().syn_ack();
    talk.client().ack();  // passes the capture, but does not reach the server
    EXPECT_EQ(talk.pass(1s).server().seq(0).ack(1).syn_ack().notes(), "retransmission");
    EXPECT_EQ(talk.last().states(), "ESTABLISHED / SYN-RECEIVED");
    EXPECT_FALSE(talk.connection().complete);
    EXPECT_EQ(talk.connection().untaken_ack, 3U);
    EXPECT_EQ(talk.client().ack().states(), "ESTABLISHED / ESTABLISHED");
    EXPECT_TRUE(talk.last().segment.completes_handshake);
    EXPECT_EQ(talk.last().notes(), "");
    EXPECT_EQ(talk.connection().ack_frame, 5U);
}

TEST(Opening, IsNotUndoneByACopyOfTheSynAckThatTheNetworkMakes) {
    Conversation talk;
    talk.client().syn();
    talk.server().syn_ack();
    talk.client().ack();
    EXPECT_EQ(talk.server().seq(0).ack(1).syn_ack().states(), "ESTABLISHED / ESTABLISHED");  // sooner than any timer
    EXPECT_EQ(talk.connection().ack_frame, 3U);
}

TEST(Opening, IsNotUndoneOnceTheServerHasSpoken) {
    Conversation talk;
    talk.open();
    talk.server().data(5);
    EXPECT_EQ(talk.pass(1s).server().seq(0).ack(1).syn_ack().states(), "ESTABLISHED / ESTABLISHED");
    EXPECT_EQ(talk.connection().ack_frame, 3U);
}

TEST(Opening, IsRefusedByARst) {  // section 3.10.7.1: <SEQ=0><ACK=SEG.SEQ+SEG.LEN>
    Conversation talk;
    talk.client().syn();
    EXPECT_EQ(talk.server().seq(-5000).rst_ack().states(), "CLOSED / CLOSED");
    EXPECT_TRUE(talk.last().segment.rst_is_taken);
    EXPECT_EQ(talk.last().segment.answers->segment, 1U);
    EXPECT_EQ(talk.connection().handshake(), Handshake::Refused);
    EXPECT_EQ(talk.connection().closed(), Closed::Rst);
    EXPECT_EQ(talk.connection().rst_from, Side::Server);
    EXPECT_EQ(talk.connection().rst_frame, 2U);
}

TEST(Opening, IsNotRefusedByARstThatDoesNotAcknowledgeTheSyn) {  // section 3.10.7.3, second check
    Conversation talk;
    talk.client().syn();
    EXPECT_EQ(talk.server().rst().states(), "SYN-SENT / unknown");
    EXPECT_FALSE(talk.last().segment.rst_is_taken);
    EXPECT_EQ(talk.server().ack(77).rst_ack().states(), "SYN-SENT / unknown");
    EXPECT_NE(talk.connection().handshake(), Handshake::Refused);
}

TEST(Opening, IsRefusedByARstThatAcknowledgesTheSynWithoutItsData) {  // SND.UNA < SEG.ACK =< SND.NXT
    Conversation talk;
    talk.client().syn(100);
    EXPECT_EQ(talk.server().ack(1).rst_ack().states(), "CLOSED / CLOSED");
    EXPECT_EQ(talk.connection().handshake(), Handshake::Refused);
}

TEST(Opening, MayBeTriedAgainWithTheSameNumbersAfterARefusal) {
    Conversation talk;
    talk.client().syn();
    talk.server().seq(-5000).rst_ack();
    EXPECT_EQ(talk.pass(1s).client().syn().states(), "SYN-SENT / unknown");
    EXPECT_EQ(talk.connection().closed(), Closed::Rst);  // until somebody listens there
    EXPECT_EQ(talk.server().syn_ack().states(), "ESTABLISHED / SYN-RECEIVED");
    EXPECT_EQ(talk.client().ack().states(), "ESTABLISHED / ESTABLISHED");
    EXPECT_EQ(talk.server().data(10).segment.bytes, (StreamRange{0, 10}));
    EXPECT_EQ(talk.connection().handshake(), Handshake::Complete);
    EXPECT_EQ(talk.connection().closed(), Closed::Open);
    EXPECT_EQ(talk.connection().id, 1U);
}

TEST(Opening, IsBrokenOffByTheClient) {  // as a port scanner does
    Conversation talk;
    talk.client().syn();
    talk.server().syn_ack();
    EXPECT_EQ(talk.client().rst().states(), "CLOSED / CLOSED");
    EXPECT_EQ(talk.connection().handshake(), Handshake::Partial);
    EXPECT_EQ(talk.connection().closed(), Closed::Rst);
    EXPECT_EQ(talk.connection().rst_from, Side::Client);
}

TEST(Opening, IsPartialWhereOnlyTheSynAckIsSeen) {
    Conversation talk;
    EXPECT_EQ(talk.server().ack(1).syn_ack().states(), "ESTABLISHED / SYN-RECEIVED");
    EXPECT_EQ(talk.connection().known_by, KnownBy::SynAck);
    EXPECT_EQ(talk.connection().client.endpoint.port, 41234);
    EXPECT_EQ(talk.last().segment.from, Side::Server);
    EXPECT_EQ(talk.client().seq(1).ack(1).ack().states(), "ESTABLISHED / ESTABLISHED");
    EXPECT_EQ(talk.connection().handshake(), Handshake::Partial);
    EXPECT_EQ(talk.connection().syn_ack_frame, 1U);
    EXPECT_EQ(talk.connection().syn_frame, 0U);
}

TEST(Opening, TellsTheClientByASynThatPassesLate) {
    Conversation talk;
    talk.server().ack(1).syn_ack();
    talk.client().syn();
    EXPECT_EQ(talk.connection().known_by, KnownBy::Syn);
    EXPECT_EQ(talk.connection().id, 1U);
    EXPECT_EQ(talk.last().segment.from, Side::Client);
    talk.client().ack();
    EXPECT_EQ(talk.connection().handshake(), Handshake::Complete);
}

TEST(Opening, TellsTheClientBySynsThatPassAfterAnAck) {
    Conversation talk;
    talk.server().seq(1).ack(1).data(5);  // captured before its own handshake
    EXPECT_EQ(talk.last().segment.from, Side::Client);
    EXPECT_EQ(talk.connection().known_by, KnownBy::First);
    talk.client().syn();
    EXPECT_EQ(talk.connection().known_by, KnownBy::Syn);
    EXPECT_EQ(talk.connection().client.endpoint.port, 41234);
    EXPECT_EQ(talk.connection().id, 1U);
    EXPECT_EQ(talk.connection().server.bytes, 5U);
}

TEST(Opening, IsNotSeenWhereTheCaptureBeginsLater) {
    Conversation talk;
    EXPECT_EQ(talk.client().seq(1).ack(1).ack().states(), "unknown / unknown");
    EXPECT_EQ(talk.connection().known_by, KnownBy::First);
    EXPECT_EQ(talk.connection().handshake(), Handshake::NotSeen);
    EXPECT_EQ(talk.client().data(10).segment.bytes, (StreamRange{0, 10}));
    EXPECT_EQ(talk.last().states(), "unknown / unknown");
    talk.server().seq(1).data(5);
    EXPECT_EQ(talk.client().ack().states(), "ESTABLISHED / ESTABLISHED");  // both send, both acknowledge
    EXPECT_EQ(talk.connection().handshake(), Handshake::NotSeen);
}

TEST(Opening, LeavesTheStatesUnknownWhereOneDirectionIsSeen) {
    Conversation talk;
    for (int i = 0; i < 5; ++i) {
        EXPECT_EQ(talk.client().seq(1 + 10 * i).ack(1).data(10).states(), "unknown / unknown");
    }
    EXPECT_EQ(talk.connection().client.bytes, 50U);
    EXPECT_EQ(talk.client().fin().states(), "unknown / unknown");  // FIN-WAIT-1 or LAST-ACK
}

TEST(Opening, IgnoresAnOldDuplicateOfItsSyn) {
    Conversation talk;
    talk.open().client().data(5);
    EXPECT_EQ(talk.client().syn().states(), "ESTABLISHED / ESTABLISHED");
    EXPECT_EQ(talk.last().notes(), "retransmission");
    EXPECT_EQ(talk.connection().id, 1U);
    EXPECT_EQ(talk.client().data(5).segment.bytes, (StreamRange{5, 10}));
}

TEST(Opening, IgnoresAnOldDuplicateOfItsSynAfterTheClose) {
    Conversation talk;
    talk.open();
    talk.server().fin();
    talk.client().ack();
    talk.client().fin();
    EXPECT_EQ(talk.server().ack().states(), "CLOSED / TIME-WAIT");
    EXPECT_EQ(talk.client().syn().states(), "CLOSED / TIME-WAIT");
    EXPECT_EQ(talk.connection().closed(), Closed::Fin);

    Conversation reset;
    reset.open().server().rst();
    EXPECT_EQ(reset.client().syn().states(), "CLOSED / CLOSED");
    EXPECT_EQ(reset.connection().closed(), Closed::Rst);
}

TEST(Opening, OfTheSameEndpointsAfterTheCloseIsAnotherConnection) {
    Conversation talk;
    talk.open().client().fin();
    talk.server().fin();
    talk.client().ack();
    talk.start({900'000, 700'000});
    EXPECT_EQ(talk.client().syn().notes(), "port-reused");
    EXPECT_EQ(talk.last().states(), "SYN-SENT / unknown");
    EXPECT_EQ(talk.connection().id, 2U);
    ASSERT_EQ(talk.folded().size(), 1U);
    EXPECT_EQ(talk.folded()[0].closed(), Closed::Fin);
    talk.server().syn_ack();
    talk.client().ack();
    EXPECT_EQ(talk.client().data(4).segment.bytes, (StreamRange{0, 4}));
    EXPECT_EQ(talk.connection().first_frame, 7U);
}

TEST(Opening, OfTheSameEndpointsWhileOpenIsAnotherConnection) {
    Conversation talk;
    talk.open().client().data(9);
    talk.start({900'000, 700'000});
    talk.server().without_ack().syn();  // and the roles may change
    EXPECT_EQ(talk.connection().id, 2U);
    EXPECT_EQ(talk.last().notes(), "port-reused");
    EXPECT_EQ(talk.connection().client.endpoint.port, 5000);
    EXPECT_EQ(talk.folded().at(0).closed(), Closed::Open);
}

TEST(Opening, DiscoversAHalfOpenConnection) {  // section 3.5.1, figure 9
    Conversation talk;
    talk.open().client().data(10);
    talk.server().ack();
    talk.start({900'000, 5000});
    EXPECT_EQ(talk.client().syn().states(), "SYN-SENT / unknown");
    EXPECT_EQ(talk.connection().id, 2U);
    EXPECT_EQ(talk.server().seq(1).ack(-898'989).ack().states(), "SYN-SENT / unknown");  // 1011 acknowledged
    EXPECT_TRUE(talk.client().seq(-898'989).rst().segment.rst_is_taken);
    EXPECT_EQ(talk.pass(1s).client().syn().states(), "SYN-SENT / unknown");
    talk.server().seq(795'000).syn_ack();
    EXPECT_EQ(talk.client().ack(795'001).ack().states(), "ESTABLISHED / ESTABLISHED");
    EXPECT_EQ(talk.connection().handshake(), Handshake::Complete);
    EXPECT_EQ(talk.connection().id, 2U);
}

TEST(Opening, ToItselfDoesNoHarm) {  // section 3.4.1 does not forbid it, and Linux does it
    Conversation talk;
    const base::Endpoint self = decode::endpoint("127.0.0.1", 5000);
    talk.start({1000, 1000}).between(self, self);
    talk.client().syn();
    talk.client().ack(1).syn_ack();
    talk.client().seq(1).ack(1).ack();
    talk.client().ack(1).data(5);
    talk.client().ack(6).ack();
    talk.client().ack(6).fin();
    talk.client().ack(7).ack();
    EXPECT_EQ(talk.connection().id, 1U);
    EXPECT_EQ(talk.connection().client.bytes, 5U);
    talk.client().rst();
    EXPECT_TRUE(talk.connection().is_to_itself);
    EXPECT_EQ(talk.connection().handshake(), Handshake::Partial);
    for (const Seen& seen : talk.all()) {
        EXPECT_EQ(seen.notes(), "");
        EXPECT_EQ(seen.states(), "unknown / unknown");
    }
}

/// A SYN-ACK carries a window scale only if the SYN did (RFC 7323 section 2.2): that settles the server's.
TEST(Opening, KeepsTheClientsWindowScaleUnknownWhereItsOptionsWereCut) {
    Conversation talk;
    talk.client().mss(1460).window_scale(7).snapped(14 + 20 + 20).syn();
    talk.server().mss(1460).window_scale(6).window(1000).syn_ack();
    talk.client().window(500).ack();
    EXPECT_EQ(talk.last().segment.window, std::nullopt);
    EXPECT_EQ(talk.server().window(100).data(1).segment.window, 100U << 6U);
}

}  // namespace
}  // namespace sockstep::tcp
