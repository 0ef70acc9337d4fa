// tests/explain/ending_test.cpp - sentences of how a connection ends, and what is said of it as a whole.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "explain/saying.hpp"

namespace sockstep::explain {
namespace {

using namespace std::chrono_literals;
using tcp::Conversation;

TEST(Ending, IsExplained) {
    Conversation talk;
    talk.open().client().data(5);
    talk.server().ack();
    EXPECT_EQ(says(talk.client().fin()),
              "Ends the client's direction: it has sent 5 bytes and sends no more. The server may still send.");
    EXPECT_EQ(says(talk.server().ack()), "Says that the client's FIN has arrived, 10.0 ms after #6.");
    EXPECT_EQ(says(talk.server().fin(1)),
              "Carries byte 0. It ends the server's direction: it has sent 1 byte and sends no more. The other "
              "direction had ended before, so both have now.");
    EXPECT_EQ(says(talk.client().ack()),
              "Says that the server's byte 0 and its FIN have arrived, 10.0 ms after #8. The client waits in TIME-WAIT "
              "now.");
    EXPECT_EQ(says(talk.pass(200ms).server().seq(2).fin()),
              "The server's FIN again, 210 ms after #8. The server's retransmission timer (RTO) ran out.");
    EXPECT_EQ(says(talk.client().ack()),
              "Says once more that it has all that the server sent, its FIN included (duplicate 1 in a row).");
}

TEST(Ending, AgainIsExplained) {
    Conversation talk;
    talk.open();
    talk.client().lost().fin();
    EXPECT_EQ(says(talk.pass(200ms).client().seq(1).fin()),
              "The client's FIN again, 200 ms after #4: no ACK of it has passed here so far. The client's "
              "retransmission timer (RTO) ran out.");
}

TEST(Ending, OfBothAtOnceIsExplained) {
    Conversation talk;
    talk.open();
    talk.client().fin();
    EXPECT_EQ(
        says(talk.server().ack(1).fin()),
        "Ends the server's direction: it has sent 0 bytes and sends no more. It does not acknowledge the client's "
        "FIN: both ends close at once.");
}

TEST(Ending, OfAConnectionWithoutBeginningIsExplained) {
    Conversation talk;
    talk.begun().client().ack();
    EXPECT_EQ(says(talk.client().fin()), "Ends the client's direction: no byte follows. The server may still send.");
}

TEST(Reset, IsExplained) {
    Conversation talk;
    talk.open();
    EXPECT_EQ(says(talk.client().rst_ack()),
              "Aborts the connection, whatever is still on its way. Why the client does so cannot be told from the "
              "wire: for example, its program closed the socket with bytes unread or with SO_LINGER set to zero, its "
              "kernel gave up, or a firewall speaks in its place.");
    EXPECT_EQ(says(talk.client().rst_ack()), "A RST for a connection that is over already: it changes nothing.");
}

TEST(Reset, OfDataAfterTheCloseIsExplained) {
    Conversation talk;
    talk.open().client().fin();
    talk.server().ack();
    talk.server().data(10);
    EXPECT_EQ(
        says(talk.client().rst()),
        "Tells the server to end the connection at once. Its number is the one that #6 acknowledges: so an end answers "
        "a segment "
        "that fits no connection it knows. The client had ended its direction before (its FIN is frame 4): if its "
        "program has closed the socket, nobody is left to read what comes.");
}

TEST(Reset, ThatDoesNotCountIsExplained) {
    Conversation talk;
    talk.open();
    EXPECT_EQ(
        says(talk.client().seq(70'000).rst()),
        "A RST whose number is not the one that the server expects, as far as the capture shows: then it does not "
        "count.");
    Conversation early;
    early.client().syn();
    EXPECT_EQ(says(early.server().rst()), "A RST that does not acknowledge the client's SYN, so it does not count.");
    Conversation damaged;
    damaged.open();
    EXPECT_EQ(
        says(damaged.client().wrong_checksum().rst()),
        "A RST, which ends the connection if it arrives undamaged. Its checksum is wrong. If it arrives so, it is "
        "thrown away; a capture on the sending machine may show it before the network card has filled it in.");
}

TEST(Remarks, AreMade) {
    Conversation talk;
    talk.open();
    EXPECT_EQ(says(talk.client().snapped(55).data(5)), "Carries bytes 0-4. The capture holds only 1 of its 5 bytes.");
    EXPECT_EQ(
        says(talk.client().snapped(54).data(1)),
        "Carries byte 5. That makes 6 bytes sent and not yet acknowledged. The capture holds none of its 1 byte.");
    talk.server().ack();
    EXPECT_EQ(says(talk.client().ece().data(5)), "Carries bytes 6-10. It sets ECE.");
    talk.server().ack();
    EXPECT_EQ(says(talk.client().urg().cwr().data(5)),
              "Carries bytes 11-15. It says that urgent data are under way. It sets CWR.");
    talk.server().ack();
    EXPECT_EQ(says(talk.client().option({30, 4, 0, 0}).option({2, 9}).data(5)),
              "Carries bytes 16-20. Its options break the rules, so not all of them could be read. It carries a "
              "Multipath TCP option.");
    EXPECT_EQ(says(talk.client().psh().without_ack().data("")),
              "Carries no data, acknowledges nothing, opens and closes nothing.");
}

TEST(Connection, IsExplained) {
    Conversation talk;
    talk.open().client().data(1000);
    talk.server().data(1);
    talk.client().fin();
    talk.server().fin();
    talk.client().ack();
    EXPECT_EQ(explain(talk.connection()).says,
              "Opened by the client: SYN, SYN-ACK and ACK are frames 1, 2 and 3; the ACK came 20.0 ms after the last "
              "SYN. From the client came 1,000 bytes in 5 segments, from the server 1 byte in 3 segments. Both "
              "directions ended with a FIN: the client's in frame 6, the server's in frame 7. The client waits in "
              "TIME-WAIT.");
    EXPECT_EQ(explain(talk.connection()).sources(),
              "RFC 9293 section 3.5; RFC 9293 section 3.6; RFC 9293 section 3.6.1, section 3.3.2");
}

TEST(Connection, InPartIsExplained) {
    Conversation unanswered;
    unanswered.client().syn();
    EXPECT_EQ(explain(unanswered.connection()).says,
              "The client asked for it, and no answer was seen. Its end was not seen.");
    unanswered.server().rst_ack();
    EXPECT_EQ(explain(unanswered.connection()).says, "The client asked for it and was refused with a RST, frame 2.");

    Conversation middle;
    middle.begun().client().data(5);
    middle.client().seq(1).data(5);
    middle.client().fin();
    EXPECT_EQ(explain(middle.connection()).says,
              "Its beginning was not seen. Which end is the client is a guess: the sender of the first segment; bytes "
              "count from the first that was seen. From the client came 5 bytes in 3 segments (1 of them repeated), "
              "from the server 0 bytes in 0 segments. Only the client's direction was seen to end, in frame 3.");

    Conversation partial;
    partial.server().ack(1).syn_ack();
    partial.client().seq(1).rst_ack();
    EXPECT_EQ(explain(partial.connection()).says,
              "Only a part of its handshake was seen. The client ended it with a RST, frame 2.");
}

TEST(ToItself, NothingIsSaidOfWhichWayItGoes) {
    tcp::Conversation talk;
    const base::Endpoint self = decode::endpoint("127.0.0.1", 5000);
    talk.start({1000, 1000}).between(self, self);
    EXPECT_EQ(says(talk.client().syn()),
              "From an address and port to the very same: a socket that is connected to itself. Which way its segments "
              "go, and which answers which, cannot be told.");
    EXPECT_EQ(explain(talk.connection()).says,
              "A socket connected to itself; 1 segment seen. Which way they went cannot be told.");
}

}  // namespace
}  // namespace sockstep::explain
