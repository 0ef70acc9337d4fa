// tests/tcp/sent_queue_test.cpp - the retransmission queue, against a list that is too simple to be wrong.
#include "tcp/sent_queue.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <vector>

namespace sockstep::tcp {
namespace {

/// The segment `id`, which passed after so many milliseconds.
Reference at(std::uint64_t id) {
    return {id, base::Timestamp{std::chrono::milliseconds{id}}};
}

Sent sent(std::int64_t from, std::int64_t to, std::uint64_t id) {
    return {from, to, at(id)};
}

/// Every question is answered by looking at everything.
class NaiveQueue {
public:
    void push(Sent sent) {
        const auto later = std::ranges::find_if(all_, [&](const Sent& other) { return other.from > sent.from; });
        all_.insert(later, sent);
    }
    std::optional<Copies> repeat(std::int64_t from, std::int64_t to, Reference now, Heard heard) {
        std::optional<Copies> copies;
        for (Sent& sent : all_) {
            if (sent.from < to && sent.to > from) {
                const Copies these = send_again(sent, now, heard);
                copies = copies.value_or(these);
            }
        }
        const std::size_t known = std::min(acknowledged_.size(), SentQueue::most_acknowledged);
        for (auto sent = acknowledged_.end() - static_cast<std::ptrdiff_t>(known);
             !copies && sent != acknowledged_.end(); ++sent) {
            if (sent->from < to && sent->to > from) {
                copies = send_again(*sent, now, heard);
            }
        }
        return copies;
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
        const auto waiting =
            std::stable_partition(all_.begin(), all_.end(), [ack](const Sent& sent) { return sent.to <= ack; });
        acknowledged_.insert(acknowledged_.end(), all_.begin(), waiting);
        all_.erase(all_.begin(), waiting);
        return result;
    }

private:
    struct Sending {
        Reference segment;
        bool unasked = false;
    };

    static Copies copies_of(const std::vector<Sending>& sendings, Reference now, Heard heard) {
        const Sending& latest = sendings.back();
        Copies copies{sendings.front().segment, latest.segment, std::nullopt};
        if (latest.unasked) {
            copies.interval = latest.segment.time - sendings[sendings.size() - 2].segment.time;
        }
        const bool in_time = now.time - latest.segment.time >= SentQueue::shortest_timer;
        copies.unasked = in_time && (heard.long_ago || heard.segment < latest.segment.segment);
        return copies;
    }

    Copies send_again(Sent& sent, Reference now, Heard heard) {
        auto& sendings = sendings_.try_emplace(sent.segment.segment, 1, Sending{sent.segment}).first->second;
        const Copies copies = copies_of(sendings, now, heard);
        sendings.push_back({now, copies.unasked});
        sent.repeated = true;
        return copies;
    }

    std::vector<Sent> all_;
    std::vector<Sent> acknowledged_;
    std::map<std::uint64_t, std::vector<Sending>> sendings_;  // of each segment that was sent again
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
    EXPECT_EQ(queue.repeat(5, 30, at(3), {})->first.segment, 1U);
    EXPECT_EQ(queue.repeat(30, 40, at(4), {}), std::nullopt);
    EXPECT_TRUE(queue.acknowledge(11)->repeated);
    EXPECT_EQ(queue.repeat(1, 11, at(5), {})->latest.segment, 3U);  // its acknowledgement may have been lost
}

TEST(SentQueue, KnowsHowFarApartTheCopiesWere) {
    using std::chrono_literals::operator""ms;
    SentQueue queue;
    queue.push(sent(1, 11, 1));
    EXPECT_EQ(queue.repeat(1, 11, at(201), {}), (Copies{at(1), at(1), std::nullopt, true}));
    EXPECT_EQ(queue.repeat(1, 11, at(601), {}), (Copies{at(1), at(201), 200ms, true}));
    EXPECT_EQ(queue.repeat(1, 11, at(1401), {}), (Copies{at(1), at(601), 400ms, true}));
}

TEST(SentQueue, KnowsWhetherACopyWasAskedFor) {
    using std::chrono_literals::operator""ms;
    SentQueue queue;
    queue.push(sent(1, 11, 1));
    EXPECT_FALSE(queue.repeat(1, 11, at(10), {})->unasked);  // so soon, it may be the network's
    EXPECT_FALSE(queue.repeat(1, 11, at(201), {.segment = 200})->unasked);
    EXPECT_EQ(queue.repeat(1, 11, at(401), {.segment = 200}), (Copies{at(1), at(201), std::nullopt, true}));
    EXPECT_EQ(queue.repeat(1, 11, at(801), {.segment = 402, .long_ago = true}), (Copies{at(1), at(401), 200ms, true}));
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
                    const Reference now = at(++id);
                    const Heard heard{random() % (id + 1), random() % 2 == 0};
                    ASSERT_EQ(queue.repeat(from, from + length, now, heard),
                              naive.repeat(from, from + length, now, heard));
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
    EXPECT_EQ(queue.repeat(0, 10, {}, {}), std::nullopt);
    EXPECT_EQ(queue.repeat(many - 10, many, {}, {})->first.segment, static_cast<std::uint64_t>(many - 10));
    EXPECT_EQ(queue.acknowledge(many)->latest.segment, static_cast<std::uint64_t>(many - 1));
}

}  // namespace
}  // namespace sockstep::tcp
