// tests/app/demo_order_test.cpp - lines and frames in order of time, and the end of connections.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "app/demo_chronicle.hpp"
#include "app/demo_closings.hpp"

namespace sockstep::app {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

base::Timestamp at(std::chrono::milliseconds time) {
    return base::Timestamp{time};
}

record::Frame frame_at(std::chrono::milliseconds time, std::uint64_t number) {
    record::Frame frame;
    frame.time = at(time);
    frame.number = number;
    return frame;
}

class ChronicleTest : public ::testing::Test {
protected:
    std::vector<std::string> told_;
    DemoEvents events_{
        .frame = [this](const record::Frame& frame) { told_.push_back(fmt::format("#{}", frame.number)); },
        .line = [this](base::Timestamp, std::string_view program, std::string_view text,
                       bool typed) { told_.push_back(fmt::format("{} {} {}", program, typed ? "<" : ">", text)); },
        .notice = {},
    };
    Chronicle chronicle_{events_};
};

TEST_F(ChronicleTest, HoldsALineBackUntilALaterFrame) {
    chronicle_.printed(at(5ms), Actor::Bob, "hello\n");
    chronicle_.frame(frame_at(4ms, 1));  // happened before, though it is told after
    EXPECT_THAT(told_, ElementsAre("#1"));
    chronicle_.frame(frame_at(6ms, 2));
    EXPECT_THAT(told_, ElementsAre("#1", "Bob > hello", "#2"));
}

TEST_F(ChronicleTest, PutsAQuestionBeforeItsAnswer) {
    chronicle_.printed(at(1ms), Actor::Bob, "Welcome\r\nName: ");
    chronicle_.typed(at(2ms), Actor::Bob, "Bob");
    chronicle_.frame(frame_at(3ms, 1));
    EXPECT_THAT(told_, ElementsAre("Bob > Welcome", "Bob > Name: ", "Bob < Bob", "#1"));
}

TEST_F(ChronicleTest, JoinsALineThatCameInPieces) {
    chronicle_.printed(at(1ms), Actor::Bob, "hel");
    chronicle_.printed(at(2ms), Actor::Alice, "other\n");
    chronicle_.printed(at(3ms), Actor::Bob, "lo\n");
    chronicle_.finish(at(4ms));
    EXPECT_THAT(told_, ElementsAre("Alice > other", "Bob > hello"));
}

TEST_F(ChronicleTest, TellsWhatIsLeftAtTheEnd) {
    chronicle_.printed(at(1ms), Actor::Server, "unfinished");
    EXPECT_THAT(told_, IsEmpty());
    chronicle_.finish(at(2ms));
    EXPECT_THAT(told_, ElementsAre("server > unfinished"));
}

constexpr std::uint16_t server_port = 5000;
constexpr std::uint8_t fin_ack = 0x11;
constexpr std::uint8_t only_ack = 0x10;
constexpr std::uint8_t reset = 0x04;

decode::TcpSegment segment(std::uint16_t from, std::uint16_t to, std::uint8_t flags, std::uint32_t seq,
                           std::uint32_t ack) {
    decode::TcpSegment segment;
    segment.source.port = from;
    segment.destination.port = to;
    segment.flags.bits = flags;
    segment.seq = base::SeqNum{seq};
    segment.ack = base::SeqNum{ack};
    return segment;
}

TEST(Closings, NeedBothFinsAcknowledged) {
    Closings closings{server_port};
    closings.add(segment(server_port, 1000, fin_ack, 70, 30));
    closings.add(segment(1000, server_port, fin_ack, 30, 71));
    EXPECT_EQ(closings.closed(), 0U) << "the last ACK is missing";
    closings.add(segment(server_port, 1000, only_ack, 71, 31));
    EXPECT_EQ(closings.closed(), 1U);
}

TEST(Closings, CountAFinWithItsData) {
    Closings closings{server_port};
    decode::TcpSegment last_words = segment(server_port, 1000, fin_ack, 70, 30);
    last_words.payload_length = 9;
    closings.add(last_words);
    closings.add(segment(1000, server_port, fin_ack, 30, 79));
    closings.add(segment(server_port, 1000, only_ack, 80, 31));
    EXPECT_EQ(closings.closed(), 0U) << "the data are acknowledged, the FIN is not";
    closings.add(segment(1000, server_port, only_ack, 31, 80));
    EXPECT_EQ(closings.closed(), 1U);
}

TEST(Closings, TellConnectionsApartAndTakeAReset) {
    Closings closings{server_port};
    closings.add(segment(1000, server_port, only_ack, 1, 1));
    closings.add(segment(2000, server_port, reset, 1, 1));
    EXPECT_EQ(closings.closed(), 1U);
}

}  // namespace
}  // namespace sockstep::app
