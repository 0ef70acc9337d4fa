// tests/correlate/receive_wakes_test.cpp - what lets a blocked receive return.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "correlate/waking.hpp"

namespace sockstep::correlate {
namespace {

using record::CallKind;
using testing::IsEmpty;

TEST(Receive, WithALowWaterMarkIsWokenByTheByteThatReachesIt) {
    Scene scene;
    scene.open();
    set_option(scene.server, "SO_RCVLOWAT", 6);
    const auto receive = scene.server.begin(CallKind::Receive, [](record::CallBegin& call) {
        call.ready = false;
        call.length = 100;
    });
    scene.talk.client().data("abc");
    scene.talk.client().data("def");
    scene.server.end_receive(receive, "abcdef");
    EXPECT_EQ(scene.call(receive).woken_by.segment, 5U);
    EXPECT_THAT(scene.segment(4).woke, testing::IsEmpty());
}

TEST(Receive, IsWokenByTheSegmentWithTheFirstMissingByte) {
    Scene scene;
    scene.open();
    scene.talk.server().data("first");
    scene.client.receive("first");
    const auto receive = scene.client.begin_unready(CallKind::Receive);
    scene.talk.server().data("second");
    scene.talk.server().data("third");
    scene.client.end_receive(receive, "secondthird");
    EXPECT_EQ(scene.call(receive).bytes, (tcp::StreamRange{5, 16}));
    EXPECT_EQ(scene.call(receive).woken_by, by_segment(5));
    EXPECT_THAT(scene.segment(6).woke, IsEmpty());
}

TEST(Receive, IsNotWokenByWhatArrivesBeyondAGap) {
    Scene scene;
    scene.open();
    const auto receive = scene.client.begin_unready(CallKind::Receive);
    scene.talk.server().seq(6).data("world");
    scene.talk.server().seq(1).data("hello");
    scene.client.end_receive(receive, "helloworld");
    EXPECT_EQ(scene.call(receive).woken_by, by_segment(5));
}

TEST(Receive, ThatWaitsForAllIsWokenByTheLastByte) {
    Scene scene;
    scene.open();
    const auto receive = scene.client.begin(CallKind::Receive, [](record::CallBegin& call) {
        call.ready = false;
        call.waits_for_all = true;
        call.length = 10;
    });
    scene.talk.server().data("hello");
    scene.talk.server().data("world");
    scene.client.end_receive(receive, "helloworld");
    EXPECT_EQ(scene.call(receive).woken_by, by_segment(5));
}

TEST(Receive, IsWokenByTheFinAtTheEndOfTheStream) {
    Scene scene;
    scene.open();
    const auto receive = scene.client.begin_unready(CallKind::Receive);
    scene.talk.server().fin();
    scene.client.end(receive, 0);
    EXPECT_EQ(scene.call(receive).woken_by, by_segment(4));
}

TEST(Receive, IsWokenByAShutdownOfItsOwnProgram) {
    Scene scene;
    scene.open();
    const auto receive = scene.client.begin_unready(CallKind::Receive);
    const auto shutdown = scene.client.begin(CallKind::Shutdown, [](record::CallBegin& call) { call.reads = true; });
    scene.client.end(shutdown, 0);
    scene.client.end(receive, 0);
    EXPECT_EQ(scene.call(receive).woken_by, (Wake{.by = Waker::Call, .call = shutdown}));
}

TEST(Receive, IsWokenByARst) {
    Scene scene;
    scene.open();
    const auto receive = scene.client.begin_unready(CallKind::Receive);
    scene.talk.server().rst();
    scene.client.fail(receive, "ECONNRESET");
    EXPECT_EQ(scene.call(receive).woken_by, by_segment(4));
}

TEST(Receive, IsWokenByItsTimeLimit) {
    Scene scene;
    scene.open();
    const auto receive = scene.client.begin_unready(CallKind::Receive);
    scene.client.fail(receive, "EAGAIN");
    EXPECT_EQ(scene.call(receive).woken_by.by, Waker::Timer);
}

TEST(Receive, IsWokenByASignal) {
    Scene scene;
    scene.open();
    const auto receive = scene.client.begin_unready(CallKind::Receive);
    scene.client.end(receive, 0, [](record::CallEnd& end) {
        end.fate = record::CallFate::Restarted;
        end.signal = "SIGALRM";
    });
    EXPECT_EQ(scene.call(receive).woken_by, (Wake{.by = Waker::Signal, .signal = "SIGALRM"}));
}

TEST(Receive, ThatEndsWithItsThreadWasNotWoken) {
    Scene scene;
    scene.open();
    const auto receive = scene.client.begin_unready(CallKind::Receive);
    scene.client.end(receive, 0, [](record::CallEnd& end) {
        end.fate = record::CallFate::ThreadEnded;
        end.signal = "SIGKILL";
    });
    EXPECT_EQ(scene.call(receive).woken_by.by, Waker::ThreadEnded);
    EXPECT_EQ(scene.call(receive).bytes, std::nullopt);
}

TEST(Receive, ThatFoundTheByteOnItsWayInDidNotSleep) {
    Scene scene;
    scene.open();
    const auto receive = scene.client.begin_unready(CallKind::Receive);
    scene.talk.server().data("quick");
    scene.client.end(receive, 5, [](record::CallEnd& end) { end.slept = 0; });
    EXPECT_FALSE(scene.call(receive).blocked);
}

TEST(Receive, LeavesWhatItPeeks) {
    Scene scene;
    scene.open();
    scene.talk.server().data("hello");
    const auto peek = scene.client.begin(CallKind::Receive, [](record::CallBegin& call) { call.peeks = true; });
    scene.client.end_receive(peek, "hello");
    const auto receive = scene.client.receive("hello");
    EXPECT_EQ(scene.call(peek).bytes, (tcp::StreamRange{0, 5}));
    EXPECT_EQ(scene.call(receive).bytes, (tcp::StreamRange{0, 5}));
}

TEST(Receive, OfTwoThreadsIsPutInOrderByTheBytes) {
    Scene scene;
    scene.open();
    const auto first = scene.client.begin_unready(CallKind::Receive);
    const auto second = scene.client.begin_unready(CallKind::Receive);
    scene.talk.server().data("aaaa");
    scene.talk.server().data("bbbb");
    scene.client.end_receive(second, "aaaa");
    scene.client.end_receive(first, "bbbb");
    EXPECT_EQ(scene.call(second).bytes, (tcp::StreamRange{0, 4}));
    EXPECT_EQ(scene.call(second).woken_by, by_segment(4));
    EXPECT_EQ(scene.call(first).woken_by, by_segment(5));
}

TEST(Receive, ThatFoundItsBytesAndSleptIsWokenByLaterOnes) {
    Scene scene;
    scene.open();
    scene.talk.server().data("a");
    const auto slow = scene.client.begin(CallKind::Receive, [](record::CallBegin& call) {
        call.ready = true;
        call.length = 1;
        call.socket->receive_queue = 1;
    });
    const auto quick = scene.client.begin(CallKind::Receive, [](record::CallBegin& call) {
        call.tid = 102;
        call.ready = true;
        call.length = 1;
        call.socket->receive_queue = 1;
    });
    scene.client.end_receive(quick, "a");
    scene.talk.server().data("b");
    scene.client.end(slow, 1, [](record::CallEnd& end) {
        end.data = "b";
        end.slept = 1;
    });
    EXPECT_TRUE(scene.call(slow).blocked);
    EXPECT_EQ(scene.call(slow).woken_by, by_segment(5));
}

TEST(Receive, OfNoByteIsWokenByTheNextOne) {
    Scene scene;
    scene.open();
    const auto receive = scene.client.begin_unready(CallKind::Receive);
    scene.talk.server().data("a");
    scene.client.end(receive, 0);
    EXPECT_EQ(scene.call(receive).woken_by, by_segment(4));
}

TEST(Receive, ThatPeeksAheadHasNoKnownPlace) {
    Scene scene;
    scene.open();
    set_option(scene.client, "SO_PEEK_OFF", 1);
    scene.talk.server().data("ab");
    const auto peek = scene.client.begin(CallKind::Receive, [](record::CallBegin& call) { call.peeks = true; });
    scene.client.end_receive(peek, "b");
    EXPECT_FALSE(scene.call(peek).bytes);
}

}  // namespace
}  // namespace sockstep::correlate
