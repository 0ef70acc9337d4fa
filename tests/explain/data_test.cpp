// tests/explain/data_test.cpp - sentences of data, acknowledgements and windows.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "explain/saying.hpp"

namespace sockstep::explain {
namespace {

using namespace std::chrono_literals;
using tcp::Conversation;

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
              "here, were not captured, or are late.")
        << "how much is not acknowledged cannot be known: the capture may lack acknowledgements, too";
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

}  // namespace
}  // namespace sockstep::explain
