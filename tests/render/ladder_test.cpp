// tests/render/ladder_test.cpp - the ladder, line by line, and what must hold of every line.
#include <gtest/gtest.h>

#include <string>

#include "render/picture.hpp"
#include "tcp/random_traffic.hpp"

namespace sockstep::render {
namespace {

using tcp::Conversation;

/// A few segments of each end: opened, a greeting, closed by the server.
void greet(Conversation& talk) {
    talk.client().mss(1460).syn();
    talk.server().mss(1460).syn_ack();
    talk.client().ack();
    talk.client().psh().data("hello\n");
    talk.server().fin();
}

TEST(Ladder, IsDrawnAtEightyColumns) {
    Conversation talk;
    greet(talk);
    EXPECT_EQ(picture_of(talk, {.width = 80}), R"(connection 1
           client 10.0.0.11:41234                           10.0.0.1:5000 server
  0.000000 │─── #1 SYN  seq 0 ────────────────────────────────────────────────▶│
           │ SYN-SENT                                                          │
           │ Asks to open a connection. Its first byte will be number 1. It    │
           │ takes segments of up to 1,460 bytes of data.                      │
           │ [RFC 9293 section 3.5]                                            │
  0.010000 │◀───────────────────────────────────── #2 SYN ACK  seq 0  ack 1 ───│
           │ ESTABLISHED                                          SYN-RECEIVED │
           │ Agrees to open: acknowledges the client's SYN and asks the same   │
           │ for the other direction. The kernel does so on its own; accept()  │
           │ only hands over what is open. It takes segments of up to 1,460    │
           │ bytes of data.                                                    │
           │ [RFC 9293 section 3.5]                                            │
  0.020000 │─── #3 ACK  seq 1  ack 1 ─────────────────────────────────────────▶│
           │                                                       ESTABLISHED │
           │ The last segment of the handshake: the server's SYN has arrived.  │
           │ By its window the server may send 64,240 bytes more.              │
           │ [RFC 9293 section 3.5]                                            │
  0.030000 │─── #4 PSH ACK  seq 1  ack 1  6 bytes ────────────────────────────▶│
           │ "hello\n"                                                         │
           │ Carries bytes 0-5.                                                │
           │ [RFC 9293 section 3.4]                                            │
  0.040000 │◀───────────────────────────────────── #5 FIN ACK  seq 1  ack 7 ───│
           │ CLOSE-WAIT                                             FIN-WAIT-1 │
           │ Ends the server's direction: it has sent 0 bytes and sends no     │
           │ more. The client may still send. It also says that the client's   │
           │ bytes 0-5 have arrived.                                           │
           │ [RFC 9293 section 3.6]                                            │

connection 1: client 10.0.0.11:41234, server 10.0.0.1:5000
  Opened by the client: SYN, SYN-ACK and ACK are frames 1, 2 and 3; the ACK came
  20.0 ms after the last SYN. From the client came 6 bytes in 3 segments, from
  the server 0 bytes in 2 segments. Only the server's direction was seen to end,
  in frame 5.
)");
}

TEST(Ladder, HasSentencesBesideItAtAHundredAndTwentyColumns) {
    Conversation talk;
    talk.client().mss(1460).syn();
    talk.server().seq(-5000).rst_ack();
    EXPECT_EQ(picture_of(talk, {.width = 120, .unicode = false}), R"(connection 1
           client 10.0.0.11:41234                 10.0.0.1:5000 server
  0.000000 |--- #1 SYN  seq 0 -------------------------------------->|  Asks to open a connection. Its first byte will
           | SYN-SENT                                                |  be number 1. It takes segments of up to 1,460
           |                                                         |  bytes of data.
           |                                                         |  [RFC 9293 section 3.5]
  0.010000 |<--------------------------- #2 RST ACK  seq 1  ack 1 ---|  Refuses the connection that #1 asks for, as a
           | CLOSED                                           CLOSED |  kernel does where nobody listens on port 5000; a
           |                                                         |  firewall may answer so in its place.
           |                                                         |  [RFC 9293 section 3.10.7.1]

connection 1: client 10.0.0.11:41234, server 10.0.0.1:5000
  The client asked for it and was refused with a RST, frame 2.
)");
}

TEST(Ladder, SaysEveryRuleWhenAskedWhy) {
    Conversation talk;
    talk.client().mss(1460).syn();
    const std::string why = picture_of(talk, {.width = 200, .why = true});
    EXPECT_NE(why.find("RFC 9293 section 3.5: A connection opens with three segments"), std::string::npos);
    EXPECT_NE(why.find("RFC 9293 section 3.7.1: The MSS option"), std::string::npos);
}

TEST(Ladder, HasAHeadingWheneverTheConnectionChanges) {
    Conversation talk;
    talk.open();
    talk.start({80'000, 90'000}).client().syn();
    const std::string picture = picture_of(talk, {});
    EXPECT_NE(picture.find("connection 1\n"), std::string::npos);
    EXPECT_NE(picture.find("\n\nconnection 2\n"), std::string::npos);
}

TEST(Ladder, MarksAClientThatIsAGuess) {
    Conversation talk;
    talk.begun().client().ack();
    EXPECT_NE(picture_of(talk, {}).find("client? 10.0.0.11:41234"), std::string::npos);
}

TEST(Ladder, NamesTheFrameWhereItIsAnother) {
    tcp::Tracker tracker{[](const tcp::Connection&) {}};
    Conversation talk;
    talk.client().syn();
    const tcp::Tracker::Result result = tracker.add(talk.last().packet, 7, talk.last().time);
    Ladder ladder{{}};
    EXPECT_NE(ladder.segment({}, talk.last().packet, result.segment, result.connection, {}).find("#1 (frame 7) SYN"),
              std::string::npos);
}

TEST(Ladder, ShowsNotesUnderTheArrow) {
    Conversation talk;
    talk.open().client().data(5);
    talk.client().seq(1).data(5);
    EXPECT_NE(picture_of(talk, {}).find("│ retransmission "), std::string::npos);
}

TEST(Ladder, EscapesWhatPayloadsHold) {
    Conversation talk;
    std::string evil =
        "\x1b[2J\x1b]0;title\x07\x9b"
        "31m\x7f\"\\\r\t\xc3\xa9";
    evil += '\0';
    talk.open().client().data(evil);
    for (const std::size_t width : {40U, 80U, 200U}) {
        const std::string picture = picture_of(talk, {.width = width, .unicode = false});
        for (const char octet : picture) {
            ASSERT_TRUE(octet == '\n' || (octet >= 0x20 && octet < 0x7F)) << static_cast<int>(octet);
        }
    }
    EXPECT_NE(picture_of(talk, {.width = 200}).find(R"("\x1b[2J\x1b]0;title\x07\x9b31m\x7f)"), std::string::npos);
}

TEST(Ladder, HasColourOnlyWhenAskedFor) {
    Conversation talk;
    greet(talk);
    const std::string plain = picture_of(talk, {.colour = false});
    const std::string coloured = picture_of(talk, {.colour = true});
    EXPECT_EQ(plain.find('\x1b'), std::string::npos);
    EXPECT_NE(coloured.find('\x1b'), std::string::npos);
    EXPECT_EQ(without_colour(coloured), plain);
}

TEST(Ladder, EndsEveryColourOnItsLine) {
    Conversation talk;
    greet(talk);
    for (const std::string& line : lines_of(picture_of(talk, {.colour = true, .why = true}))) {
        bool is_painted = false;
        for (std::size_t at = line.find('\x1b'); at != std::string::npos; at = line.find('\x1b', at + 1)) {
            const bool resets = line.compare(at, 4, "\x1b[0m") == 0;
            EXPECT_NE(resets, !is_painted) << line;
            is_painted = !resets;
        }
        EXPECT_FALSE(is_painted) << line;
    }
}

TEST(Ladder, ShowsTimesBeyondAThousandSeconds) {
    Conversation talk;
    talk.client().syn();
    talk.pass(std::chrono::hours{1000}).client().syn();
    const std::string picture = picture_of(talk, {});
    EXPECT_NE(picture.find("3600000.0"), std::string::npos);
    EXPECT_LE(widest(picture), 80U);
}

TEST(Ladder, NamesOtherFrames) {
    Ladder ladder{{.width = 60}};
    EXPECT_EQ(ladder.frame(std::chrono::milliseconds{1500}, 12, "ARP"), "  1.500000 frame 12: ARP\n");
    EXPECT_LE(widest(ladder.frame({}, 12, std::string(300, 'x'))), 60U);
}

/// Every line that is drawn of random traffic.
std::string picture_of(const tcp::Traffic& traffic, Style style) {
    Ladder ladder{style};
    std::string text;
    tcp::Tracker tracker{[&](const tcp::Connection& connection) {
        text += ladder.connection(connection, explain::explain(connection));
    }};
    std::uint64_t frame = 1'000'000;
    for (const tcp::Captured& captured : traffic) {
        const auto result = tracker.add(captured.packet, ++frame, captured.time);
        text += ladder.segment(captured.time - traffic.front().time, captured.packet, result.segment, result.connection,
                               explain::explain(captured.packet, result.segment, result.connection));
    }
    tracker.finish();
    return text;
}

TEST(Ladder, IsNeverWiderThanThePage) {
    tcp::Traffic traffic = tcp::RandomTraffic{1}.plausible(5, 800);  // a third of it IPv6
    const tcp::Traffic arbitrary = tcp::RandomTraffic{2}.arbitrary(800);
    traffic.insert(traffic.end(), arbitrary.begin(), arbitrary.end());
    for (const std::size_t width : {40U, 60U, 80U, 100U, 109U, 110U, 120U, 200U}) {
        for (const bool colour : {false, true}) {
            for (const std::string& line : lines_of(picture_of(traffic, {.width = width, .colour = colour}))) {
                ASSERT_LE(columns_of(line), width) << line;
            }
        }
    }
}

TEST(Ladder, StaysAscii) {
    const tcp::Traffic traffic = tcp::RandomTraffic{3}.plausible(5, 500);
    for (const char octet : picture_of(traffic, {.width = 100, .unicode = false})) {
        ASSERT_TRUE(octet == '\n' || (octet >= 0x20 && octet < 0x7F)) << static_cast<int>(octet);
    }
}

TEST(Wrapped, BreaksAtSpaces) {
    EXPECT_EQ(wrapped("one two three", 7), (std::vector<std::string>{"one two", "three"}));
    EXPECT_EQ(wrapped("one two", 100), (std::vector<std::string>{"one two"}));
    EXPECT_EQ(wrapped("abcdefgh ij", 3), (std::vector<std::string>{"abc", "def", "gh", "ij"}));
    EXPECT_EQ(wrapped("", 5), (std::vector<std::string>{}));
    EXPECT_EQ(wrapped(R"(abc\xffdef)", 5), (std::vector<std::string>{"abc",
                                                                     R"(\xff)"
                                                                     "d",
                                                                     "ef"}));
    EXPECT_EQ(wrapped(R"(ab\n\x00)", 4), (std::vector<std::string>{R"(ab\n)", R"(\x00)"}));
    EXPECT_EQ(wrapped(R"(abc\n)", 4), (std::vector<std::string>{"abc", R"(\n)"}));
    EXPECT_EQ(wrapped("a b", 0), (std::vector<std::string>{"a", "b"}));
}

TEST(Quoted, CutsWhatDoesNotFit) {
    EXPECT_EQ(quoted("hello\n", 20), R"("hello\n")");
    EXPECT_EQ(quoted("hello", 7), R"("hello")");
    EXPECT_EQ(quoted("hello, world", 11), R"("hello,"...)");
    EXPECT_EQ(quoted("\x01\x02\x03\x04", 12), R"("\x01"...)");
    for (std::size_t width = 5; width < 40; ++width) {
        EXPECT_LE(quoted("\x01 some text\n\t and more \xff\xfe", width).size(), width);
    }
}

}  // namespace
}  // namespace sockstep::render
