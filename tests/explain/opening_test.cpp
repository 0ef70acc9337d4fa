// tests/explain/opening_test.cpp - sentences of how a connection opens.
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

}  // namespace
}  // namespace sockstep::explain
