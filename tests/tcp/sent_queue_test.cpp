// tests/tcp/sent_queue_test.cpp - the retransmission queue, against a list that is too simple to be wrong.
#include "tcp/sent_queue.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <vector>

namespace sockstep::tcp {
namespace {

Sent sent(std::int64_t from, std::int64_t to, std::uint64_t id) {
    return {from, to, {id, base::Timestamp{std::chrono::milliseconds{id}}}};
}

/// Every question is answered by looking at everything.
class NaiveQueue {
public:
    void push(Sent sent) {
        const auto later = std::ranges::find_if(all_, [&](const Sent& other) { return other.from > sent.from; });
        all_.insert(later, sent);
    }
    std::optional<Reference> repeat(std::int64_t from, std::int64_t to) {
        std::optional<Reference> first;
        for (Sent& sent : all_) {
            if (sent.from < to && sent.to > from) {
                sent.repeated = true;
                first = first ? first : sent.segment;
            }
        }
        return first;
    }
    std::optional<SentQueue::Acknowledged> acknowledge(std::int64_t ack) {
        std::optional<SentQueue::Acknowledged> result;
        for (const Sent& sent : all_) {
            if (sent.to > ack) {
                continue;
            }
            const bool repeated = sent.repeated || (result && result->repeated);
            const bool later = !result || sent.segment.time >= result->latest.time;
            result = SentQueue::Acknowledged{later ? sent.segment : result->latest, repeated};
        }
        std::erase_if(all_, [ack](const Sent& sent) { return sent.to <= ack; });
        return result;
    }

private:
    std::vector<Sent> all_;
};

TEST(SentQueue, NamesTheLastSegmentThatIsAcknowledged) {
    SentQueue queue;
    queue.push(sent(1, 11, 1));
    queue.push(sent(11, 21, 2));
    queue.push(sent(21, 31, 3));
    EXPECT_FALSE(queue.acknowledge(5));
    const auto acknowledged = queue.acknowledge(21);
    ASSERT_TRUE(acknowledged);
    EXPECT_EQ(acknowledged->latest.segment, 2U);
    EXPECT_FALSE(acknowledged->repeated);
    EXPECT_EQ(queue.acknowledge(31)->latest.segment, 3U);
    EXPECT_FALSE(queue.acknowledge(1000));
}

TEST(SentQueue, KnowsWhatWasSentTwice) {
    SentQueue queue;
    queue.push(sent(1, 11, 1));
    queue.push(sent(11, 21, 2));
    EXPECT_EQ(queue.repeat(5, 30)->segment, 1U);
    EXPECT_EQ(queue.repeat(30, 40), std::nullopt);
    EXPECT_TRUE(queue.acknowledge(11)->repeated);
    EXPECT_EQ(queue.repeat(1, 11), std::nullopt);
}

TEST(SentQueue, AgreesWithANaiveOneForSegmentsThatDoNotOverlap) {
    std::mt19937 random{77};
    for (int round = 0; round < 200; ++round) {
        SentQueue queue;
        NaiveQueue naive;
        std::int64_t next = 1;
        std::uint64_t id = 0;
        std::vector<Sent> held_back;  // passes later than what follows it
        for (int step = 0; step < 300; ++step) {
            const auto length = static_cast<std::int64_t>(1 + random() % 20);
            switch (random() % 6) {
                case 0:
                    held_back.push_back(sent(next, next + length, 0));
                    next += length;
                    break;
                case 1:
                    if (!held_back.empty()) {
                        Sent late = held_back.back();
                        held_back.pop_back();
                        late.segment = sent(0, 0, ++id).segment;
                        queue.push(late);
                        naive.push(late);
                    }
                    break;
                case 2: {
                    const auto from = static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(next + 5));
                    ASSERT_EQ(queue.repeat(from, from + length), naive.repeat(from, from + length));
                    break;
                }
                case 3: {
                    const std::int64_t hole = held_back.empty() ? next : held_back.front().from;
                    const std::int64_t ack = std::max<std::int64_t>(1, hole - static_cast<std::int64_t>(random() % 50));
                    const auto ours = queue.acknowledge(ack);
                    const auto theirs = naive.acknowledge(ack);
                    ASSERT_EQ(ours.has_value(), theirs.has_value());
                    if (ours) {
                        ASSERT_EQ(ours->latest, theirs->latest);
                        ASSERT_EQ(ours->repeated, theirs->repeated);
                    }
                    break;
                }
                default:
                    queue.push(sent(next, next + length, ++id));
                    naive.push(sent(next, next + length, id));
                    next += length;
            }
        }
    }
}

TEST(SentQueue, ForgetsTheOldestWhereNothingIsEverAcknowledged) {
    SentQueue queue;
    constexpr auto many = static_cast<std::int64_t>(SentQueue::most_segments) * 3;
    for (std::int64_t i = 0; i < many; ++i) {
        queue.push(sent(i, i + 1, static_cast<std::uint64_t>(i)));
    }
    EXPECT_EQ(queue.repeat(0, 10), std::nullopt);
    EXPECT_EQ(queue.repeat(many - 10, many)->segment, static_cast<std::uint64_t>(many - 10));
    EXPECT_EQ(queue.acknowledge(many)->latest.segment, static_cast<std::uint64_t>(many - 1));
}

}  // namespace
}  // namespace sockstep::tcp
