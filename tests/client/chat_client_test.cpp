// tests/client/chat_client_test.cpp - chat-client with a keyboard, a terminal, and servers of all kinds.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <algorithm>
#include <cstdint>
#include <exception>
#include <string>
#include <vector>

#include "server/listener.hpp"
#include "server/peer.hpp"

namespace {

using support::ChatServer;
using support::Listener;
using support::Peer;
using support::Program;
using support::Start;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

Start client_of(std::uint16_t port, const std::string& host = "127.0.0.1") {
    return {{CHAT_CLIENT, host, std::to_string(port)}};
}

Start client_in_terminal(std::uint16_t port) {
    Start start = client_of(port);
    start.terminal = true;
    return start;
}

TEST(ChatClient, ShowsQuestionsAndSendsAnswers) {
    const ChatServer server;
    Program client{client_of(server.port)};
    client.wait_for("Your choice: ");
    client.type("2\n");
    client.wait_for("Name: ");
    client.type("ann\n");
    client.wait_for("Password: ");
    client.type(std::string{support::password} + "\n");
    client.wait_for("The new group ID is ");
    std::string id = client.wait_for("\n");
    id.pop_back();
    client.wait_for("as ann.");

    Peer bob = server.member("bob", id);
    client.wait_for("* bob joined.\n");
    bob.send("hello\n");
    EXPECT_EQ(client.wait_for("\n"), "bob: hello\n");
    client.type("hi bob\n");
    EXPECT_EQ(bob.wait_for("\n"), "ann: hi bob\n");
    client.type("/quit\n");
    EXPECT_EQ(client.rest_of_output(), "* Goodbye.\n");
    EXPECT_EQ(client.wait(), 0);
    EXPECT_EQ(client.errors(), "");
}

TEST(ChatClient, EndsWithStatusZeroAfterExit) {
    const ChatServer server;
    Program client{client_of(server.port, "localhost")};
    client.wait_for("Your choice: ");
    client.type("3\n");
    EXPECT_EQ(client.wait(), 0);
}

TEST(ChatClient, PrintsWhatStillComesAfterTheEndOfInput) {
    Listener server;
    Program client{client_of(server.port())};
    server.accept();
    client.type("last line\n");
    client.end_input();
    EXPECT_EQ(server.read_to_end(), "last line\n");  // up to its FIN
    server.send("one more\n");
    client.wait_for("one more\n");
    server.close_connection();
    EXPECT_EQ(client.wait(), 0);
    EXPECT_EQ(client.errors(), "");
}

TEST(ChatClient, SaysThatTheServerIsLostAfterAFinWithoutGoodbye) {
    Listener server;
    Program client{client_of(server.port())};
    server.accept();
    server.send("bob: hi\n");
    server.close_connection();
    EXPECT_EQ(client.wait(), 1);
    EXPECT_EQ(client.errors(), "chat-client: the server closed the connection\n");
    EXPECT_EQ(client.rest_of_output(), "bob: hi\n");
}

TEST(ChatClient, SaysThatTheServerIsLostAfterAReset) {
    Listener server;
    Program client{client_of(server.port())};
    server.accept();
    server.send("Your choice: ");
    client.wait_for("Your choice: ");
    server.reset();
    EXPECT_EQ(client.wait(), 1);
    EXPECT_EQ(client.errors(), "chat-client: lost the server: Connection reset by peer\n");
    EXPECT_EQ(client.rest_of_output(), "\n");  // the shell's prompt begins a line
}

TEST(ChatClient, SurvivesThatTheServerEndsWhileItSends) {
    Listener server;
    Program client{client_of(server.port())};
    server.accept();
    client.type("a line that nobody reads\n");
    server.wait_for("a line");
    // The client may learn of the reset before it is typed to, and be gone: then it is we who must survive.
    ASSERT_NE(::signal(SIGPIPE, SIG_IGN), SIG_ERR);
    server.reset();
    try {
        client.type("one more\n");  // EPIPE, and no SIGPIPE
    } catch (const std::exception&) {
    }
    EXPECT_EQ(client.wait(), 1);
    EXPECT_THAT(client.errors(), StartsWith("chat-client: "));
}

TEST(ChatClient, SaysThatTheConnectionIsRefused) {
    Listener server;
    const std::uint16_t port = server.port();
    server.stop_listening();
    Program client{client_of(port)};
    EXPECT_EQ(client.wait(), 1);
    EXPECT_EQ(client.errors(), "chat-client: cannot connect to 127.0.0.1 port " + std::to_string(port) +
                                   ": Connection refused; is chat-server running there, on this port?\n");
}

TEST(ChatClient, TriesAllAddressesOfAHost) {
    Listener server;  // on 127.0.0.1 only, while localhost may be ::1 first
    Program client{client_of(server.port(), "localhost")};
    server.accept();
    server.send("* Goodbye.\n");
    server.close_connection();
    EXPECT_EQ(client.wait(), 0);
}

TEST(ChatClient, SaysThatAHostIsUnknown) {
    const std::string host(70, 'x');  // longer than a label may be: refused here, without asking the network
    Program client{client_of(5000, host)};
    EXPECT_EQ(client.wait(), 1);
    const std::string errors = client.errors();
    EXPECT_THAT(errors, StartsWith("chat-client: unknown host " + host + ": "));
    EXPECT_EQ(std::count(errors.begin(), errors.end(), '\n'), 1);
}

TEST(ChatClient, RefusesAWrongUseInOneLine) {
    const std::vector<std::vector<std::string>> wrong{{},
                                                      {"localhost"},
                                                      {"", "5000"},
                                                      {"localhost", "0"},
                                                      {"localhost", "65536"},
                                                      {"localhost", "x"},
                                                      {"localhost", "5000", "more"}};
    for (const std::vector<std::string>& arguments : wrong) {
        std::vector<std::string> command{CHAT_CLIENT};
        command.insert(command.end(), arguments.begin(), arguments.end());
        Program client{{command}};
        EXPECT_EQ(client.wait(), 2);
        EXPECT_THAT(client.errors(), StartsWith("usage: chat-client HOST PORT"));
    }
}

TEST(ChatClient, TakesOutWhatSteersATerminal) {
    Listener server;
    Program client{client_of(server.port())};
    server.accept();
    server.send("bob: \x1B[2J\u009Bx\xFF\n");
    EXPECT_EQ(client.wait_for("\n"), "bob: [2Jx\uFFFD\n");
}

TEST(ChatClient, HidesThePasswordAsItIsTyped) {
    const ChatServer server;
    Program client{client_in_terminal(server.port)};
    client.wait_for("Your choice: ");
    EXPECT_TRUE(client.echoes());
    client.type("2\n");
    client.wait_for("Name: ");
    client.type("ann\n");
    EXPECT_THAT(client.wait_for("Password: "), HasSubstr("ann"));  // names are shown
    EXPECT_FALSE(client.echoes());
    client.type("tops3cret\n");
    EXPECT_THAT(client.wait_for("as ann."), Not(HasSubstr("tops3cret")));
    EXPECT_TRUE(client.echoes());
    client.type("/quit\n");
    EXPECT_THAT(client.wait_for("Goodbye."), HasSubstr("/quit"));
    EXPECT_EQ(client.wait(), 0);
}

/// A client that is being asked for a password by a server that the test plays.
struct AskedForPassword {
    AskedForPassword() {
        server.accept();
        server.send("Password: ");
        client.wait_for("Password: ");
    }

