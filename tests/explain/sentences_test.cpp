// tests/explain/sentences_test.cpp - the sentence for each kind of event, word for word.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "explain/saying.hpp"

namespace sockstep::explain {
namespace {

using namespace std::chrono_literals;
using tcp::Conversation;

TEST(Opening, IsExplained) {
    Conversation talk;
    EXPECT_EQ(says(talk.client().mss(1460).sack_permitted().timestamps().window_scale(7).syn()),
              "Asks to open a connection. Its first byte will be number 1. It takes segments of up to 1,460 bytes of "
              "data. It offers windows multiplied by 128, selective acknowledgements, time stamps.");
    EXPECT_EQ(sources(talk.last()),
              "RFC 9293 section 3.5; RFC 9293 section 3.7.1; RFC 7323 section 2.2; RFC 2018 section 2; "
              "RFC 7323 section 3");
    EXPECT_EQ(
        says(talk.server().mss(1400).sack_permitted().window_scale(2).syn_ack()),
        "Agrees to open: acknowledges the client's SYN and asks the same for the other direction. The kernel does "
        "so on its own; accept() only hands over what is open. It takes segments of up to 1,400 bytes of data. "
        "Agreed: window scaling (client x128, server x4), selective acknowledgements. Not in use, because only "
        "one end offered it: time stamps.");
    EXPECT_EQ(says(talk.client().window(100).ack()),
              "The last segment of the handshake: the server's SYN has arrived. By its window the server may send "
              "12,800 bytes more.");
}

TEST(Opening, WithoutOptionsIsExplained) {
    Conversation talk;
    EXPECT_EQ(says(talk.client().syn()),
              "Asks to open a connection. Its first byte will be number 1. It states no MSS, so segments to it may "
              "carry up to 536 bytes of data.");
    Conversation v6;
    v6.between(decode::endpoint("fd00::1", 1), decode::endpoint("fd00::2", 2));
    EXPECT_EQ(says(v6.client().syn()),
              "Asks to open a connection. Its first byte will be number 1. It states no MSS, so segments to it may "
              "carry up to 1,220 bytes of data.");
}

TEST(Opening, AgainIsExplained) {
    Conversation talk;
    talk.client().lost().syn();
    EXPECT_EQ(
        says(talk.pass(1020ms).client().syn()),
        "The same SYN again, 1.02 s after #1: no answer has passed here so far. The client's retransmission timer "
        "(RTO) ran out.");
    talk.server().syn_ack();
    EXPECT_EQ(
        says(talk.pass(500ms).server().syn_ack()),
        "The same SYN-ACK again, 500 ms after #3: no ACK of it has passed here so far. The server's retransmission "
        "timer (RTO) ran out.");
    talk.client().ack();
    EXPECT_EQ(says(talk.client().syn()),
              "The same SYN again, 530 ms after #2 and 1.55 s after #1, the first. The "
              "client's retransmission timer (RTO) ran out again, last time after 1.02 s.");
}

TEST(Opening, OfBothEndsAtOnceIsExplained) {
    Conversation talk;
    talk.client().mss(1000).syn();
    EXPECT_EQ(
        says(talk.server().without_ack().mss(900).syn()),
        "Asks to open the same connection from the other side: the two SYNs cross. It takes segments of up to 900 "
        "bytes of data.");
    EXPECT_EQ(says(talk.client().mss(1000).syn_ack()),
              "Acknowledges the SYN that crossed its own, and repeats its own. It takes segments of up to 1,000 bytes "
              "of data.");
}

TEST(Opening, OfUsedEndpointsIsExplained) {
    Conversation talk;
    talk.open().client().rst();
    talk.start({90'000, 80'000});
    EXPECT_EQ(
        says(talk.client().mss(1).syn()),
        "Asks to open a connection. Its first byte will be number 1. The same endpoints were used before; another "
        "initial sequence number makes this a new connection. It takes segments of up to 1 byte of data.");
}

TEST(Opening, WithDataIsExplained) {
    Conversation talk;
    EXPECT_EQ(says(talk.client().mss(536).option({34, 6, 1, 2, 3, 4}).syn(10)),
              "Asks to open a connection. Its first byte will be number 1. It takes segments of up to 536 bytes of "
              "data. It carries 10 bytes of data already. It carries a Fast Open option.");
    EXPECT_NE(sources(talk.last()).find("RFC 7413"), std::string::npos);
    Conversation plain;
    plain.client().mss(536).syn(1);
    EXPECT_EQ(sources(plain.last()).find("RFC 7413"), std::string::npos);
}

TEST(Opening, WhoseOptionsWereCutClaimsNothingOfThem) {
    Conversation talk;
    EXPECT_EQ(says(talk.client().mss(1460).window_scale(7).snapped(54).syn()),
              "Asks to open a connection. Its first byte will be number 1.");
    talk.server().mss(1460).window_scale(7).syn_ack();
    EXPECT_EQ(says(talk.last()).find("Not in use"), std::string::npos);
    EXPECT_EQ(says(talk.last()).find("Agreed"), std::string::npos);
}

TEST(Opening, ThatIsRefusedIsExplained) {
    Conversation talk;
    talk.client().syn();
    EXPECT_EQ(says(talk.server().rst_ack()),
              "Refuses the connection that #1 asks for, as a kernel does where nobody listens on port 5000; a firewall "
              "may answer so in its place.");
    EXPECT_EQ(sources(talk.last()), "RFC 9293 section 3.10.7.1");
}

TEST(Data, IsExplained) {
    Conversation talk;
    talk.open();
    EXPECT_EQ(says(talk.client().data(6)), "Carries bytes 0-5.");
    EXPECT_EQ(says(talk.client().data(1)), "Carries byte 6. That makes 7 bytes sent and not yet acknowledged.");
    EXPECT_EQ(says(talk.server().ack()),
              "Says that the client's bytes 0-6 have arrived, 10.0 ms after #5. By its window the client may send "
              "64,240 bytes more.");
    EXPECT_EQ(says(talk.server().data(1)), "Carries byte 0.");
    EXPECT_EQ(says(talk.client().ack()),
              "Says that the server's byte 0 has arrived, 10.0 ms after #7. By its window the server may send 64,240 "
              "bytes more.");
    EXPECT_EQ(says(talk.client().data(1)), "Carries byte 7.");
    EXPECT_EQ(says(talk.server().data(2)), "Carries bytes 1-2. It also says that the client's byte 7 has arrived.");
}

TEST(Data, AgainIsExplained) {
    Conversation talk;
    talk.open().client().data(10);
    EXPECT_EQ(says(talk.pass(300ms).client().seq(1).data(10)),
              "Carries bytes 0-9 again, 300 ms after #4. The client's retransmission timer (RTO) ran out.");
    EXPECT_EQ(sources(talk.last()), "RFC 9293 section 3.8.1, RFC 6298, RFC 8985; RFC 6298 sections 2 and 5");
    EXPECT_EQ(says(talk.pass(450ms).client().seq(10).data(5)),
              "Carries bytes 9-13, 1 of them again, 450 ms after #5 and 750 ms after #4, the first. The client's "
              "retransmission timer (RTO) ran out again, last time after 300 ms.");
    talk.server().ack();
    EXPECT_EQ(says(talk.client().seq(10).data(5)),
              "Carries bytes 9-13 again, 20.0 ms after #6 and 770 ms after #4, the first. The server had acknowledged "
              "them already.");
    EXPECT_EQ(says(talk.client().seq(10).data(1)),
              "Carries byte 9 again, 10.0 ms after #8 and 780 ms after #4, the first. The server had acknowledged it "
              "already.");
    EXPECT_EQ(sources(talk.last()), "RFC 9293 section 3.8.1, RFC 6298, RFC 8985");
}

TEST(Data, AgainAndAgainTellsHowTheTimerGrows) {
    Conversation talk;
    talk.client().sack_permitted().mss(1460).syn();
    talk.server().sack_permitted().mss(1460).syn_ack();
    talk.client().ack();
    talk.client().data(10);
    EXPECT_EQ(says(talk.pass(204ms).client().seq(1).data(10)),
              "Carries bytes 0-9 again, 204 ms after #4. Nothing asked for it: the client's retransmission timer (RTO) "
              "ran out, or, sooner, its timer for a tail loss probe.");
    EXPECT_NE(sources(talk.last()).find("RFC 8985 section 7"), std::string::npos);
    EXPECT_EQ(says(talk.pass(208ms).client().seq(1).data(10)),
              "Carries bytes 0-9 again, 208 ms after #5 and 412 ms after #4, the first. The client's retransmission "
              "timer (RTO) ran out; the copy before may have been a tail loss probe.");
    EXPECT_EQ(says(talk.pass(412ms).client().seq(1).data(10)),
              "Carries bytes 0-9 again, 412 ms after #6 and 824 ms after #4, the first. The client's retransmission "
              "timer (RTO) ran out again, after about twice as long: it is doubled each time.");
}

TEST(Data, AgainBeforeOthersIsNoProbe) {
    Conversation talk;
    talk.client().sack_permitted().mss(1460).syn();
    talk.server().sack_permitted().mss(1460).syn_ack();
    talk.client().ack();
    talk.client().data(10);
    talk.client().data(10);
    EXPECT_EQ(says(talk.pass(204ms).client().seq(1).data(10)),
              "Carries bytes 0-9 again, 214 ms after #4. The client's retransmission timer (RTO) ran out.");
}

TEST(Data, AgainIntoAClosedWindowTellsNoTimer) {
    Conversation talk;
    talk.open().client().data(100);
    talk.server().window(0).ack();
    talk.client().lost().data(1);
    EXPECT_EQ(says(talk.pass(300ms).client().seq(101).data(1)).find("RTO"), std::string::npos);
}

TEST(Data, ThatFillsAGapIsExplained) {
    Conversation talk;
    talk.open().client().unseen_data(1);
    EXPECT_EQ(says(talk.client().data(10)),
              "Carries bytes 1-10. They do not follow on what has passed: the bytes between were lost before they came "
              "here, were not captured, or are late. That makes 11 bytes sent and not yet acknowledged.");
    EXPECT_EQ(says(talk.pass(300ms).client().seq(1).data(1)),
              "Carries byte 0, which the capture has not seen before though later bytes have passed: lost before it "
              "came here and sent again, or very late.");
    talk.client().unseen_data(5);
    talk.client().data(5);
    talk.server().ack(22).ack();
    EXPECT_EQ(says(talk.client().seq(12).data(5)),
              "Carries bytes 11-15, which the server had acknowledged before: the capture has missed an earlier copy, "
              "or shows this one late.");
}

TEST(Data, OutOfOrderIsExplained) {
    Conversation talk;
    talk.open().client().unseen_data(1);
    talk.client().data(10);
    EXPECT_EQ(says(talk.pass(1ms).client().seq(1).data(1)),
              "Carries byte 0. It passes here after later ones, so soon that it was most likely late on the way, not "
              "sent twice. That makes 11 bytes sent and not yet acknowledged.");
}

TEST(Data, ThatDuplicateAcksAskedForIsExplained) {
    Conversation talk;
    talk.open().client().lost().data(100);
    talk.client().data(100);
    EXPECT_EQ(says(talk.server().ack(1).sack({{100, 200}}).ack()),
              "Says once more that byte 0 is the next it waits for (duplicate 1 in a row). It holds bytes 100-199 "
              "already; something before is missing.");
    talk.server().ack(1).ack();
    talk.server().ack(1).ack();
    EXPECT_EQ(says(talk.pass(1ms).client().seq(1).data(100)),
              "Carries bytes 0-99 again, 41.0 ms after #4. Duplicate ACKs had asked for byte 0.");
}

TEST(Data, ThatArriveTwiceAreExplained) {  // RFC 2883 section 4
    Conversation talk;
    talk.open().client().data(100);
    EXPECT_EQ(says(talk.server().sack({{0, 50}}).ack()),
              "Says that the client's bytes 0-99 have arrived, 10.0 ms after #4. By its window the client may send "
              "64,240 bytes more. "
              "It reports that bytes 0-49 arrived more than once.");
    talk.client().unseen_data(100);
    talk.client().data(100);
    talk.server().ack(101).sack({{210, 220}, {200, 300}}).ack();
    EXPECT_EQ(says(talk.last()),
              "Says once more that byte 100 is the next it waits for (duplicate 1 in a row). It reports that bytes "
              "210-219 arrived more than once. It holds bytes 200-299 already; something before is missing.");
}

TEST(Fin, ThatArrivesTwiceIsNoByte) {  // RFC 2883 section 4: a D-SACK block is of sequence numbers
    Conversation talk;
    talk.open().client().data(4);
    talk.client().fin();
    talk.server().ack(6).ack();
    EXPECT_THAT(says(talk.server().ack(6).sack({{4, 5}}).ack()),
                testing::HasSubstr("It reports that the FIN arrived more than once."));
    EXPECT_THAT(says(talk.server().ack(6).sack({{2, 5}}).ack()),
                testing::HasSubstr("It reports that bytes 2-3 and the FIN arrived more than once."));
}

TEST(Windows, AreExplained) {
    Conversation talk;
    talk.open();
    talk.server().window(10).ack();
    EXPECT_EQ(says(talk.client().data(10)),
              "Carries bytes 0-9. They fill the server's window to the last byte: nothing more may be sent until it "
              "says that there is room.");
    EXPECT_EQ(says(talk.server().window(0).ack()),
              "Says that the client's bytes 0-9 have arrived, 10.0 ms after #5. It closes its window: the client may "
              "send no more until it opens.");
    EXPECT_EQ(says(talk.client().keep_alive()),
              "Carries nothing new: it begins before the next byte, so the server has to answer, and the answer will "
              "state its window, which was closed.");
    EXPECT_EQ(says(talk.server().window(0).ack()), "Says that its window is closed; byte 10 is the next it waits for.");
    EXPECT_EQ(says(talk.client().lost().data(1)),
              "Tries byte 10 although the server's window is closed: the answer will state the window.");
    EXPECT_EQ(says(talk.server().ack(11).window(1).ack()),
              "Acknowledges nothing new, but changes its window. By its window the client may send 0 bytes more.");
}

TEST(KeepAlive, IsExplained) {
    Conversation talk;
    talk.open();
    talk.client().data(5);
    talk.server().ack();
    EXPECT_EQ(says(talk.pass(60s).client().keep_alive()),
              "Carries nothing new: it begins before the next byte, so the server has to answer if it still lives.");
    EXPECT_EQ(says(talk.server().ack()), "Answers: it is there; byte 5 is the next it waits for.");
    EXPECT_EQ(sources(talk.last()), "RFC 9293 section 3.8.4");
}

TEST(Acknowledgement, WithoutNewsIsExplained) {
    Conversation talk;
    talk.open().client().data(10);
    talk.client().data(10);
    talk.server().ack();
    EXPECT_EQ(says(talk.server().ack(11).ack()),
              "Acknowledges less than has been acknowledged before: it was overtaken on the way, or is a copy.");
}

TEST(Acknowledgement, OfWhatIsUnseenIsExplained) {
    Conversation talk;
    talk.open().client().data(10);
    talk.client().unseen_data(10);
    EXPECT_EQ(says(talk.server().ack(21).ack()),
              "Says that the client's bytes 0-19 have arrived. That is beyond what the capture has "
              "seen: some of it was not captured. By its window the client may send 64,240 bytes more.");
}

TEST(Acknowledgement, FirstSeenIsExplained) {
    Conversation talk;
    EXPECT_EQ(says(talk.begun().client().ack()),
              "Says that byte 0 is the next it waits for; the capture has not seen what it acknowledges.");
    talk.client().data(5);
    EXPECT_EQ(says(talk.client().seq(-9).data(5)),
              "Carries 5 bytes that begin 10 before byte 0, which the capture has not seen before though later bytes "
              "have passed: lost before they came here and sent again, or very late.");
}

TEST(Acknowledgement, OfAnotherConnectionIsExplained) {  // RFC 9293 section 3.5.1, or a challenge ACK
    Conversation talk;
    talk.client().syn();
    EXPECT_EQ(says(talk.server().seq(7).ack(-300).ack()),
              "Its acknowledgement number does not fit this connection: it may belong to an earlier one.");
}

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
