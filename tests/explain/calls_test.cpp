// tests/explain/calls_test.cpp - what is said of socket calls.
#include "explain/calls.hpp"

#include <gtest/gtest.h>

#include <string>

#include "explain/call_sayings.hpp"

namespace sockstep::explain {
namespace {

using record::CallBegin;
using record::CallEnd;
using record::CallKind;

TEST(Sleep, IsExplainedByWhatIsMissing) {
    Scene scene;
    EXPECT_EQ(at_begin(scene, scene.server.begin_unready(CallKind::Accept)),
              "Asleep: no connection with a finished handshake waits.");
    EXPECT_EQ(at_begin(scene, scene.client.begin_unready(CallKind::Connect)),
              "Asks for a connection and sleeps until the answer comes.");
    EXPECT_EQ(at_begin(scene, scene.client.begin_unready(CallKind::Receive)),
              "Asleep: all that has arrived in order has been read.");
    EXPECT_EQ(at_begin(scene, scene.client.begin_unready(CallKind::Wait)), "Asleep: none of its descriptors is ready.");
}

TEST(Sleep, CountsWhatIsWaitedForAndWhatIsThere) {
    Scene scene;
    EXPECT_EQ(at_begin(scene, scene.client.begin(CallKind::Receive,
                                                 [](CallBegin& call) {
                                                     call.ready = false;
                                                     call.waits_for_all = true;
                                                     call.length = 1000;
                                                     call.socket->receive_queue = 200;
                                                 })),
              "Asleep until 1,000 bytes have arrived; 200 so far.");
    EXPECT_EQ(at_begin(scene, scene.server.begin(CallKind::Send,
                                                 [](CallBegin& call) {
                                                     call.ready = false;
                                                     call.socket->send_space = 87'040;
                                                 })),
              "More than there is room for (87,040 octets free in the send buffer): it sleeps until the peer has "
              "acknowledged enough.");
}

TEST(SocketCall, NamesWhatItMade) {
    Scene scene;
    const auto id = scene.client.begin(CallKind::Socket, [](CallBegin& call) { call.socket.reset(); });
    scene.client.end(id, 3, [](CallEnd& end) {
        end.socket.reset();
        end.made = record::Socket{.inode = 7, .kind = record::SocketKind::Tcp, .what = "TCP over IPv4"};
    });
    EXPECT_EQ(at_end(scene, id), "Makes a socket: TCP over IPv4; nothing is sent.");
    EXPECT_EQ(sources(scene, id), "socket(2)");
}

TEST(Listen, CountsOneMoreThanTheBacklog) {
    Scene scene;
    const auto id = scene.server.begin(CallKind::Listen);
    scene.server.end(id, 0, [](CallEnd& end) { end.socket->accept_limit = 16; });
    EXPECT_EQ(at_end(scene, id),
              "From here on the kernel answers SYNs to this address by itself. Up to 17 finished connections may wait "
              "for accept.");
}

TEST(Wait, SaysWhatIsReadyAndHow) {
    Scene scene;
    const auto id = scene.client.begin_unready(CallKind::Wait);
    scene.client.end(id, 3, [](CallEnd& end) {
        end.ready = {{.fd = 3, .readable = true}, {.fd = 4, .writable = true, .other = true}, {.fd = 5, .other = true}};
    });
    EXPECT_EQ(at_end(scene, id),
              "Ready: 3 readable, 4 writable (and ended, failed or urgent), 5 ended, failed or urgent.");
}

TEST(Accept, SaysThatTheHandshakeWasCompleteBefore) {
    Scene scene;
    scene.talk.open();
    const auto id = scene.server.begin(CallKind::Accept, [](CallBegin& call) { call.ready = true; });
    scene.server.end(id, 4, [&](CallEnd& end) { end.made = scene.server.state(); });
    EXPECT_EQ(at_end(scene, id),
              "Hands over the connection from 10.0.0.11:41234, whose handshake was complete before.");
}

TEST(Send, SaysWhatLeftBeforeItReturned) {
    Scene scene;
    scene.open();
    const auto id = scene.client.begin_send("hello");
    scene.talk.client().data("hello");
    scene.client.end(id, 5);
    EXPECT_EQ(at_end(scene, id),
              "Copied bytes 0-4 to the send buffer. #4 left before it returned; nothing is said of what arrived.");
}

TEST(Send, SaysThatNothingHadLeft) {
    Scene scene;
    scene.open();
    const auto id = scene.client.send("hello");
    scene.talk.client().data("hello");
    EXPECT_EQ(at_end(scene, id), "Copied bytes 0-4 to the send buffer. None of them had been sent when it returned.");
}

TEST(Send, CountsWhatWasNotTaken) {
    Scene scene;
    scene.open();
    const auto id = scene.client.begin(CallKind::Send, [](CallBegin& call) { call.length = 10'000; });
    scene.client.end(id, 4'000, [](CallEnd& end) { end.rest = "more"; });
    EXPECT_NE(at_end(scene, id).find("6,000 of 10,000 bytes were not taken."), std::string::npos);
}

TEST(Receive, SaysWhichBytesAndHowManyWaited) {
    Scene scene;
    scene.open();
    scene.talk.server().data("hello");
    const auto id = scene.client.begin(CallKind::Receive, [](CallBegin& call) {
        call.ready = true;
        call.socket->receive_queue = 5;
    });
    scene.client.end_receive(id, "hello");
    EXPECT_EQ(at_end(scene, id), "Got bytes 0-4 of the server's stream. 5 bytes were already waiting.");
}

TEST(Receive, SaysThatTheStreamHasEnded) {
    Scene scene;
    scene.open();
    const auto id = scene.client.begin(CallKind::Receive, [](CallBegin& call) { call.length = 100; });
    scene.talk.server().fin();
    scene.client.end(id, 0);
    EXPECT_EQ(at_end(scene, id),
              "The end of the stream: the peer has sent all it will send, and all of it has been read.");
}

TEST(Receive, OfNoBytesIsNoEnd) {
    Scene scene;
    scene.open();
    const auto id = scene.client.begin(CallKind::Receive);
    scene.client.end(id, 0);
    EXPECT_EQ(at_end(scene, id), "Asked for no byte, and got none.");
}

TEST(Receive, ThatNeverReturnedSaysWhy) {
    Scene scene;
    scene.open();
    const auto id = scene.client.begin_unready(CallKind::Receive);
    scene.client.end(id, 0, [](CallEnd& end) {
        end.fate = record::CallFate::ThreadEnded;
        end.signal = "SIGKILL";
    });
    EXPECT_EQ(at_end(scene, id), "It never returned: SIGKILL ended the program.");
}

TEST(Close, NamesItsFin) {
    Scene scene;
    scene.open();
    const auto id = scene.client.begin(CallKind::Close);
    scene.talk.client().fin();
    scene.client.end(id, 0);
    EXPECT_EQ(at_end(scene, id), "The FIN is #4: nothing more will be sent this way.");
}

TEST(Close, WithUnreadBytesSaysWhyThereIsARst) {
    Scene scene;
    scene.open();
    scene.talk.server().data("unread");
    const auto id = scene.client.begin(CallKind::Close, [](CallBegin& call) { call.socket->receive_queue = 6; });
    scene.talk.client().rst_ack();
    scene.client.end(id, 0);
    EXPECT_EQ(at_end(scene, id), "6 bytes had not been read, so a RST (#5) went out instead of a FIN.");
    EXPECT_EQ(
        explain(scene.correlator.timeline(), scene.segment(5)).says,
        "Aborts the connection, whatever is still on its way: 6 bytes had not been read when the client's program "
        "closed the socket. Made by client's call (call 2).");
}

TEST(Close, WithUnreadBytesAfterAShutdownSendsItsRstAfterTheFin) {
    Scene scene;
    scene.open();
    scene.client.end(scene.client.begin(CallKind::Shutdown, [](CallBegin& call) { call.writes = true; }), 0);
    scene.talk.client().fin();
    scene.talk.server().data("unread");
    const auto id = scene.client.begin(CallKind::Close, [](CallBegin& call) { call.socket->receive_queue = 6; });
    scene.talk.client().rst_ack();
    scene.client.end(id, 0);
    EXPECT_EQ(at_end(scene, id), "6 bytes had not been read, so a RST (#6) went out, after its FIN.");
}

TEST(Close, ThatAbortsNamesSoLinger) {
    Scene scene;
    scene.open();
    const auto id = scene.client.begin(CallKind::Close, [](CallBegin& call) {
        call.socket->receive_queue = 0;
        call.socket->linger = 0;
    });
    scene.talk.client().rst_ack();
    scene.client.end(id, 0);
    EXPECT_EQ(at_end(scene, id), "SO_LINGER is 0, so a RST (#4) went out instead of a FIN.");
    EXPECT_NE(explain_end(scene.correlator.timeline(), scene.call(id)).sources().find("SO_LINGER"), std::string::npos);
}

TEST(Receive, OfTheUrgentByteIsNotSaidToBeOfTheStream) {
    Scene scene;
    scene.open();
    const auto id = scene.client.begin(CallKind::Receive, [](CallBegin& call) {
        call.length = 1;
        call.beside_stream = true;
        call.arguments = {{"flags", "MSG_OOB"}};
    });
    scene.client.end(id, 1);
    EXPECT_EQ(at_end(scene, id), "Got the urgent byte; reads without MSG_OOB pass over its place in the stream.");
}

TEST(Connect, ToNoFamilyDissolvesTheAssociation) {
    Scene scene;
    scene.open();
    const auto begin = [&](record::SocketKind kind, const std::string& state) {
        return scene.client.begin(CallKind::Connect, [&](CallBegin& call) {
            call.arguments = {{"addr", "AF_UNSPEC"}};
            call.socket->kind = kind;
            call.socket->state = state;
        });
    };
    const auto tcp = begin(record::SocketKind::Tcp, "ESTABLISHED");
    scene.talk.client().rst_ack();
    scene.client.end(tcp, 0);
    EXPECT_EQ(at_end(scene, tcp), "Aborts the connection with a RST, #4; the socket may connect anew.");
    const auto pending = begin(record::SocketKind::Tcp, "SYN-SENT");
    scene.client.end(pending, 0);
    EXPECT_EQ(at_end(scene, pending), "Gives up the handshake; nothing is sent.");
    const auto udp = begin(record::SocketKind::Udp, "");
    scene.client.end(udp, 0);
    EXPECT_EQ(at_end(scene, udp), "The peer's address is forgotten; nothing is sent.");
}

TEST(Socket, OfAPairIsToldWithItsPeer) {
    Scene scene;
    const auto pair = scene.client.begin(CallKind::Socket, [](CallBegin& call) { call.name = "socketpair"; });
    scene.client.end(pair, 0, [](record::CallEnd& end) { end.made = record::Socket{.what = "UNIX stream"}; });
    EXPECT_EQ(at_end(scene, pair),
              "Makes two sockets that are connected with each other: UNIX stream; nothing is sent.");
}

/// A socket that is none of TCP's.
auto of_kind(record::SocketKind kind) {
    return [kind](CallBegin& call) { call.socket->kind = kind; };
}

TEST(OtherSockets, AreNotSaidToShakeHands) {
    Scene scene;
    const auto listen = scene.server.begin(CallKind::Listen, of_kind(record::SocketKind::Unix));
    scene.server.end(listen, 0);
    EXPECT_EQ(at_end(scene, listen), "From here on others may connect.");
    const auto connect = scene.client.begin(CallKind::Connect, of_kind(record::SocketKind::Udp));
    scene.client.end(connect, 0);
    EXPECT_EQ(at_end(scene, connect), "The peer's address is noted; nothing is sent.");
    const auto refused = scene.client.begin(CallKind::Connect, of_kind(record::SocketKind::Unix));
    scene.client.fail(refused, "ECONNREFUSED");
    EXPECT_EQ(at_end(scene, refused), "Nobody listens on that name.");
    const auto taken = scene.server.begin(CallKind::Bind, of_kind(record::SocketKind::Unix));
    scene.server.fail(taken, "EADDRINUSE");
    EXPECT_EQ(at_end(scene, taken),
              "That name is taken: a file of it that an earlier socket left must be removed before bind.");
}

TEST(Receive, IsNotSaidToBeAtTheEndWhereItWasShutDown) {
    Scene scene;
    scene.open();
    const auto id = scene.client.begin(CallKind::Receive, [](CallBegin& call) { call.length = 100; });
    scene.client.end(id, 0, [](CallEnd& end) { end.socket->state = "ESTABLISHED"; });
    EXPECT_EQ(at_end(scene, id), "Receiving is shut down at this end; the peer has not ended its stream.");
}

TEST(Send, SaysNothingOfSegmentsWhereItsBytesAreNotKnown) {
    Scene scene;
    scene.talk.begun();
    const auto id = scene.client.begin_send("hello");
    scene.talk.client().data("hello");
    scene.client.end(id, 5);
    EXPECT_EQ(at_end(scene, id), "Copied bytes 0-4 to the send buffer.");
}

TEST(Segment, NamesTheCallThatMadeIt) {
    Scene scene;
    scene.open();
    scene.client.send("a");
    scene.client.send("b");
    scene.talk.client().data("ab");
    const correlate::Segment& segment = scene.segment(4);
    EXPECT_EQ(cause_of(scene.correlator.timeline(), segment), "client's call (call 2) and 1 more call");
    EXPECT_EQ(cause_of(scene.correlator.timeline(), scene.segment(2)), "the kernel, on its own");
}

TEST(WakeOf, IsToldInAFewWords) {
    Scene scene;
    scene.open();
    EXPECT_EQ(wake_of(scene.correlator.timeline(), scene.call(1)), "woken by #2");
    EXPECT_EQ(wake_of(scene.correlator.timeline(), scene.call(scene.client.send("x"))), "");
}

TEST(Close, OfAListenerNamesTheConnectionsThatNobodyAccepted) {
    Scene scene;
    const auto listen = scene.server.begin(CallKind::Listen);
    scene.server.end(listen, 0, [](CallEnd& end) {
        end.socket->state = "LISTEN";
        end.socket->peer.reset();
    });
    scene.open();
    const auto id = scene.server.begin(CallKind::Close, [](CallBegin& call) { call.socket->state = "LISTEN"; });
    scene.talk.server().rst_ack();
    scene.server.end(id, 0);
    EXPECT_EQ(at_end(scene, id), "Connections that nobody had accepted were aborted: #4.");
}

}  // namespace
}  // namespace sockstep::explain