    Listener server{};
    Program client{client_in_terminal(server.port())};
};

TEST(ChatClient, GivesTheTerminalBackWhenInterrupted) {
    AskedForPassword asked;
    EXPECT_FALSE(asked.client.echoes());
    asked.client.type("\x03");  // Ctrl-C
    EXPECT_EQ(asked.client.wait(), -SIGINT);
    EXPECT_TRUE(asked.client.echoes());
}

TEST(ChatClient, GivesTheTerminalBackWhenTerminated) {
    AskedForPassword asked;
    asked.client.signal(SIGTERM);
    EXPECT_EQ(asked.client.wait(), -SIGTERM);
    EXPECT_TRUE(asked.client.echoes());
}

TEST(ChatClient, GivesTheTerminalBackWhenTheServerIsLost) {
    AskedForPassword asked;
    asked.server.close_connection();
    EXPECT_EQ(asked.client.wait(), 1);
    EXPECT_TRUE(asked.client.echoes());
}

TEST(ChatClient, GivesTheTerminalBackAtTheEndOfInput) {
    AskedForPassword asked;
    asked.client.type("\x04");  // Ctrl-D
    EXPECT_EQ(asked.server.read_to_end(), "");
    asked.server.close_connection();
    EXPECT_EQ(asked.client.wait(), 0);
    EXPECT_TRUE(asked.client.echoes());
}

}  // namespace
