// tests/explain/fates_test.cpp - what is said of segments that our wire carried, lost or damaged.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "correlate/scene.hpp"
#include "explain/calls.hpp"

namespace sockstep::explain {
namespace {

using correlate::Scene;
using correlate::Travel;
using record::Fate;
using std::chrono_literals::operator""ms;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

/// Of the newest segment, or of one with this id.
std::string said_of(Scene& scene, std::uint64_t id = 0) {
    const correlate::Segment& segment = scene.segment(id == 0 ? scene.last() : id);
    return explain(scene.correlator.timeline(), segment).says;
}

/// The handshake up to its last segment, which has entered the wire.
void open_but_for_the_last(Scene& scene) {
    scene.talk.client().syn();
    scene.arrives();
    scene.talk.server().syn_ack();
    scene.arrives();
    scene.talk.client().ack();
}

TEST(Lost, SegmentClaimsNoEffect) {
    Scene scene{Travel::Recorded};
    open_but_for_the_last(scene);
    scene.is_lost();
    EXPECT_EQ(said_of(scene), "Lost on the wire, by your hand: the server never gets it.");
}

TEST(Lost, SegmentIsToldSoHoweverLateItWasLost) {
    Scene scene{Travel::Recorded};
    open_but_for_the_last(scene);
    scene.passes(0, Fate::Held);
    EXPECT_THAT(said_of(scene), Not(HasSubstr("ompletes")));  // which only an arrival would
    scene.talk.server().syn_ack();
    scene.is_lost(3);
    EXPECT_EQ(said_of(scene, 3), "Lost on the wire, by your hand: the server never gets it.");
}

TEST(Lost, SegmentIsNotHeardByItsReceiver) {
    Scene scene{Travel::Recorded};
    open_but_for_the_last(scene);
    scene.is_lost();
    scene.talk.pass(1000ms).server().lost().syn_ack();
    EXPECT_THAT(said_of(scene), AllOf(Not(HasSubstr("#3 had come")), HasSubstr("the server had not taken #3"),
                                      HasSubstr("retransmission timer (RTO) ran out")));
}

TEST(Lost, RepeatStillTellsWhyItWasSent) {
    Scene scene{Travel::Recorded};
    open_but_for_the_last(scene);
    scene.arrives();
    scene.talk.client().lost().data(6);
    scene.is_lost();
    scene.talk.pass(204ms).client().lost().seq(1).data(6);
    scene.is_lost();
    EXPECT_EQ(said_of(scene),
              "Carries bytes 0-5 again, 204 ms after #4. The client's retransmission timer (RTO) ran out. Lost on the "
              "wire, by your hand: the server never gets it. #4 was lost on the wire.");
}

TEST(Repeat, TellsWhatBecameOfTheCopyBeforeIt) {
    Scene scene{Travel::Recorded};
    open_but_for_the_last(scene);
    scene.arrives();
    scene.talk.client().lost().data(6);
    scene.passes(0, Fate::Delivered, true);
    scene.talk.pass(204ms).client().seq(1).data(6);
    scene.arrives();
    EXPECT_THAT(said_of(scene), HasSubstr("#4 was damaged on the wire."));
    scene.talk.pass(408ms).client().seq(1).data(6);
    scene.arrives();
    EXPECT_THAT(said_of(scene), HasSubstr("#5 had arrived."));
}

TEST(Damaged, SegmentClaimsNoEffect) {
    Scene scene{Travel::Recorded};
    open_but_for_the_last(scene);
    scene.passes(0, Fate::Delivered, true);
    EXPECT_EQ(said_of(scene),
              "A bit of it is flipped on the wire: the server's kernel finds the checksum wrong and drops it.");
}

TEST(Captured, SegmentsAreNotSaidToBeLost) {
    Scene scene;
    open_but_for_the_last(scene);
    EXPECT_THAT(said_of(scene), HasSubstr("The last segment of the handshake"));
    EXPECT_THAT(said_of(scene), Not(HasSubstr("wire")));
}

}  // namespace
}  // namespace sockstep::explain
