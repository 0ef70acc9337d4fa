// tests/server/chat_life_test.cpp - how chat-server starts and how it ends.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <algorithm>
#include <string>
#include <vector>

#include "server/peer.hpp"

namespace {

using support::ChatServer;
using support::Peer;
using support::Program;
using testing::HasSubstr;

class ChatServerSignal : public testing::TestWithParam<int> {};

TEST_P(ChatServerSignal, TellsAllClientsAndEndsCleanly) {
    ChatServer server;
    std::string id;
    Peer ann = server.founder("ann", id);
    Peer bob = server.member("bob", id);
    Peer cid = server.connect();
    cid.wait_for("Your choice: ");
    server.program.signal(GetParam());
    for (Peer* peer : {&ann, &bob, &cid}) {
        EXPECT_THAT(peer->read_to_end(), HasSubstr("* Disconnected: the server is closing.\n"));
    }
    EXPECT_EQ(server.program.wait(), 0);
    EXPECT_EQ(server.program.errors(), "");
}

INSTANTIATE_TEST_SUITE_P(All, ChatServerSignal, testing::Values(SIGINT, SIGTERM),
                         [](const auto& which) { return which.param == SIGINT ? "SIGINT" : "SIGTERM"; });

TEST(ChatServerEnd, DoesNotWaitForClientsThatDoNotRead) {
    ChatServer server{{"--queue-limit", "16777216"}};
    std::string id;
    const Peer ann = server.founder("ann", id);
    Peer deaf{server.port, "127.0.0.1", 4096};
    support::join_group(deaf, "deaf", id);
    Peer bob = server.member("bob", id);
    for (int i = 0; i < 100; ++i) {  // more than the buffers between them hold, so that a send() sleeps
        bob.send(std::string(2000, 'x') + "\n" + std::string(2000, 'y') + "\n/who\n");
        bob.wait_for("* 3 in group");
    }
    server.program.signal(SIGTERM);
    EXPECT_EQ(server.program.wait(), 0);
}

TEST(ChatServerEnd, DoesNotWaitForPasswordsInTheQueue) {
    ChatServer server;
    std::vector<Peer> peers;
    for (int i = 0; i < 100; ++i) {
        peers.push_back(server.connect());
        peers.back().wait_for("Your choice: ");
    }
    for (const Peer& peer : peers) {
        peer.send("2\nann\nsecret\n");
    }
    server.program.signal(SIGTERM);
    EXPECT_EQ(server.program.wait(), 0);
}

TEST(ChatServerStart, SaysInOneLineThatThePortIsTaken) {
    const ChatServer first;
    Program second{{{CHAT_SERVER, "--port", std::to_string(first.port)}}};
    EXPECT_EQ(second.wait(), 1);
    EXPECT_EQ(second.errors(), "chat-server: cannot listen on port " + std::to_string(first.port) +
                                   ": Address already in use; stop the program that listens there, or choose another"
                                   " --port (0: any free one)\n");
    EXPECT_EQ(second.rest_of_output(), "");
}

TEST(ChatServerStart, TakesThePortOfAServerThatHasJustEnded) {
    std::uint16_t port = 0;
    {
        ChatServer first;
        port = first.port;
        std::string id;
        Peer ann = first.founder("ann", id);
        first.program.signal(SIGTERM);  // the server closes first, so its end of the connection is in TIME-WAIT
        ann.read_to_end();
        first.program.wait();
    }
    Program second{{{CHAT_SERVER, "--port", std::to_string(port)}}};
    EXPECT_EQ(support::port_printed_by(second), port);
}

TEST(ChatServerStart, RefusesBadOptionsInOneLine) {
    const std::vector<std::vector<std::string>> bad{{"--port", "65536"},
                                                    {"--port", "x"},
                                                    {"--port", "-1"},
                                                    {"--bind", "localhost"},
                                                    {"--max-clients", "0"},
                                                    {"--max-line", "1"},
                                                    {"--idle-time", "0"},
                                                    {"--login-attempts", "0"},
                                                    {"--queue-limit", "1"},
                                                    {"--max-rate", "0"},
                                                    {"--port"},
                                                    {"--unknown"},
                                                    {"surplus"},
                                                    {"--max-line", "65536", "--queue-limit", "16384"}};
    for (const std::vector<std::string>& options : bad) {
        std::vector<std::string> command{CHAT_SERVER};
        command.insert(command.end(), options.begin(), options.end());
        Program server{{command}};
        EXPECT_EQ(server.wait(), 2) << options.front();
        const std::string errors = server.errors();
        EXPECT_THAT(errors, testing::StartsWith("chat-server: "));
        EXPECT_EQ(std::count(errors.begin(), errors.end(), '\n'), 1) << errors;
    }
}

TEST(ChatServerStart, ExplainsItsOptions) {
    Program server{{{CHAT_SERVER, "--help"}}};
    EXPECT_EQ(server.wait(), 0);
    EXPECT_THAT(server.rest_of_output(), HasSubstr("--queue-limit"));
}

}  // namespace
