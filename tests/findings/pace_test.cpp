// tests/findings/pace_test.cpp - loops that never rest, and waits that nobody asked for.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "findings/found.hpp"

namespace sockstep::findings {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

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
