// tests/tcp/tracker_test.cpp - many connections: numbered, kept apart, and folded away when they are over.
#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

#include "tcp/conversation.hpp"
#include "tcp/random_traffic.hpp"

namespace sockstep::tcp {
namespace {

using namespace std::chrono_literals;

base::Timestamp at(base::Duration duration) {
    return base::Timestamp{duration};
}

decode::TcpSegment segment(std::uint32_t connection, std::uint8_t flags, std::uint32_t seq = 0) {
    decode::TcpSegment segment;
    segment.source = decode::endpoint("10.0.0.1", static_cast<std::uint16_t>(connection));
    segment.source.address.octets[1] = static_cast<std::uint8_t>(connection >> 16U);
    segment.destination = decode::endpoint("10.0.0.2", 80);
    segment.flags.bits = flags;
    segment.seq = base::SeqNum{seq};
    segment.window = 1000;
    return segment;
}

constexpr std::uint8_t syn = 0x02;
constexpr std::uint8_t rst = 0x04;
constexpr std::uint8_t ack = 0x10;

/// What was folded, in that order.
struct Folds {
    std::vector<std::uint64_t> ids;

    Tracker::Fold note() {
        return [this](const Connection& connection) { ids.push_back(connection.id); };
    }
};

using Ids = std::vector<std::uint64_t>;

TEST(Tracker, NumbersConnectionsByTheirFirstSegments) {
    Tracker tracker{[](const Connection&) {}};
    EXPECT_EQ(tracker.add(segment(7, syn), 1, at(0s)).connection.id, 1U);
    EXPECT_EQ(tracker.add(segment(5, syn), 2, at(0s)).connection.id, 2U);
    EXPECT_EQ(tracker.add(segment(7, ack, 1), 4, at(0s)).connection.id, 1U);
    const Tracker::Result third = tracker.add(segment(6, syn), 9, at(0s));
    EXPECT_EQ(third.connection.id, 3U);
    EXPECT_EQ(third.segment.id, 4U);
    EXPECT_EQ(third.segment.frame, 9U);
    EXPECT_EQ(third.segment.connection, 3U);
    EXPECT_EQ(tracker.connections(), 3U);
    EXPECT_EQ(tracker.segments(), 4U);
}

TEST(Tracker, FoldsWhatIsLeftInTheOrderOfIds) {
    Folds folds;
    Tracker tracker{folds.note()};
    for (std::uint32_t i = 1; i <= 50; ++i) {
        tracker.add(segment(5000 - i * 7, syn), i, at(0s));
    }
    EXPECT_TRUE(folds.ids.empty());
    tracker.finish();
    ASSERT_EQ(folds.ids.size(), 50U);
    EXPECT_TRUE(std::ranges::is_sorted(folds.ids));
    tracker.finish();
    EXPECT_EQ(folds.ids.size(), 50U);
}

TEST(Tracker, FoldsTheFirstThatEndedWhereTooManyHave) {
    Folds folds;
    Tracker tracker{folds.note(), Detail::Segments, 0, {.time = 24h, .most_ended = 2}};
    for (std::uint32_t i = 1; i <= 5; ++i) {
        tracker.add(segment(i, syn), i, at(0s));
    }
    for (const std::uint32_t i : {3U, 1U, 2U, 5U}) {
        tracker.add(segment(i, rst, 1), i, at(1s));
    }
    tracker.add(segment(4, ack, 1), 20, at(2s));
    EXPECT_EQ(folds.ids, (Ids{3, 1}));
    tracker.finish();
    EXPECT_EQ(folds.ids, (Ids{3, 1, 2, 4, 5}));
}

TEST(Tracker, FoldsWhatEndedLongAgoWhenAnotherEnds) {
    Folds folds;
    Tracker tracker{folds.note(), Detail::Segments, 0, {.time = 2min, .most_ended = 100}};
    for (std::uint32_t i = 1; i <= 3; ++i) {
        tracker.add(segment(i, syn), i, at(0s));
    }
    tracker.add(segment(1, rst, 1), 4, at(10s));
    tracker.add(segment(2, rst, 1), 5, at(100s));
    tracker.add(segment(3, ack, 1), 6, at(129s));
    EXPECT_TRUE(folds.ids.empty());
    tracker.add(segment(3, rst, 1), 7, at(131s));
    tracker.add(segment(4, syn), 8, at(131s));
    EXPECT_EQ(folds.ids, (Ids{1}));
}

TEST(Tracker, KeepsALateRepeatWithItsConnection) {
    Tracker tracker{[](const Connection&) {}};
    tracker.add(segment(1, syn), 1, at(0s));
    tracker.add(segment(1, rst, 1), 2, at(1s));
    EXPECT_EQ(tracker.add(segment(1, ack, 1), 3, at(60s)).connection.id, 1U);
}

TEST(Tracker, KeepsTheResultGoodWhateverIsFolded) {
    Folds folds;
    Tracker tracker{folds.note(), Detail::Segments, 0, {.time = 0s, .most_ended = 0}};
    tracker.add(segment(1, syn), 1, at(0s));
    const Tracker::Result last = tracker.add(segment(1, rst, 1), 2, at(1s));
    EXPECT_EQ(last.connection.closed(), Closed::Rst);
    tracker.add(segment(2, syn), 3, at(2s));
    EXPECT_EQ(folds.ids, (Ids{1}));
}

TEST(Tracker, DoesNotFoldWhatCameBackToLife) {
    Folds folds;
    Tracker tracker{folds.note(), Detail::Segments, 0, {.time = 1min, .most_ended = 100}};
    const auto refuse = [&](base::Duration when) {
        decode::TcpSegment refusal = segment(1, 0x14);
        std::swap(refusal.source, refusal.destination);
        refusal.ack = base::SeqNum{1};
        return tracker.add(refusal, 1, at(when)).connection.closed();
    };
    tracker.add(segment(1, syn), 1, at(0s));
    EXPECT_EQ(refuse(1s), Closed::Rst);
    EXPECT_EQ(tracker.add(segment(1, syn), 1, at(50s)).connection.client.state, State::SynSent);
    tracker.add(segment(2, syn), 1, at(99s));
    tracker.add(segment(2, rst, 1), 1, at(100s));
    tracker.add(segment(3, syn), 1, at(100s));
    EXPECT_TRUE(folds.ids.empty());
    EXPECT_EQ(refuse(101s), Closed::Rst);  // ends again, longer than its time after its first end
    EXPECT_EQ(tracker.connections(), 3U);
    tracker.finish();
    EXPECT_EQ(folds.ids, (Ids{1, 2, 3}));
}

TEST(Tracker, GrowsOnlyWithWhatIsOpen) {
    std::uint64_t folded = 0;
    Tracker tracker{[&](const Connection&) { ++folded; }, Detail::Connections, 0, {.time = 24h, .most_ended = 1000}};
    constexpr std::uint32_t many = 200'000;
    for (std::uint32_t i = 0; i < many; ++i) {
        tracker.add(segment(i, syn), 2 * i + 1, at(i * 1ms));
        tracker.add(segment(i, rst, 1), 2 * i + 2, at(i * 1ms));
        ASSERT_GE(folded + 1002, i);
    }
    EXPECT_EQ(tracker.connections(), many);
    EXPECT_GE(folded, many - 1001);
    tracker.finish();
    EXPECT_EQ(folded, many);
}

TEST(Tracker, KeepsInterleavedConnectionsApart) {
    Tracker tracker{[](const Connection&) {}};
    for (std::uint32_t i = 0; i < 100; ++i) {
        tracker.add(segment(i, syn, i * 1000), i, at(0s));
    }
    for (std::uint32_t round = 0; round < 10; ++round) {
        const auto from = static_cast<std::int64_t>(std::uint64_t{round} * 10);
        for (std::uint32_t i = 0; i < 100; ++i) {
            decode::TcpSegment data = segment(i, ack, i * 1000 + 1 + round * 10);
            data.payload_length = 10;
            data.payload = random_payload(10);
            const Tracker::Result result = tracker.add(data, 1, at(1s));
            ASSERT_EQ(result.connection.id, i + 1);
            ASSERT_EQ(result.segment.bytes, (StreamRange{from, from + 10}));
            ASSERT_TRUE(result.segment.notes.empty());
        }
    }
}

TEST(Tracker, FoldsAConnectionWhosePortsAreUsedAgainOnce) {
    Folds folds;
    Tracker tracker{folds.note()};
    for (std::uint32_t i = 0; i < 5; ++i) {
        const Tracker::Result result = tracker.add(segment(1, syn, i * 1000), i, at(1s));
        EXPECT_EQ(result.segment.notes.has(Note::PortReused), i > 0);
    }
    tracker.finish();
    EXPECT_EQ(folds.ids, (Ids{1, 2, 3, 4, 5}));
}

/// Everything that a report says of a connection.
std::string text_of(const Connection& connection) {
    std::string text = std::to_string(connection.id);
    const auto add = [&text](const auto& value) { text += " " + std::to_string(value); };
    for (const End* end : {&connection.client, &connection.server}) {
        text += " " + to_string(end->endpoint) + " " + std::string{name(end->state)};
        add(end->segments);
        add(end->bytes);
        add(end->retransmissions);
        add(end->fin_frame);
        add(static_cast<int>(end->proposal.has_value()));
    }
    text += " " + std::string{name(connection.known_by)} + " " + std::string{name(connection.handshake())} + " " +
            std::string{name(connection.closed())};
    add(connection.syn_frame);
    add(connection.syn_ack_frame);
    add(connection.ack_frame);
    add(connection.rst_frame);
    add(static_cast<int>(connection.rst_from));
    add(static_cast<int>(connection.is_over()));
    add(static_cast<int>(connection.crossing_syns));
    add(connection.first_frame);
    add(connection.last_frame);
    add(connection.last_time.time_since_epoch().count());
    add(connection.handshake_rtt.value_or(base::Duration{-1}).count());
    return text;
}

/// What a tracker makes of `traffic`: the notes and states of every segment, then the reports, each on a line.
std::vector<std::string> story_of(const Traffic& traffic, Detail detail, std::uint64_t seed, Retention retention) {
    std::vector<std::string> story;
    Tracker tracker{[&](const Connection& connection) { story.push_back("fold " + text_of(connection)); }, detail, seed,
                    retention};
    std::uint64_t frame = 0;
    for (const Captured& captured : traffic) {
        const Tracker::Result result = tracker.add(captured.packet, ++frame, captured.time);
        story.push_back(std::to_string(result.segment.connection) + " " + tcp::text_of(result.segment.notes) + " " +
                        tcp::text_of(result.segment.before) + " " + tcp::text_of(result.segment.after) + " " +
                        std::to_string(result.segment.new_bytes));
    }
    tracker.finish();
    return story;
}

class RandomStory : public testing::TestWithParam<std::uint32_t> {
protected:
    Traffic traffic() const {
        RandomTraffic random{GetParam()};
        return GetParam() % 3 == 0 ? random.arbitrary(4000) : random.plausible(1 + GetParam() % 40, 4000);
    }
    Retention retention() const {
        return GetParam() % 2 == 0 ? Retention{} : Retention{.time = 1s, .most_ended = GetParam() % 5};
    }
};

TEST_P(RandomStory, IsTheSameWithLessDetail) {
    const Traffic seen = traffic();
    EXPECT_EQ(story_of(seen, Detail::Segments, 0, retention()), story_of(seen, Detail::Connections, 0, retention()));
}

TEST_P(RandomStory, IsTheSameWithAnotherHashSeed) {
    const Traffic seen = traffic();
    EXPECT_EQ(story_of(seen, Detail::Segments, 1, retention()),
              story_of(seen, Detail::Segments, 0x123456789ABCDEF, retention()));
}

TEST_P(RandomStory, FoldsEveryConnectionOnce) {
    std::map<std::uint64_t, int> folds;
    std::uint64_t segments = 0;
    Tracker tracker{[&](const Connection& connection) {
                        ++folds[connection.id];
                        segments += connection.client.segments + connection.server.segments;
                    },
                    Detail::Segments, 7, retention()};
    const Traffic seen = traffic();
    for (const Captured& captured : seen) {
        tracker.add(captured.packet, 1, captured.time);
    }
    tracker.finish();
    EXPECT_EQ(folds.size(), tracker.connections());
    EXPECT_TRUE(std::ranges::all_of(folds, [](const auto& fold) { return fold.second == 1; }));
    EXPECT_EQ(segments, seen.size());
}

INSTANTIATE_TEST_SUITE_P(Seeds, RandomStory, testing::Range(1U, 31U));

}  // namespace
}  // namespace sockstep::tcp
