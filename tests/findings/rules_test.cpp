// tests/findings/rules_test.cpp - what is found in runs made by hand, and what a correct program may do beside it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "correlate/scene.hpp"
#include "findings/findings.hpp"

namespace sockstep::findings {
namespace {

using correlate::Scene;
using record::CallKind;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

/// The ids of what is found once the run is over.
std::vector<std::string> found_in(Scene& scene) {
    scene.last();
    scene.correlator.finish();
    std::vector<std::string> ids;
    for (const Finding& each : find(scene.correlator.timeline())) {
        EXPECT_FALSE(each.calls.empty() && each.segments.empty()) << each.id;
        EXPECT_NE(each.says, "") << each.id;
        EXPECT_NE(each.advice, "") << each.id;
        ids.push_back(each.id);
    }
    return ids;
}

/// What is said of each.
std::vector<std::string> sayings_in(Scene& scene) {
    found_in(scene);
    std::vector<std::string> sayings;
    for (const Finding& each : find(scene.correlator.timeline())) {
        sayings.push_back(each.says);
    }
    return sayings;
}

void ends_in_it(Scene::Program& program, std::uint64_t call) {
    program.end(call, -1, [](record::CallEnd& end) {
        end.fate = record::CallFate::ThreadEnded;
        end.signal = "SIGINT";
    });
}

std::uint64_t option(Scene::Program& program, const std::string& name) {
    const auto call = program.begin(CallKind::Option, [&](record::CallBegin& begin) {
        begin.arguments = {{"level", "SOL_SOCKET"}, {"optname", name}};
    });
    program.end(call, 0);
    return call;
}

/// Both ends sleep in recv, and the run ends.
void both_receive(Scene& scene) {
    const auto client = scene.client.begin_unready(CallKind::Receive);
    const auto server = scene.server.begin_unready(CallKind::Receive);
    ends_in_it(scene.client, client);
    scene.server.end(server, 0);
}

TEST(BothWait, IsFoundWhereNothingIsOnTheWay) {
    Scene scene;
    scene.open().client.send("Ada");
    scene.server.receive("Ada");
    both_receive(scene);
    EXPECT_THAT(found_in(scene), ElementsAre("both-wait"));
}

TEST(BothWait, IsNotFoundBeforeTheRunIsOver) {
    Scene scene;
    scene.open();
    both_receive(scene);
    EXPECT_THAT(find(scene.correlator.timeline()), IsEmpty());
}

TEST(BothWait, IsNotFoundWhileBytesAreOnTheWay) {
    Scene scene;
    scene.open().client.send("Ada\n");
    both_receive(scene);
    EXPECT_THAT(found_in(scene), IsEmpty());
}

TEST(BothWait, IsNotFoundWhereAnotherThreadMayReadTheKeyboard) {
    Scene scene;
    scene.open();
    scene.correlator.add(record::Process{.change = record::ProcessChange::ThreadStart,
                                         .time = scene.correlator.timeline().moments.back().time,
                                         .program = "client",
                                         .pid = 101,
                                         .tid = 102});
    both_receive(scene);
    EXPECT_THAT(found_in(scene), IsEmpty());
}

TEST(BothWait, IsNotFoundWhereATimeoutEndsTheWait) {
    Scene scene;
    scene.open();
    option(scene.server, "SO_RCVTIMEO");
    both_receive(scene);
    EXPECT_THAT(found_in(scene), IsEmpty());
}

TEST(BothWait, IsNotFoundWhereTheOtherHasShutDown) {
    Scene scene;
    scene.open();
    scene.client.end(scene.client.begin(CallKind::Shutdown, [](record::CallBegin& call) { call.writes = true; }), 0);
    both_receive(scene);
    EXPECT_THAT(found_in(scene), IsEmpty());
}

TEST(Messages, AnsweredOnceThoughTwoLinesCameAreFound) {
    Scene scene;
    scene.open().client.send("open\n");
    scene.client.send("light\n");
    scene.server.receive("open\nlight\n");
    scene.server.send("done\n");
    scene.client.receive("done\n");
    both_receive(scene);
    EXPECT_THAT(found_in(scene), ElementsAre("both-wait", "stream-taken-for-messages"));
}

TEST(Messages, AnsweredEachAreNotFoundToBeMerged) {
    Scene scene;
    scene.open().client.send("open\n");
    scene.client.send("light\n");
    scene.server.receive("open\nlight\n");
    scene.server.send("done\ndone\n");
    scene.client.receive("done\ndone\n");
    both_receive(scene);
    EXPECT_THAT(found_in(scene), ElementsAre("both-wait"));
}

TEST(Messages, MergedAreNotFoundWhereTheConversationGoesOn) {
    Scene scene;
    scene.open().client.send("USER ada\n");
    scene.client.send("PASS lovelace\n");
    scene.server.receive("USER ada\nPASS lovelace\n");
    scene.server.send("welcome\n");
    scene.client.receive("welcome\n");
    EXPECT_THAT(found_in(scene), IsEmpty());
}

/// A line of ten octets arrives in two pieces, each of which is answered.
void answer_by_pieces(Scene& scene, const std::string& first, const std::string& second) {
    scene.open().client.send("abcdefghi\n");
    const auto answer = scene.client.begin_unready(CallKind::Receive);
    scene.server.receive("abcde");
    scene.server.send(first);
    scene.server.receive("fghi\n");
    scene.server.send(second);
    scene.client.end_receive(answer, first + second);
}

TEST(Messages, AnsweredByPiecesAreFound) {
    Scene scene;
    answer_by_pieces(scene, "thank you\n", "thank you\n");
    EXPECT_THAT(found_in(scene), ElementsAre("stream-taken-for-messages"));
}

TEST(Messages, EchoedByPiecesAreNotFound) {
    Scene scene;
    answer_by_pieces(scene, "ABCDE", "FGHI\n");
    EXPECT_THAT(found_in(scene), IsEmpty());
}

TEST(Messages, WhoseProgressIsReportedAreNotFound) {
    Scene scene;
    answer_by_pieces(scene, "5 of 10,", "10 of 10,");
    EXPECT_THAT(found_in(scene), IsEmpty());
}

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
    scene.talk.server().rst();
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
    scene.talk.server().rst();
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
    scene.talk.client().rst();
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

std::uint64_t connect(Scene::Program& program, const std::string& address) {
    return program.begin(CallKind::Connect, [&](record::CallBegin& call) { call.arguments = {{"addr", address}}; });
}

TEST(Refused, IsFoundWhereNobodyListens) {
    Scene scene;
    scene.client.unnamed();
    scene.client.fail(connect(scene.client, "127.0.0.1:5000"), "ECONNREFUSED");
    EXPECT_THAT(found_in(scene), ElementsAre("refused"));
}

TEST(Refused, IsNoMistakeWhereTheNextAddressAnswers) {
    Scene scene;
    scene.client.unnamed();
    scene.client.fail(connect(scene.client, "[::1]:5000"), "ECONNREFUSED");
    scene.client.end(connect(scene.client, "127.0.0.1:5000"), 0);
    EXPECT_THAT(found_in(scene), IsEmpty());
}

TEST(Refused, AtAPortWhoseBytesAreSwappedSaysSo) {
    Scene scene;
    scene.client.unnamed();
    const auto call = connect(scene.client, "127.0.0.1:34835");
    scene.client.end(call, -1, [](record::CallEnd& end) {
        end.error = "ECONNREFUSED";
        end.holders = {{decode::endpoint("127.0.0.1", 5000), "LISTEN", 7, false}};
    });
    EXPECT_THAT(found_in(scene), ElementsAre("port-bytes-swapped"));
}

TEST(Refused, AfterTheServerHasClosedItsSocketSaysSo) {
    Scene scene;
    scene.server.call(CallKind::Listen, 0);
    scene.server.call(CallKind::Close, 0);
    scene.client.unnamed();
    scene.client.fail(connect(scene.client, "10.0.0.1:5000"), "ECONNREFUSED");
    EXPECT_THAT(sayings_in(scene), ElementsAre(HasSubstr("had closed its socket by then")));
}

TEST(Refused, AfterACloseRangeOfTheListenerSaysSo) {
    Scene scene;
    scene.server.call(CallKind::Listen, 0);
    const auto close = scene.server.begin(CallKind::Close, [](record::CallBegin& call) {
        call.fd = 2;
        call.socket.reset();
        call.awaited = {{.fd = 2, .socket = 202}, {.fd = 3, .socket = 201}};
    });
    scene.server.end(close, 0);
    scene.client.unnamed();
    scene.client.fail(connect(scene.client, "10.0.0.1:5000"), "ECONNREFUSED");
    EXPECT_THAT(sayings_in(scene), ElementsAre(HasSubstr("had closed its socket by then")));
}

/// What is found where a client is connected and sleeps, and a listener at `address` accepts nobody.
std::vector<std::string> found_unaccepted(const std::string& address, bool closes_before) {
    Scene scene;
    Scene::Program listener{scene, "listener", 301, decode::endpoint(address, 5000), {}};
    listener.call(CallKind::Listen, 0);
    if (closes_before) {
        listener.call(CallKind::Close, 0);
    }
    scene.open();
    ends_in_it(scene.client, scene.client.begin_unready(CallKind::Receive));
    return found_in(scene);
}

TEST(EstablishedUnaccepted, IsFoundAtTheListenersAddressAndAtTheWildcard) {
    EXPECT_THAT(found_unaccepted("10.0.0.1", false), ElementsAre("established-unaccepted"));
    EXPECT_THAT(found_unaccepted("0.0.0.0", false), ElementsAre("established-unaccepted"));
}

TEST(EstablishedUnaccepted, IsNotBlamedOnAnotherListener) {
    EXPECT_THAT(found_unaccepted("10.0.0.2", false), IsEmpty());
    EXPECT_THAT(found_unaccepted("10.0.0.1", true), IsEmpty());
}

TEST(Refused, IsNoMistakeOfAProgramThatLooksForOpenPorts) {
    Scene scene;
    scene.client.unnamed();
    for (int port = 5000; port < 5005; ++port) {
        scene.client.fail(connect(scene.client, "127.0.0.1:" + std::to_string(port)), "ECONNREFUSED");
    }
    EXPECT_THAT(found_in(scene), IsEmpty());
}

TEST(AddressInUse, IsToldOfPorts) {
    Scene scene;
    scene.server.unnamed().fail(scene.server.begin(CallKind::Bind), "EADDRINUSE");
    EXPECT_THAT(found_in(scene), ElementsAre("address-in-use"));
}

TEST(AddressInUse, IsNotToldOfUnixSockets) {
    Scene scene;
    const auto bind = scene.server.unnamed().begin(
        CallKind::Bind, [](record::CallBegin& call) { call.socket->kind = record::SocketKind::Unix; });
    scene.server.fail(bind, "EADDRINUSE");
    EXPECT_THAT(found_in(scene), IsEmpty());
}

TEST(AddressInUse, LooksForTimeWaitAmongAllHolders) {
    Scene scene;
    const auto bind = scene.server.unnamed().begin(CallKind::Bind);
    scene.server.end(bind, -1, [](record::CallEnd& end) {
        end.error = "EADDRINUSE";
        end.holders = {{decode::endpoint("10.0.0.1", 5000), "ESTABLISHED", 7, true},
                       {decode::endpoint("10.0.0.1", 5000), "TIME-WAIT", 0, true}};
    });
    EXPECT_THAT(sayings_in(scene), ElementsAre(HasSubstr("still in TIME-WAIT")));
}

/// So many receives in vain, with a pause before each.
void try_often(Scene& scene, int times, base::Duration pause) {
    base::Timestamp time{std::chrono::seconds{1'800'000'000}};
    for (int i = 0; i < times; ++i) {
        time += pause;
        const auto call = scene.client.begin(CallKind::Receive, [&](record::CallBegin& begin) {
            begin.time = time;
            begin.waits = false;
        });
        time += std::chrono::microseconds{2};
        scene.client.end(call, -1, [&](record::CallEnd& end) {
            end.time = time;
            end.error = "EAGAIN";
        });
    }
}

TEST(BusyLoop, IsFoundWhereNoPauseLiesBetweenTheAttempts) {
    Scene scene;
    scene.open();
    try_often(scene, 2000, std::chrono::microseconds{5});
    EXPECT_THAT(found_in(scene), ElementsAre("busy-loop"));
}

TEST(BusyLoop, IsNotFoundWhereTheProgramSleepsBetween) {
    Scene scene;
    scene.open();
    try_often(scene, 2000, std::chrono::milliseconds{1});
    EXPECT_THAT(found_in(scene), IsEmpty());
}

TEST(BusyLoop, IsNotFoundInAFewAttempts) {
    Scene scene;
    scene.open();
    try_often(scene, 100, std::chrono::microseconds{5});
    EXPECT_THAT(found_in(scene), IsEmpty());
}

TEST(BusyLoop, NamesAllThatItCalls) {
    Scene scene;
    scene.open();
    base::Timestamp time{std::chrono::seconds{1'800'000'000}};
    for (int i = 0; i < 2000; ++i) {
        const auto call = scene.client.begin(CallKind::Receive, [&](record::CallBegin& begin) {
            begin.name = i % 2 == 0 ? "recv" : "poll";
            begin.kind = i % 2 == 0 ? CallKind::Receive : CallKind::Wait;
            begin.time = time += std::chrono::microseconds{2};
            begin.waits = false;
        });
        scene.client.end(call, i % 2 == 0 ? -1 : 0, [&](record::CallEnd& end) {
            end.time = time += std::chrono::microseconds{2};
            end.error = i % 2 == 0 ? "EAGAIN" : "";
        });
    }
    EXPECT_THAT(sayings_in(scene),
                ElementsAre(AllOf(HasSubstr("called recv and poll 2,000 times"), Not(HasSubstr("EAGAIN")))));
}

/// The client hands over a message with two sends; the second's bytes leave when the first's are acknowledged.
void hand_over_in_two(Scene& scene, base::Duration way) {
    const auto begin_send = [&scene](const std::string& data) {
        return scene.client.begin(CallKind::Send, [&](record::CallBegin& call) {
            call.data = data;
            call.length = data.size();
            call.socket->no_delay = false;
        });
    };
    const auto first = begin_send("he");
    scene.talk.client().data("he");
    scene.client.end(first, 2);
    const auto second = begin_send("llo\n");
    scene.client.end(second, 4);
    const auto passes = [&](base::Duration later) {
        scene.take_frames();
        const correlate::Segment& segment = scene.segment(scene.last());
        scene.correlator.add(
            record::Passage{.frame = scene.last(), .time = segment.time + later, .fate = record::Fate::Delivered});
    };
    passes(way);
    scene.talk.pass(std::chrono::milliseconds{50}).server().ack();
    passes(std::chrono::microseconds{1});
    scene.talk.pass(std::chrono::microseconds{10}).client().data("llo\n");
    passes(std::chrono::microseconds{1});
}

std::vector<std::string> found_in_stalls(base::Duration way) {
    Scene scene{correlate::Travel::Recorded};
    scene.open();
    hand_over_in_two(scene, way);
    hand_over_in_two(scene, way);
    return found_in(scene);
}

TEST(NagleDelayedAck, IsFoundWhereTheAckLeavesLate) {
    EXPECT_THAT(found_in_stalls(std::chrono::microseconds{1}), ElementsAre("nagle-delayed-ack"));
}

TEST(NagleDelayedAck, IsNotFoundWhereTheWayIsLong) {
    EXPECT_THAT(found_in_stalls(std::chrono::milliseconds{40}), IsEmpty());
}

}  // namespace
}  // namespace sockstep::findings
