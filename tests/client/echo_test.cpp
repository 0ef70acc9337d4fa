// tests/client/echo_test.cpp - echo-server and echo-client, with each other and with worse company.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <string>

#include "server/listener.hpp"
#include "server/peer.hpp"

namespace {

using support::Listener;
using support::Peer;
using support::Program;
using testing::HasSubstr;

/// An echo-server of this test's own.
struct EchoServer {
    Program program{{{ECHO_SERVER, "0"}}};
    std::uint16_t port{support::port_printed_by(program)};
};

TEST(EchoServer, SendsBytesBackUntilTheClientHasFinished) {
    const EchoServer server;
    Peer peer{server.port};
    peer.send(std::string{"a\0b\xFF", 4});
    EXPECT_EQ(peer.wait_for("\xFF"), (std::string{"a\0b\xFF", 4}));
    peer.send("the rest");
    peer.finish_sending();
    EXPECT_EQ(peer.read_to_end(), "the rest");
}

TEST(EchoServer, ServesOneClientAfterTheOther) {
    const EchoServer server;
    Peer first{server.port};
    Peer second{server.port, "::1"};  // its handshake is complete, but it is not served yet
    second.send("second\n");
    first.send("first\n");
    EXPECT_EQ(first.wait_for("\n"), "first\n");
    EXPECT_FALSE(second.readable(0));
    first.finish_sending();
    EXPECT_EQ(second.wait_for("\n"), "second\n");
}

TEST(EchoServer, GoesOnAfterAClientThatResets) {
    EchoServer server;
    Peer rude{server.port};
    rude.send("hi\n");
    rude.wait_for("hi\n");
    rude.reset();
    EXPECT_THAT(server.program.wait_for_error("\n"), HasSubstr("lost a client: recv: Connection reset by peer"));
    Peer next{server.port};
    next.send("still there?\n");
    EXPECT_EQ(next.wait_for("\n"), "still there?\n");
}

TEST(EchoServer, GoesOnAfterAClientThatResetsWhileItIsSentTo) {
    EchoServer server;
    Peer rude{server.port, "127.0.0.1", 4096};
    const std::string bytes(65536, 'x');
    // The pipe is full when the server sleeps in send(): nothing more goes until we read, which we never do.
    int refused = 0;
    while (refused < 20) {
        refused = rude.try_to_send(bytes) > 0 ? 0 : refused + 1;
        static_cast<void>(rude.readable(5));
    }
    rude.reset();
    EXPECT_THAT(server.program.wait_for_error("\n"), HasSubstr("lost a client: "));
    Peer next{server.port};
    next.send("still there?\n");
    EXPECT_EQ(next.wait_for("\n"), "still there?\n");
}

TEST(EchoServer, RefusesAPortThatIsNone) {
    for (const char* port : {"", "x", "65536", "-1", "5000x"}) {
        Program server{{{ECHO_SERVER, port}}};
        EXPECT_EQ(server.wait(), 2) << port;
    }
}

TEST(EchoServer, SaysThatThePortIsTaken) {
    const EchoServer first;
    Program second{{{ECHO_SERVER, std::to_string(first.port)}}};
    EXPECT_EQ(second.wait(), 1);
    EXPECT_EQ(second.errors(), "echo-server: port " + std::to_string(first.port) + ": bind: Address already in use\n");
}

TEST(EchoClient, PrintsWhatComesBack) {
    const EchoServer server;
    Program client{{{ECHO_CLIENT, "localhost", std::to_string(server.port)}}};
    client.type("one\n");
    EXPECT_EQ(client.wait_for("\n"), "one\n");
    client.type("two\n");
    client.end_input();
    EXPECT_EQ(client.rest_of_output(), "two\n");
    EXPECT_EQ(client.wait(), 0);
}

TEST(EchoClient, SendsALineLargerThanAllBuffers) {
    const EchoServer server;
    // By a shell, as this test would otherwise have to write and read at once.
    Program client{{{"/bin/sh", "-c",
                     "head -c 20000000 /dev/zero | tr '\\0' x | " + std::string{ECHO_CLIENT} + " 127.0.0.1 " +
                         std::to_string(server.port) + " | wc -c"}}};
    EXPECT_EQ(client.wait_for("\n"), "20000001\n");
}

TEST(EchoClient, WaitsForAllBytesOfALineInPieces) {
    Listener server;
    Program client{{{ECHO_CLIENT, "127.0.0.1", std::to_string(server.port())}}};
    server.accept();
    client.type("hello\n");
    EXPECT_EQ(server.wait_for("\n"), "hello\n");
    server.send("hel");
    server.send("lo\n");
    EXPECT_EQ(client.wait_for("\n"), "hello\n");
    client.end_input();
    EXPECT_EQ(server.read_to_end(), "");  // its FIN
    server.close_connection();
    EXPECT_EQ(client.wait(), 0);
}

TEST(EchoClient, SaysWhatWentWrong) {
    Listener server;
    const std::string port = std::to_string(server.port());
    Program cut{{{ECHO_CLIENT, "127.0.0.1", port}}};
    server.accept();
    cut.type("hello\n");
    server.wait_for("\n");
    server.close_connection();
    EXPECT_EQ(cut.wait(), 1);
    EXPECT_THAT(cut.errors(), HasSubstr("closed the connection before the whole line came back\n"));

    server.stop_listening();
    Program refused{{{ECHO_CLIENT, "127.0.0.1", port}}};
    EXPECT_EQ(refused.wait(), 1);
    EXPECT_EQ(refused.errors(), "echo-client: 127.0.0.1 port " + port + ": connect: Connection refused\n");

    Program unknown{{{ECHO_CLIENT, std::string(70, 'x'), port}}};
    EXPECT_EQ(unknown.wait(), 1);
    EXPECT_THAT(unknown.errors(), testing::StartsWith("echo-client: "));
}

}  // namespace
