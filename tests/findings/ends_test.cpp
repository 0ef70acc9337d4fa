// tests/findings/ends_test.cpp - sends cut short, ends overlooked, and what a close does to bytes and to the peer.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "findings/found.hpp"

namespace sockstep::findings {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

/// A send of "0123456789" takes four octets.
std::uint64_t send_shortly(Scene& scene) {
    const auto call = scene.open().server.begin_send("0123456789");
    scene.server.end(call, 4, [](record::CallEnd& end) { end.rest = "456789"; });
    return call;
}

TEST(ShortSend, LeavesAHoleWhereTheStreamGoesOn) {
    Scene scene;
    send_shortly(scene);
    scene.server.send("abc");
    EXPECT_THAT(found_in(scene), ElementsAre("short-send"));
}

TEST(ShortSend, IsNoMistakeWhereTheRestFollows) {
    Scene scene;
    send_shortly(scene);
    scene.server.send("456");
    scene.server.send("789");
    scene.server.send("abc");
    scene.server.call(CallKind::Close, 0);
    EXPECT_THAT(found_in(scene), IsEmpty());
}

TEST(ShortSend, BeforeCloseIsFound) {
    Scene scene;
    send_shortly(scene);
    scene.server.call(CallKind::Close, 0);
    EXPECT_THAT(found_in(scene), ElementsAre("short-send"));
}

TEST(ShortSend, IsNoMistakeOfAProgramThatGivesUpWaiting) {
    Scene scene;
    send_shortly(scene);
    scene.server.call(CallKind::Wait, 0);
    scene.server.call(CallKind::Close, 0);
    EXPECT_THAT(found_in(scene), IsEmpty());
}

TEST(ShortSend, IsNoMistakeWhereThePeerHasLeft) {
    Scene scene;
    send_shortly(scene);
    scene.client.call(CallKind::Close, 0);
    scene.server.call(CallKind::Close, 0);
    EXPECT_THAT(found_in(scene), IsEmpty());
}

TEST(ShortSend, OfSeveralMessagesIsFoundToo) {
    Scene scene;
    const auto call = scene.open().server.begin_send("0123456789");
    scene.server.end(call, 1, [](record::CallEnd& end) {
        end.moved = 4;
        end.rest = "456789";
    });
    scene.server.call(CallKind::Close, 0);
    EXPECT_THAT(found_in(scene), ElementsAre("short-send"));
}

TEST(ShortSend, IsNoneWhereNothingWasLeftToTake) {  // splice of all that a pipe had, sendfile to the end of its file
    Scene scene;
    const auto call =
        scene.open().server.begin(CallKind::Send, [](record::CallBegin& begin) { begin.length = 65'536; });
    scene.server.end(call, 4);
    scene.server.call(CallKind::Close, 0);
    EXPECT_THAT(found_in(scene), IsEmpty());
}

std::uint64_t receive_end(Scene::Program& program) {
    const auto call = program.begin(CallKind::Receive, [](record::CallBegin& begin) {
        begin.ready = true;
        begin.length = 100;
    });
    program.end(call, 0);
    return call;
}

TEST(EndOfStream, MayBeReadTwiceByABufferedReader) {
    Scene scene;
    scene.open().client.call(CallKind::Close, 0);
    receive_end(scene.server);
    receive_end(scene.server);
    EXPECT_THAT(found_in(scene), IsEmpty());
}

TEST(EndOfStream, ReadAgainAndAgainIsFound) {
    Scene scene;
    scene.open().client.call(CallKind::Close, 0);
    for (int i = 0; i < 5; ++i) {
        receive_end(scene.server);
    }
    EXPECT_THAT(found_in(scene), ElementsAre("end-of-stream-ignored"));
}

TEST(EndOfStream, IsNotThePeersAfterAnOwnShutdown) {
    Scene scene;
    scene.open();
    const auto shutdown = scene.server.begin(CallKind::Shutdown, [](record::CallBegin& call) { call.reads = true; });
    scene.server.end(shutdown, 0);
    for (int i = 0; i < 5; ++i) {
        receive_end(scene.server);
    }
    EXPECT_THAT(found_in(scene), IsEmpty());
}

/// The server answers and closes, while octets of the client's wait.
void close_unread(Scene& scene) {
    scene.client.send("a long request\n");
    scene.server.receive("a long");
    scene.server.send("no\n");
    const auto close =
        scene.server.begin(CallKind::Close, [](record::CallBegin& call) { call.socket->receive_queue = 9; });
    scene.talk.server().rst_ack();
    scene.server.end(close, 0);
}

TEST(UnreadBytes, AtTheCloseMayDestroyTheAnswer) {
    Scene scene;
    scene.open();
    close_unread(scene);
    EXPECT_THAT(found_in(scene), ElementsAre("closed-with-unread-bytes"));
}

TEST(UnreadBytes, AreNoMistakeWhereSoLingerAsksForARst) {
    Scene scene;
    scene.open();
    option(scene.server, "SO_LINGER");
    close_unread(scene);
    EXPECT_THAT(found_in(scene), IsEmpty());
}

TEST(UnreadBytes, HarmNobodyWhereThePeerHasLeft) {
    Scene scene;
    scene.open();
    scene.client.send("a long request\n");
    scene.client.call(CallKind::Close, 0);
    scene.server.send("no\n");
    const auto close =
        scene.server.begin(CallKind::Close, [](record::CallBegin& call) { call.socket->receive_queue = 9; });
    scene.talk.server().rst_ack();
    scene.server.end(close, 0);
    EXPECT_THAT(found_in(scene), IsEmpty());
}

TEST(UnreadBytes, AreNoMistakeOfAReaderThatHasEnough) {
    Scene scene;
    scene.open().client.send("GET /\n");
    scene.server.receive("GET /\n");
    scene.server.send("a long answer\n");
    scene.client.receive("a long");
    const auto close =
        scene.client.begin(CallKind::Close, [](record::CallBegin& call) { call.socket->receive_queue = 8; });
    scene.talk.client().rst_ack();
    scene.client.end(close, 0);
    EXPECT_THAT(found_in(scene), IsEmpty());
}

TEST(BrokenPipe, OnceIsHowAProgramLearnsOfTheEnd) {
    Scene scene;
    scene.open().server.call(CallKind::Close, 0);
    scene.client.fail(scene.client.begin_send("news\n"), "EPIPE");
    scene.client.call(CallKind::Close, 0);
    EXPECT_THAT(found_in(scene), IsEmpty());
}

TEST(BrokenPipe, TriedAgainAndAgainIsFound) {
    Scene scene;
    scene.open().server.call(CallKind::Close, 0);
    for (int i = 0; i < 5; ++i) {
        scene.client.fail(scene.client.begin_send("news\n"), "EPIPE");
    }
    EXPECT_THAT(found_in(scene), ElementsAre("broken-pipe"));
}

/// The client's process was ended by SIGPIPE.
void dies_of_sigpipe(Scene& scene) {
    const base::Timestamp last = scene.correlator.timeline().calls.back().end->time;
    scene.correlator.add(record::Process{.change = record::ProcessChange::Exit,
                                         .time = last + std::chrono::microseconds{1},
                                         .program = "client",
                                         .pid = 101,
                                         .signal = "SIGPIPE"});
}

TEST(BrokenPipe, ThatEndsTheProgramIsFound) {
    Scene scene;
    scene.open().server.call(CallKind::Close, 0);
    scene.client.fail(scene.client.begin_send("news\n"), "EPIPE");
    dies_of_sigpipe(scene);
    EXPECT_THAT(sayings_in(scene), ElementsAre(HasSubstr("that ended the program")));
}

TEST(BrokenPipe, DidNotEndAProgramThatGoesOn) {
    Scene scene;
    scene.open().server.call(CallKind::Close, 0);
    scene.client.fail(scene.client.begin_send("news\n"), "EPIPE");
    scene.client.call(CallKind::Close, 0);
    dies_of_sigpipe(scene);
    EXPECT_THAT(found_in(scene), IsEmpty());
}

TEST(BrokenPipe, DoesNotEndAProgramThatAsksForNoSignal) {
    Scene scene;
    scene.open().server.call(CallKind::Close, 0);
    const auto send = scene.client.begin(CallKind::Send, [](record::CallBegin& call) {
        call.arguments = {{"flags", "MSG_DONTWAIT|MSG_NOSIGNAL"}};
    });
    scene.client.fail(send, "EPIPE");
    dies_of_sigpipe(scene);
    EXPECT_THAT(found_in(scene), IsEmpty());
}

TEST(BrokenPipe, AfterAnOwnShutdownIsNotThePeersDoing) {
    Scene scene;
    scene.open();
    const auto shutdown = scene.client.begin(CallKind::Shutdown, [](record::CallBegin& call) { call.writes = true; });
    scene.client.end(shutdown, 0);
    for (int i = 0; i < 5; ++i) {
        scene.client.fail(scene.client.begin_send("news\n"), "EPIPE");
    }
    EXPECT_THAT(found_in(scene), IsEmpty());
}

TEST(BrokenPipe, IsNotThePeersWhereNothingShowsThatItLeft) {  // TCP_USER_TIMEOUT, an unreachable network
    Scene scene;
    scene.open();
    for (int i = 0; i < 5; ++i) {
        scene.client.fail(scene.client.begin_send("news\n"), "EPIPE");
    }
    EXPECT_THAT(found_in(scene), IsEmpty());
}

TEST(EndOfStream, LookedForWithoutSleepIsNotFound) {
    Scene scene;
    scene.open().client.call(CallKind::Close, 0);
    for (int i = 0; i < 5; ++i) {
        const auto look = scene.server.begin(CallKind::Receive, [](record::CallBegin& begin) {
            begin.ready = true;
            begin.length = 100;
            begin.arguments = {{"flags", "MSG_DONTWAIT"}};
        });
        scene.server.end(look, 0);
    }
    EXPECT_THAT(found_in(scene), IsEmpty());
}

TEST(ShortSend, IsNoMistakeWhereItsTimeLimitRanOut) {
    Scene scene;
    option(scene.server, "SO_SNDTIMEO");
    send_shortly(scene);
    scene.server.call(CallKind::Close, 0);
    EXPECT_THAT(found_in(scene), IsEmpty());
}

}  // namespace
}  // namespace sockstep::findings
