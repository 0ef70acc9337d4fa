// tests/server/chat_misbehaviour_test.cpp - clients that misbehave, and others that must not notice.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <signal.h>

#include <algorithm>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "chat/text.hpp"
#include "server/peer.hpp"

namespace {

using support::ChatServer;
using support::Peer;
using testing::EndsWith;
using testing::HasSubstr;
using namespace std::string_view_literals;

/// Ann and Bob in a group, who go on talking whatever others do.
struct Room {
    explicit Room(const std::vector<std::string>& options = {}) : server{options}, ann{server.founder("ann", id)} {
        ann.wait_for("* bob joined.\n");
    }

    /// Bob says something new, and Ann hears it; what she heard before it.
    std::string talk() {
        const std::string line = "message " + std::to_string(++said);
        bob.send(line + "\n");
        return ann.wait_for("bob: " + line + "\n");
    }

    ChatServer server;
    std::string id{};
    Peer ann;
    Peer bob{server.member("bob", id)};
    int said = 0;
};

TEST(Misbehaviour, ASlowReaderIsToldAndDroppedWhileOthersTalkOn) {
    Room room{{"--queue-limit", "16384"}};
    Peer slow{room.server.port, "127.0.0.1", 4096};
    support::join_group(slow, "slow", room.id);
    room.talk();
    const std::string line = std::string(1000, 'x') + "\n";
    std::string heard;
    while (heard.find("* slow was dropped: it read too slowly.\n") == std::string::npos) {
        room.bob.send(line);
        heard += room.ann.wait_for(line);  // she never waits for the slow one
        heard += room.talk();
    }
    const std::string all = slow.read_to_end();  // it reads again, and learns why
    EXPECT_THAT(all, EndsWith("\n* Disconnected: you read too slowly.\n"));
    room.talk();
}

TEST(Misbehaviour, ASlowReaderThatNeverReadsAgainIsDisconnected) {
    Room room{{"--queue-limit", "16384", "--max-clients", "3"}};
    Peer slow{room.server.port, "127.0.0.1", 4096};
    support::join_group(slow, "slow", room.id);
    const std::string line = std::string(1000, 'x') + "\n";
    std::string heard;
    while (heard.find("* slow was dropped") == std::string::npos) {
        room.bob.send(line);
        heard = room.talk();
    }
    // Its place is free when its connection is closed, though it still does not read.
    for (;;) {
        Peer next = room.server.connect();
        if (next.wait_for("\n").find("Welcome") != std::string::npos) {
            break;
        }
        next.read_to_end();
        poll(nullptr, 0, 50);  // between tries, not to be a nuisance itself
    }
    room.talk();
}

TEST(Misbehaviour, AMegabyteWithoutNewlineIsSentToNobody) {
    Room room;
    Peer loud = room.server.member("loud", room.id);
    room.ann.wait_for("* loud joined.\n");
    loud.send(std::string(1 << 20, 'x'));
    EXPECT_EQ(room.talk(), "bob: message 1\n");
    loud.send("\nsorry\n");
    EXPECT_THAT(loud.wait_for("nobody was sent it.\n"), HasSubstr("* Your line is longer than 2048 bytes"));
    EXPECT_EQ(room.ann.wait_for("\n"), "loud: sorry\n");
}

TEST(Misbehaviour, ALineOfTheLongestLengthIsSentWhole) {
    Room room{{"--max-line", "64"}};
    room.bob.send(std::string(64, 'a') + "\r\n" + std::string(65, 'b') + "\nc\n");
    EXPECT_EQ(room.ann.wait_for("\n"), "bob: " + std::string(64, 'a') + "\n");
    EXPECT_EQ(room.ann.wait_for("\n"), "bob: c\n");
}

TEST(Misbehaviour, AResetEndsOnlyItsOwnConnection) {
    Room room;
    Peer rude = room.server.member("rude", room.id);
    room.ann.wait_for("* rude joined.\n");
    rude.reset();
    EXPECT_EQ(room.ann.wait_for("\n"), "* rude was lost.\n");
    room.talk();
}

/// The server's kernel gives it up when nothing was acknowledged for a minute.
TEST(Misbehaviour, OneThatDiesWithoutAFinDisturbsNobodyAndIsLost) {
    Room room;
    const Peer ghost = room.server.member("ghost", room.id);
    room.ann.wait_for("* ghost joined.\n");
    ghost.fall_silent();
    EXPECT_THAT(room.talk(), HasSubstr("bob: message 1\n"));
    EXPECT_THAT(room.talk(), HasSubstr("bob: message 2\n"));
    EXPECT_EQ(room.ann.wait_for("\n"), "* ghost was lost.\n");
    room.talk();
}

TEST(Misbehaviour, ALineCutByTheEndIsSentToNobody) {
    Room room;
    {
        const Peer hasty = room.server.member("hasty", room.id);
        room.ann.wait_for("* hasty joined.\n");
        hasty.send("half a li");
    }
    EXPECT_EQ(room.ann.wait_for("\n"), "* hasty left.\n");
}

TEST(Misbehaviour, InvalidUtf8IsReplaced) {
    Room room;
    room.bob.send("a\xC3z \xF0\x9F\xA6 \xED\xA0\x80\n");
    EXPECT_EQ(room.ann.wait_for("\n"), "bob: a\uFFFDz \uFFFD \uFFFD\uFFFD\uFFFD\n");
}

TEST(Misbehaviour, TerminalControlsAreTakenOut) {
    Room room;
    room.bob.send("\x1B[2J\x1B]0;title\x07 bell \u009B31m \xE2\x80\xAEleft\x7F\n");
    EXPECT_EQ(room.ann.wait_for("\n"), "bob: [2J]0;title bell 31m left\n");
}

TEST(Misbehaviour, NulBytesAreTakenOut) {
    Room room;
    room.bob.send("a\0b\0\n"sv);
    EXPECT_EQ(room.ann.wait_for("\n"), "bob: ab\n");
}

TEST(Misbehaviour, BinaryRubbishReachesOthersOnlyAsPrintableUtf8) {
    Room room;
    Peer noisy = room.server.member("noisy", room.id);
    room.ann.wait_for("* noisy joined.\n");
    std::mt19937 random{20240607};
    std::string rubbish;
    for (int i = 0; i < 100000; ++i) {
        rubbish += static_cast<char>(static_cast<unsigned char>(random()));
    }
    noisy.send(rubbish + "\nthe end\n");
    const std::string heard = room.ann.wait_for("noisy: the end\n");
    std::size_t begin = 0;
    for (std::size_t end = heard.find('\n'); end != std::string::npos; end = heard.find('\n', begin)) {
        const std::string line = heard.substr(begin, end - begin);
        EXPECT_TRUE(line.starts_with("noisy: "));
        EXPECT_EQ(chat::clean_line(line), line);  // nothing was left to clean
        begin = end + 1;
    }
    room.talk();
}

TEST(Misbehaviour, ByteByByteIsALineLikeAnyOther) {
    Room room;
    for (const char byte : "slowly but surely\r\n"sv) {
        room.bob.send({&byte, 1});
    }
    EXPECT_EQ(room.ann.wait_for("\n"), "bob: slowly but surely\n");
}

TEST(Misbehaviour, OneThatTypesForEverHoldsUpNobody) {
    Room room;
    const Peer typist = room.server.member("typist", room.id);
    room.ann.wait_for("* typist joined.\n");
    for (int i = 0; i < 100; ++i) {
        typist.send("x");
        EXPECT_EQ(room.talk(), "bob: message " + std::to_string(i + 1) + "\n");
    }
}

TEST(Misbehaviour, TelnetNegotiationIsNoText) {
    Room room;
    room.bob.send("\xFF\xFD\x03he\xFF\xFB\x18llo\xFF\xFA\x18\x00vt100\xFF\xF0\r\n"sv);
    EXPECT_EQ(room.ann.wait_for("\n"), "bob: hello\n");
}

TEST(Misbehaviour, ASilentClientIsToldAndDisconnected) {
    const ChatServer server{{"--idle-time", "1"}};
    Peer peer = server.connect();
    EXPECT_THAT(peer.read_to_end(), EndsWith("* Disconnected: no line from you for 1 seconds.\n"));
}

TEST(Misbehaviour, BytesWithoutALineAreSilenceToo) {
    const ChatServer server{{"--idle-time", "1"}};
    Peer peer = server.connect();
    peer.wait_for("Your choice: ");
    while (!peer.readable(100)) {
        peer.send("x");
    }
    EXPECT_EQ(peer.read_to_end(), "* Disconnected: no line from you for 1 seconds.\n");
}

TEST(Misbehaviour, OthersLearnThatASilentMemberIsGone) {
    const ChatServer server{{"--idle-time", "5"}};
    std::string id;
    Peer ann = server.founder("ann", id);
    const Peer bob = server.member("bob", id);
    ann.wait_for("* bob joined.\n");
    while (!ann.readable(100)) {
        ann.send("still here\n");
    }
    EXPECT_EQ(ann.wait_for("\n"), "* bob was disconnected: it was silent too long.\n");
}

TEST(Misbehaviour, OneClientTooManyIsToldSo) {
    const ChatServer server{{"--max-clients", "2"}};
    Peer first = server.connect();
    first.wait_for("Your choice: ");
    Peer second = server.connect();
    second.wait_for("Your choice: ");
    Peer third = server.connect();
    EXPECT_EQ(third.read_to_end(), "* Disconnected: the server is full; please try again later.\n");
    first.send("3\n");
    first.read_to_end();
    first.reset();
    for (;;) {  // its place is free as soon as its thread has ended
        Peer fourth = server.connect();
        if (fourth.wait_for("\n").find("Welcome") != std::string::npos) {
            break;
        }
        poll(nullptr, 0, 50);
    }
}

std::ptrdiff_t lines_in(const std::string& text) {
    return std::count(text.begin(), text.end(), '\n');
}

TEST(Misbehaviour, AClientForWhomThereIsNoDescriptorWaitsUntilThereIs) {
    ChatServer server{{}, 12};
    std::vector<Peer> peers;
    peers.reserve(12);
    for (int i = 0; i < 12; ++i) {
        peers.push_back(server.connect());  // the kernel finishes the handshakes of those that must wait, too
    }
    server.program.wait_for_error("accept: Too many open files");
    for (int i = 0; i < 12; ++i) {
        peers[static_cast<std::size_t>(i)].send("3\n");
        EXPECT_THAT(peers[static_cast<std::size_t>(i)].read_to_end(), EndsWith("* Goodbye.\n")) << i;
        peers[static_cast<std::size_t>(i)].reset();
    }
    server.program.signal(SIGTERM);
    EXPECT_EQ(server.program.wait(), 0);
    EXPECT_LT(lines_in(server.program.errors()), 20);  // it slept between its tries
}

}  // namespace
