// tests/correlate/causes_test.cpp - who makes a segment.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "correlate/scene.hpp"

namespace sockstep::correlate {
namespace {

using record::CallKind;
using testing::ElementsAre;
using testing::IsEmpty;

TEST(Syn, IsMadeByConnect) {
    Scene scene;
    scene.open();
    EXPECT_EQ(scene.segment(1).cause.by, Causer::Call);
    EXPECT_EQ(scene.segment(1).cause.call, 1U);
    EXPECT_THAT(scene.call(1).caused, ElementsAre(1));
    EXPECT_EQ(scene.call(1).connection, 1U);
    EXPECT_EQ(scene.call(1).side, tcp::Side::Client);
}

TEST(Syn, IsJoinedBeforeConnectReturnsIfOnlyOneGoesThere) {
    Scene scene;
    scene.client.unnamed().begin(CallKind::Connect, [](record::CallBegin& call) {
        call.arguments = {{"address", std::string{"10.0.0.1:5000"}}};
    });
    scene.talk.client().syn();
    EXPECT_EQ(scene.segment(1).cause.call, 1U);
}

TEST(Syn, IsNobodysWhileTwoConnectsMayHaveMadeIt) {
    Scene scene;
    Scene::Program second{scene, "client2", 102, decode::endpoint("10.0.0.11", 41235),
                          decode::endpoint("10.0.0.1", 5000)};
    const auto to_server = [](record::CallBegin& call) {
        call.arguments = {{"address", std::string{"10.0.0.1:5000"}}};
    };
    second.unnamed().begin(CallKind::Connect, to_server);
    const auto connect = scene.client.unnamed().begin(CallKind::Connect, to_server);
    scene.talk.client().syn();
    EXPECT_EQ(scene.segment(1).cause.by, Causer::Unknown);
    scene.talk.server().syn_ack();
    scene.client.is_named();
    scene.client.end(connect, 0);
    EXPECT_EQ(scene.segment(1).cause.call, connect);
}

TEST(Syn, OfAProgramThatIsNotTracedIsUnknown) {
    Scene scene;
    scene.talk.client().syn();
    EXPECT_EQ(scene.segment(1).cause.by, Causer::Unknown);
}

TEST(Syn, SentAgainIsTheKernels) {
    Scene scene;
    const auto connect = scene.client.unnamed().begin_unready(CallKind::Connect);
    scene.talk.client().lost().syn();
    scene.talk.client().syn();
    scene.talk.server().syn_ack();
    scene.client.is_named();
    scene.client.end(connect, 0);
    EXPECT_EQ(scene.segment(2).cause.by, Causer::Kernel);
    EXPECT_THAT(scene.call(connect).caused, ElementsAre(1));
}

TEST(Handshake, IsCompletedByTheKernel) {
    Scene scene;
    scene.open();
    EXPECT_EQ(scene.segment(2).cause.by, Causer::Kernel);
    EXPECT_EQ(scene.segment(3).cause.by, Causer::Kernel);
}

TEST(Data, BelongsToTheSendWhoseBytesItCarries) {
    Scene scene;
    scene.open();
    const auto first = scene.client.begin_send("hello");
    scene.talk.client().data("hello");
    scene.client.end(first, 5);
    const auto second = scene.client.begin_send("world");
    scene.talk.client().data("world");
    scene.client.end(second, 5);
    EXPECT_EQ(scene.segment(4).cause.call, first);
    EXPECT_EQ(scene.segment(5).cause.call, second);
    EXPECT_EQ(scene.call(second).bytes, (tcp::StreamRange{5, 10}));
}

TEST(Data, OfOneSendMayBeManySegments) {
    Scene scene;
    scene.open();
    const auto send = scene.client.begin_send(std::string(3000, 'x'));
    scene.talk.client().data(1460);
    scene.talk.client().data(1460);
    scene.client.end(send, 3000);
    scene.talk.client().data(80);  // after it has returned
    EXPECT_THAT(scene.call(send).caused, ElementsAre(4, 5, 6));
    EXPECT_EQ(scene.segment(6).cause.call, send);
}

TEST(Data, OfManySendsMayBeOneSegment) {
    Scene scene;
    scene.open();
    const auto first = scene.client.send("a");
    const auto second = scene.client.send("b");
    const auto third = scene.client.send("c");
    scene.talk.client().data("abc");
    EXPECT_EQ(scene.segment(4).cause.call, first);
    EXPECT_THAT(scene.segment(4).cause.calls, ElementsAre(first, second, third));
    EXPECT_THAT(scene.call(third).caused, ElementsAre(4));
}

TEST(Data, SentAgainIsTheKernels) {
    Scene scene;
    scene.open();
    const auto send = scene.client.begin_send("hello");
    scene.talk.client().lost().data("hello");
    scene.client.end(send, 5);
    scene.talk.pass(std::chrono::milliseconds{300});
    scene.talk.client().seq(1).data("hello");
    EXPECT_EQ(scene.segment(5).cause.by, Causer::Kernel);
    EXPECT_THAT(scene.call(send).caused, ElementsAre(4));
}

TEST(Data, ThatNoCallCoversIsUnknown) {
    Scene scene;
    scene.open();
    scene.talk.client().data("written by an io_uring");
    const auto send = scene.client.begin(CallKind::Send, [](record::CallBegin& call) {
        call.length = 5;
        call.socket->bytes_written = 22;
    });
    scene.talk.client().data("hello");
    scene.client.end(send, 5);
    EXPECT_EQ(scene.segment(4).cause.by, Causer::Unknown);
    EXPECT_EQ(scene.segment(5).cause.call, send);
    EXPECT_EQ(scene.call(send).bytes, (tcp::StreamRange{22, 27}));
}

TEST(Data, OfAConnectionThatBeganEarlierIsUnknown) {
    Scene scene;
    scene.talk.begun();
    const auto send = scene.client.begin_send("hello");
    scene.talk.client().data("hello");
    scene.client.end(send, 5);
    EXPECT_EQ(scene.segment(1).cause.by, Causer::Unknown);
    EXPECT_THAT(scene.call(send).caused, IsEmpty());
}

TEST(Data, OfTwoThreadsIsTakenApartByItsBytes) {
    Scene scene;
    scene.open();
    const auto first = scene.client.begin_send("aaaa");
    const auto second = scene.client.begin_send("bbbb");
    scene.talk.client().data("bbbbaaaa");
    scene.client.end(first, 4);
    scene.client.end(second, 4);
    EXPECT_EQ(scene.call(second).bytes, (tcp::StreamRange{0, 4}));
    EXPECT_EQ(scene.call(first).bytes, (tcp::StreamRange{4, 8}));
    EXPECT_THAT(scene.segment(4).cause.calls, ElementsAre(second, first));
}

TEST(Data, OfTwoThreadsThatSaySameStaysUnknown) {
    Scene scene;
    scene.open();
    const auto first = scene.client.begin_send("same");
    const auto second = scene.client.begin_send("same");
    scene.talk.client().data("samesame");
    scene.client.end(first, 4);
    scene.client.end(second, 4);
    EXPECT_EQ(scene.call(first).bytes, std::nullopt);
    EXPECT_EQ(scene.call(second).bytes, std::nullopt);
    EXPECT_EQ(scene.segment(4).cause.by, Causer::Unknown);
    const auto third = scene.client.begin_send("next");
    scene.talk.client().data("next");
    scene.client.end(third, 4);
    EXPECT_EQ(scene.call(third).bytes, (tcp::StreamRange{8, 12}));
    EXPECT_EQ(scene.segment(5).cause.call, third);
}

TEST(Data, OfTwoThreadsIsJoinedWhenItIsSentAtLast) {
    Scene scene;
    scene.open();
    const auto first = scene.client.begin_send("aaaa");
    const auto second = scene.client.begin_send("bbbb");
    scene.client.end(second, 4);
    scene.client.end(first, 4);
    EXPECT_EQ(scene.call(first).bytes, std::nullopt);
    scene.talk.client().data("aaaabbbb");
    EXPECT_EQ(scene.segment(4).cause.call, first);
    EXPECT_EQ(scene.call(second).bytes, (tcp::StreamRange{4, 8}));
}

TEST(Fin, IsMadeByClose) {
    Scene scene;
    scene.open();
    const auto close = scene.client.begin(CallKind::Close);
    scene.talk.client().fin();
    scene.client.end(close, 0);
    EXPECT_EQ(scene.segment(4).cause.call, close);
    EXPECT_THAT(scene.call(close).caused, ElementsAre(4));
}

TEST(Fin, IsMadeByShutdownAndNotByTheCloseAfterIt) {
    Scene scene;
    scene.open();
    const auto shutdown = scene.client.begin(CallKind::Shutdown, [](record::CallBegin& call) { call.writes = true; });
    scene.client.end(shutdown, 0);
    scene.client.call(CallKind::Close, 0);
    scene.talk.client().fin();  // the window had been closed until now
    EXPECT_EQ(scene.segment(4).cause.call, shutdown);
}

TEST(Fin, IsNotMadeByAShutdownOfReceiving) {
    Scene scene;
    scene.open();
    scene.client.end(scene.client.begin(CallKind::Shutdown, [](record::CallBegin& call) { call.reads = true; }), 0);
    const auto close = scene.client.begin(CallKind::Close);
    scene.talk.client().fin();
    scene.client.end(close, 0);
    EXPECT_EQ(scene.segment(4).cause.call, close);
}

TEST(Fin, IsMadeByWhoGaveTheSocketUpLast) {
    Scene scene;
    scene.open();
    scene.client.call(CallKind::Close, 0);  // of a parent whose child holds it too
    const auto last = scene.client.call(CallKind::Close, 0);
    scene.talk.client().fin();
    scene.client.call(CallKind::Close, 0);
    EXPECT_EQ(scene.segment(4).cause.call, last);
}

TEST(Fin, IsMadeByTheEndOfAProcess) {
    Scene scene;
    scene.open();
    scene.client.exits();
    scene.talk.client().fin();
    EXPECT_EQ(scene.segment(4).cause.by, Causer::Exit);
    EXPECT_EQ(scene.segment(4).cause.pid, 101);
}

TEST(Fin, MayRideOnTheLastBytes) {
    Scene scene;
    scene.open();
    const auto send = scene.client.send("bye");
    const auto close = scene.client.call(CallKind::Close, 0);
    scene.take_frames();
    scene.talk.client().fin(3);
    EXPECT_THAT(scene.segment(4).cause.calls, ElementsAre(send, close));
    EXPECT_THAT(scene.call(close).caused, ElementsAre(4));
}

TEST(Fin, OfASocketThatDup2ClosedIsMadeByIt) {
    Scene scene;
    scene.open();
    const auto dup2 = scene.server.begin(CallKind::Duplicate, [&](record::CallBegin& call) {
        call.awaited = {{.fd = 3, .socket = scene.client.state().inode}};
    });
    scene.talk.client().fin();
    EXPECT_EQ(scene.segment(4).cause.call, dup2);
}

TEST(Rst, OfACloseWithUnreadBytesIsMadeByIt) {
    Scene scene;
    scene.open();
    scene.talk.server().data("unread");
    const auto close = scene.client.begin(CallKind::Close);
    scene.talk.client().rst_ack();
    scene.client.end(close, 0);
    EXPECT_EQ(scene.segment(5).cause.by, Causer::Call);
    EXPECT_EQ(scene.segment(5).cause.call, close);
}

TEST(Rst, OfACloseAfterAShutdownIsMadeByTheClose) {
    Scene scene;
    scene.open();
    scene.client.end(scene.client.begin(CallKind::Shutdown, [](record::CallBegin& call) { call.writes = true; }), 0);
    scene.talk.client().fin();
    scene.talk.server().data("unread");
    const auto close = scene.client.begin(CallKind::Close);
    scene.talk.client().rst_ack();
    scene.client.end(close, 0);
    EXPECT_EQ(scene.segment(6).cause.call, close);
}

TEST(Rst, ThatAnswersASynIsTheKernels) {
    Scene scene;
    const auto connect = scene.client.unnamed().begin_unready(CallKind::Connect);
    scene.talk.client().syn();
    scene.talk.server().rst_ack();
    scene.client.is_named();
    scene.client.fail(connect, "ECONNREFUSED");
    EXPECT_EQ(scene.segment(2).cause.by, Causer::Kernel);
}

TEST(Rst, ThatAnswersDataAfterTheEndIsTheKernels) {
    Scene scene;
    scene.open();
    scene.client.call(CallKind::Close, 0);
    scene.take_frames();
    scene.talk.client().fin();
    scene.talk.server().ack();
    scene.talk.server().data("late");
    scene.talk.client().seq(2).without_ack().rst();
    EXPECT_EQ(scene.segment(7).cause.by, Causer::Kernel);
}

TEST(Rst, OfAnEndingProcessIsMadeUntilItHasEnded) {
    for (const bool has_ended : {false, true}) {
        Scene scene;
        scene.open().client.exits();
        if (has_ended) {
            scene.correlator.add(record::Process{.change = record::ProcessChange::Exit,
                                                 .time = scene.correlator.timeline().moments.back().time,
                                                 .program = "client",
                                                 .pid = 101});
        }
        scene.talk.client().rst_ack();
        EXPECT_EQ(scene.segment(4).cause.by, has_ended ? Causer::Unknown : Causer::Exit);
    }
}

TEST(Rst, WithoutAnAckIsNotMadeByTheClose) {
    Scene scene;
    scene.open();
    const auto close = scene.client.begin(CallKind::Close);
    scene.talk.client().without_ack().rst();
    scene.client.end(close, 0);
    EXPECT_EQ(scene.segment(4).cause.by, Causer::Kernel);
}

TEST(Rst, OfAConnectionThatNobodyAcceptedIsMadeByTheCloseOfItsListener) {
    Scene scene;
    scene.server.end(scene.server.begin(CallKind::Listen), 0, [](record::CallEnd& end) {
        end.socket->state = "LISTEN";
        end.socket->peer.reset();
    });
    scene.open();
    const auto close = scene.server.begin(CallKind::Close);
    scene.talk.server().rst_ack();
    scene.server.end(close, 0);
    EXPECT_EQ(scene.segment(4).cause.by, Causer::Call);
    EXPECT_EQ(scene.segment(4).cause.call, close);
}

}  // namespace
}  // namespace sockstep::correlate
