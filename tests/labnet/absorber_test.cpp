// tests/labnet/absorber_test.cpp - repeats are told from news.
#include "labnet/absorber.hpp"

#include <gtest/gtest.h>

#include "decode/frame.hpp"
#include "decode/frame_builder.hpp"

namespace sockstep::labnet {
namespace {

using decode::FrameBuilder, decode::Octets;

/// A segment that owns its octets.
struct Made {
    explicit Made(const FrameBuilder& builder)
        : octets{builder.bytes()},
          segment{std::get<decode::TcpSegment>(
              decode::decode(base::LinkType::Ethernet, octets, static_cast<std::uint32_t>(octets.size())))} {}
    Octets octets;
    decode::TcpSegment segment;
};

FrameBuilder from_client() {
    return FrameBuilder{}.from("10.0.0.11", 40000).to("10.0.0.1", 5000);
}
FrameBuilder from_server() {
    return FrameBuilder{}.from("10.0.0.1", 5000).to("10.0.0.11", 40000);
}

class AbsorberTest : public testing::Test {
protected:
    void hold(std::uint64_t id, const FrameBuilder& builder) {
        const Made made{builder};
        EXPECT_EQ(absorber_.absorbs(made.segment), std::nullopt) << "what is held must be news";
        absorber_.hold(id, made.segment);
    }
    /// Passes without being held.
    void pass(const FrameBuilder& builder) { EXPECT_EQ(judge(builder), std::nullopt); }
    std::optional<Absorbed> judge(const FrameBuilder& builder) { return absorber_.absorbs(Made{builder}.segment); }

    static Absorbed held(std::uint64_t id) { return {Repeats::Held, id}; }
    static Absorbed answered(std::uint64_t id) { return {Repeats::Answered, id}; }

    Absorber absorber_;
};

TEST_F(AbsorberTest, AbsorbsASynThatIsHeld) {
    hold(1, from_client().syn().seq(100));
    EXPECT_EQ(judge(from_client().syn().seq(100)), held(1));
    EXPECT_EQ(judge(from_client().syn().seq(101)), std::nullopt) << "another connection";
    EXPECT_EQ(judge(FrameBuilder{}.from("10.0.0.11", 40001).to("10.0.0.1", 5000).syn().seq(100)), std::nullopt);
}

TEST_F(AbsorberTest, AbsorbsASynWhoseSynAckIsHeld) {
    pass(from_client().syn().seq(100));
    hold(2, from_server().syn().seq(900).ack(101));
    EXPECT_EQ(judge(from_client().syn().seq(100)), answered(2));
    EXPECT_EQ(judge(from_server().syn().seq(900).ack(101)), held(2));
}

TEST_F(AbsorberTest, AbsorbsASynAckWhoseAckIsHeld) {
    pass(from_server().syn().seq(900).ack(101));
    hold(3, from_client().seq(101).ack(901));
    EXPECT_EQ(judge(from_server().syn().seq(900).ack(101)), answered(3));
}

TEST_F(AbsorberTest, AbsorbsDataHoweverItIsCut) {
    hold(4, from_client().seq(101).ack(901).payload(100));
    hold(5, from_client().seq(201).ack(901).payload(100));
    EXPECT_EQ(judge(from_client().seq(101).ack(901).payload(200)), held(4));
    EXPECT_EQ(judge(from_client().seq(251).ack(901).payload(50)), held(5));
    EXPECT_EQ(judge(from_client().seq(251).ack(901).payload(51)), std::nullopt) << "one byte is new";
}

TEST_F(AbsorberTest, AbsorbsDataOfWhichPartIsHeldAndTheRestAnswered) {
    hold(5, from_client().seq(201).ack(901).payload(100));
    hold(6, from_server().seq(901).ack(201));
    EXPECT_EQ(judge(from_client().seq(101).ack(901).payload(200)), answered(6));
}

TEST_F(AbsorberTest, LetsARepeatThroughThatAcknowledgesMore) {
    hold(4, from_client().seq(101).ack(901).payload(100));
    EXPECT_EQ(judge(from_client().seq(101).ack(950).payload(100)), std::nullopt);
    EXPECT_EQ(judge(from_client().seq(101).ack(950).payload(100)), held(4)) << "the second says nothing new";
}

TEST_F(AbsorberTest, AbsorbsAFinThatIsHeldOrAnswered) {
    hold(7, from_client().fin().seq(301).ack(901));
    EXPECT_EQ(judge(from_client().fin().seq(301).ack(901)), held(7));
    absorber_.release(7);
    hold(8, from_server().seq(901).ack(302));
    EXPECT_EQ(judge(from_client().fin().seq(301).ack(901)), answered(8));
}

TEST_F(AbsorberTest, AbsorbsProbesOfAClosedWindow) {
    hold(9, from_client().seq(300).ack(901));
    EXPECT_EQ(judge(from_client().seq(300).ack(901)), held(9));
    absorber_.release(9);
    hold(10, from_server().seq(901).ack(301).window(0));
    EXPECT_EQ(judge(from_client().seq(300).ack(901)), answered(10));
    EXPECT_EQ(judge(from_client().seq(301).ack(901)), std::nullopt) << "an ordinary acknowledgement";
}

TEST_F(AbsorberTest, LetsWindowUpdatesDuplicateAcksWithSackAndRstThrough) {
    hold(11, from_client().seq(301).ack(901).window(0));
    EXPECT_EQ(judge(from_client().seq(301).ack(901).window(1000)), std::nullopt);
    EXPECT_EQ(judge(from_client().seq(301).ack(901).window(0).sack({{1000, 1100}})), std::nullopt);
    EXPECT_EQ(judge(from_client().rst().seq(301)), std::nullopt);
}

TEST_F(AbsorberTest, KnowsNothingOfWhatHasBeenReleased) {
    hold(1, from_client().syn().seq(100));
    absorber_.release(1);
    EXPECT_EQ(judge(from_client().syn().seq(100)), std::nullopt);
}

TEST_F(AbsorberTest, ComparesAcrossTheWrapAt2To32) {
    hold(1, from_client().seq(0xFFFFFFF0).ack(1).payload(32));
    EXPECT_EQ(judge(from_client().seq(0xFFFFFFF8).ack(1).payload(24)), held(1));
}

}  // namespace
}  // namespace sockstep::labnet
