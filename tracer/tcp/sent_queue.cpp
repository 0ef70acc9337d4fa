// tracer/tcp/sent_queue.cpp - pushing, repeating and acknowledging.
#include "tcp/sent_queue.hpp"

#include <algorithm>
#include <iterator>

namespace sockstep::tcp {

void SentQueue::push(Sent sent) {
    if (sent_.size() - head_ >= most_segments) {
        head_ += most_segments / 2;
    }
    if (sent_.size() == sent_.capacity() && head_ > most_acknowledged && head_ >= sent_.size() / 2) {
        const auto forgotten = static_cast<std::ptrdiff_t>(head_ - most_acknowledged);
        sent_.erase(sent_.begin(), sent_.begin() + forgotten);
        head_ = most_acknowledged;
    }
    if (sent_.size() == head_ || sent_.back().from <= sent.from) {
        sent_.push_back(sent);
        return;
    }
    const auto waiting = sent_.begin() + static_cast<std::ptrdiff_t>(head_);
    const auto place = std::upper_bound(waiting, sent_.end(), sent.from,
                                        [](std::int64_t from, const Sent& other) { return from < other.from; });
    sent_.insert(place, sent);
}

std::optional<Copies> SentQueue::repeat(std::int64_t from, std::int64_t to, Reference now, Heard heard) {
    std::optional<Copies> copies;
    for (std::size_t i = head_; i < sent_.size() && sent_[i].from < to; ++i) {
        if (sent_[i].to > from) {
            repeat_one(sent_[i], now, heard, copies);
        }
    }
    const std::size_t oldest = head_ > most_acknowledged ? head_ - most_acknowledged : 0;
    for (std::size_t i = oldest; !copies && i < head_; ++i) {
        if (sent_[i].from < to && sent_[i].to > from) {
            repeat_one(sent_[i], now, heard, copies);
        }
    }
    return copies;
}

void SentQueue::repeat_one(Sent& sent, Reference now, Heard heard, std::optional<Copies>& copies) {
    const Reference latest = sent.repeated ? sent.latest : sent.segment;
    const base::Duration since = now.time - latest.time;
    const bool unasked = since >= shortest_timer && (heard.segment < latest.segment || heard.long_ago);
    if (!copies) {
        const bool in_a_row = sent.repeated && sent.interval.count() > 0;
        copies = {sent.segment, latest, in_a_row ? std::optional{sent.interval} : std::nullopt, unasked};
    }
    sent.repeated = true;
    sent.latest = now;
    sent.interval = unasked ? since : base::Duration{};
}

std::optional<SentQueue::Acknowledged> SentQueue::acknowledge(std::int64_t ack) {
    std::optional<Acknowledged> result;
    std::int64_t end = ack;
    for (; head_ < sent_.size() && sent_[head_].to <= ack; ++head_) {
        const Sent& sent = sent_[head_];
        end = sent.to;
        if (!result) {
            result = Acknowledged{sent.segment, sent.repeated};
            continue;
        }
        if (sent.segment.time >= result->latest.time) {
            result->latest = sent.segment;
        }
        result->repeated = result->repeated || sent.repeated;
    }
    if (result) {
        result->to_the_end = end == ack || (head_ < sent_.size() && sent_[head_].from < ack);
    }
    return result;
}

}  // namespace sockstep::tcp
