// tests/correlate/wakes_test.cpp - what lets any other blocked call return.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "correlate/waking.hpp"

namespace sockstep::correlate {
namespace {

using record::CallKind;
using testing::ElementsAre;

TEST(Connect, ThatIsRefusedIsJoinedThoughItsSocketHasNoPortAnyMore) {
    Scene scene;
    const auto connect = scene.client.unnamed().begin(CallKind::Connect, [](record::CallBegin& call) {
        call.arguments = {{"addr", "10.0.0.1:5000"}};
        call.ready = false;
    });
    scene.talk.client().syn();
    scene.talk.server().rst_ack();
    scene.client.fail(connect, "ECONNREFUSED");
    EXPECT_EQ(scene.call(connect).connection, 1U);
    EXPECT_EQ(scene.call(connect).side, tcp::Side::Client);
    EXPECT_EQ(scene.call(connect).woken_by, by_segment(2));
}

TEST(Connect, ThatNeverReturnsIsOfTheConnectionOfItsSyn) {
    Scene scene;
    const auto connect = scene.client.unnamed().begin(CallKind::Connect, [](record::CallBegin& call) {
        call.arguments = {{"addr", "10.0.0.1:5000"}};
        call.ready = false;
    });
    scene.talk.client().syn();
    scene.client.end(connect, -1, [](record::CallEnd& end) { end.fate = record::CallFate::ThreadEnded; });
    EXPECT_EQ(scene.call(connect).connection, 1U);
    EXPECT_THAT(scene.call(connect).caused, ElementsAre(1U));
}

TEST(Connect, IsWokenByTheSynAck) {
    Scene scene;
    scene.open();
    EXPECT_TRUE(scene.call(1).blocked);
    EXPECT_EQ(scene.call(1).woken_by, by_segment(2));
    EXPECT_THAT(scene.segment(2).woke, ElementsAre(1));
}

TEST(Connect, IsWokenByTheRstThatRefusesIt) {
    Scene scene;
    const auto connect = scene.client.unnamed().begin_unready(CallKind::Connect);
    scene.talk.client().syn();
    scene.talk.server().rst_ack();
    scene.client.is_named();
    scene.client.fail(connect, "ECONNREFUSED");
    EXPECT_EQ(scene.call(connect).woken_by, by_segment(2));
}

TEST(Connect, IsWokenByTheTimerWhenNobodyAnswers) {
    Scene scene;
    const auto connect = scene.client.unnamed().begin_unready(CallKind::Connect);
    scene.talk.client().lost().syn();
    scene.talk.client().lost().syn();
    scene.client.is_named();
    scene.client.fail(connect, "ETIMEDOUT");
    EXPECT_EQ(scene.call(connect).woken_by.by, Waker::Timer);
}

TEST(Accept, IsWokenByTheLastAckOfTheHandshake) {
    Scene scene;
    Scene::Program listener{scene, "server", 200, decode::endpoint("10.0.0.1", 5000), {}};
    const auto accept = listener.unnamed().begin_unready(CallKind::Accept);
    scene.talk.open();
    listener.end(accept, 4, [&](record::CallEnd& end) { end.made = scene.server.state(); });
    EXPECT_EQ(scene.call(accept).woken_by, by_segment(3));
    EXPECT_EQ(scene.call(accept).connection, 1U);
    EXPECT_EQ(scene.call(accept).side, tcp::Side::Server);
}

TEST(Accept, ThatIsDeferredIsWokenByTheFirstBytes) {
    Scene scene;
    Scene::Program listener{scene, "server", 200, decode::endpoint("10.0.0.1", 5000), {}};
    set_option(listener.unnamed(), "TCP_DEFER_ACCEPT", 5);
    const auto accept = listener.begin_unready(CallKind::Accept);
    scene.talk.open();
    scene.talk.client().data("hello");
    listener.end(accept, 4, [&](record::CallEnd& end) { end.made = scene.server.state(); });
    EXPECT_EQ(scene.call(accept).woken_by, by_segment(4));
}

TEST(Accept, OfAConnectionThatWaitedIsNotBlocked) {
    Scene scene;
    Scene::Program listener{scene, "server", 200, decode::endpoint("10.0.0.1", 5000), {}};
    scene.talk.open();
    const auto accept = listener.unnamed().begin(CallKind::Accept, [](record::CallBegin& call) { call.ready = true; });
    listener.end(accept, 4, [&](record::CallEnd& end) { end.made = scene.server.state(); });
    EXPECT_FALSE(scene.call(accept).blocked);
    EXPECT_EQ(scene.call(accept).woken_by, Wake{});
}

TEST(Accept, IsWokenByAShutdownOfTheListener) {
    Scene scene;
    Scene::Program listener{scene, "server", 200, decode::endpoint("10.0.0.1", 5000), {}};
    const auto accept = listener.unnamed().begin_unready(CallKind::Accept);
    const auto shutdown = listener.begin(CallKind::Shutdown, [](record::CallBegin& call) { call.reads = true; });
    listener.fail(accept, "EINVAL");
    EXPECT_EQ(scene.call(accept).woken_by, (Wake{.by = Waker::Call, .call = shutdown}));
}

TEST(Send, IsWokenByTheLastAckThatMadeRoom) {
    Scene scene;
    scene.open();
    const auto send = scene.client.begin_unready(CallKind::Send);
    scene.talk.client().data(1000);
    scene.talk.server().ack();
    scene.client.end(send, 1000);
    EXPECT_EQ(scene.call(send).woken_by, by_segment(5));
}

TEST(Wait, IsWokenByTheSegmentThatMadeADescriptorReady) {
    Scene scene;
    scene.open();
    scene.client.call(CallKind::Option, 0);
    const auto poll = scene.client.begin(CallKind::Wait, [](record::CallBegin& call) {
        call.socket.reset();
        call.ready = false;
    });
    scene.talk.server().data("hello");
    scene.client.end(poll, 1, [](record::CallEnd& end) {
        end.socket.reset();
        end.ready = {{.fd = 3, .socket = 101, .to_read = true, .readable = true}};
    });
    EXPECT_EQ(scene.call(poll).woken_by, by_segment(4));
}

std::uint64_t connect_in_progress(Scene& scene) {
    const auto connect = scene.client.unnamed().begin(CallKind::Connect, [](record::CallBegin& call) {
        call.arguments = {{"addr", "10.0.0.1:5000"}};
        call.waits = false;
    });
    scene.talk.client().syn();
    scene.client.is_named();
    scene.client.end(connect, -1, [](record::CallEnd& end) {
        end.error = "EINPROGRESS";
        end.socket->peer.reset();
    });
    return connect;
}

std::uint64_t begin_poll(Scene& scene) {
    return scene.client.begin(CallKind::Wait, [](record::CallBegin& call) {
        call.socket.reset();
        call.ready = false;
    });
}

void end_poll(Scene& scene, std::uint64_t poll, bool with_error) {
    scene.client.end(poll, 1, [&](record::CallEnd& end) {
        end.socket.reset();
        end.ready = {{.fd = 3, .socket = 101, .to_write = true, .writable = true, .other = with_error}};
    });
}

TEST(Wait, ForAConnectInProgressIsWokenByTheSynAck) {
    Scene scene;
    const auto connect = connect_in_progress(scene);
    const auto poll = begin_poll(scene);
    scene.talk.server().syn_ack();
    scene.talk.client().ack();
    end_poll(scene, poll, false);
    EXPECT_EQ(scene.call(poll).woken_by, by_segment(2));
    EXPECT_THAT(scene.segment(2).woke, ElementsAre(poll));
    EXPECT_EQ(scene.call(connect).connection, 1U);
    EXPECT_THAT(scene.call(connect).caused, ElementsAre(1));
}

TEST(Wait, ForAConnectInProgressIsWokenByTheRstThatRefusesIt) {
    for (const bool with_error : {true, false}) {  // poll and epoll tell of POLLERR, select says writable
        Scene scene;
        connect_in_progress(scene);
        const auto poll = begin_poll(scene);
        scene.talk.server().rst_ack();
        end_poll(scene, poll, with_error);
        EXPECT_EQ(scene.call(poll).woken_by, by_segment(2));
    }
}

TEST(Connect, AfterARefusalOfTheSameSocketIsAboutAnotherConnection) {
    Scene scene;
    const auto first = connect_in_progress(scene);
    scene.talk.server().rst_ack();
    scene.client.unnamed();
    const auto second = scene.client.begin(CallKind::Connect);
    scene.client.end(second, -1, [](record::CallEnd& end) { end.error = "EINPROGRESS"; });
    EXPECT_EQ(scene.call(first).connection, 1U);
    EXPECT_EQ(scene.call(second).connection, 0U);
}

TEST(Wait, ForAPipeTooIsNotSaidToBeWokenByASegment) {
    Scene scene;
    scene.open();
    const auto poll = scene.client.begin(CallKind::Wait, [](record::CallBegin& call) {
        call.socket.reset();
        call.ready = false;
    });
    scene.talk.server().data("hello");
    scene.client.end(poll, 2, [](record::CallEnd& end) {
        end.socket.reset();
        end.ready = {{.fd = 3, .socket = 101, .to_read = true, .readable = true},
                     {.fd = 0, .to_read = true, .readable = true}};
    });
    EXPECT_EQ(scene.call(poll).woken_by.by, Waker::Unknown);
}

TEST(Wait, EndsByItsTimeout) {
    Scene scene;
    const auto poll = scene.client.begin(CallKind::Wait, [](record::CallBegin& call) { call.ready = false; });
    scene.client.end(poll, 0);
    EXPECT_EQ(scene.call(poll).woken_by.by, Waker::Timer);
}

TEST(Connect, AfterItsConnectionWasDissolvedIsAboutAnotherOne) {
    Scene scene;
    scene.open();
    const auto dissolve = scene.client.begin(CallKind::Connect, [](record::CallBegin& call) {
        call.arguments = {{"addr", "AF_UNSPEC"}};
    });
    scene.talk.client().rst_ack();
    scene.client.unnamed().end(dissolve, 0);
    const auto again = scene.client.begin(CallKind::Connect);
    scene.client.fail(again, "EINPROGRESS");
    EXPECT_EQ(scene.call(dissolve).connection, 1U);
    EXPECT_THAT(scene.call(dissolve).caused, ElementsAre(4));
    EXPECT_EQ(scene.call(again).connection, 0U);
}

/// A close that slept, with SO_LINGER on.
std::uint64_t lingering_close(Scene& scene, std::int32_t seconds) {
    return scene.client.begin(CallKind::Close, [seconds](record::CallBegin& call) { call.socket->linger = seconds; });
}

void ends_after_sleep(Scene& scene, std::uint64_t close) {
    scene.client.end(close, 0, [](record::CallEnd& end) {
        end.slept = 1;
        end.socket.reset();
    });
}

TEST(Close, ThatLingersIsWokenByTheAckOfItsFin) {
    Scene scene;
    scene.open();
    const auto close = lingering_close(scene, 5);
    scene.talk.client().fin();
    scene.talk.server().ack();
    ends_after_sleep(scene, close);
    EXPECT_TRUE(scene.call(close).blocked);
    EXPECT_EQ(scene.call(close).woken_by, by_segment(5));
}

TEST(Close, ThatLingersInVainIsEndedByItsTime) {
    Scene scene;
    scene.open();
    const auto close = lingering_close(scene, 1);
    scene.talk.client().fin();
    for (int i = 0; i < 100; ++i) {
        scene.talk.client().fin();  // 10 ms each
    }
    ends_after_sleep(scene, close);
    EXPECT_EQ(scene.call(close).woken_by.by, Waker::Timer);
}

}  // namespace
}  // namespace sockstep::correlate
