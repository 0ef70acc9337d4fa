// tracer/tcp/sent_queue.cpp - pushing, repeating and acknowledging.
#include "tcp/sent_queue.hpp"

#include <algorithm>
#include <iterator>

namespace sockstep::tcp {

void SentQueue::push(Sent sent) {
    if (sent_.size() - head_ >= most_segments) {
        head_ += most_segments / 2;
    }
    if (sent_.size() == sent_.capacity() && head_ > 0) {
        sent_.erase(sent_.begin(), sent_.begin() + static_cast<std::ptrdiff_t>(head_));
        head_ = 0;
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

std::optional<Reference> SentQueue::repeat(std::int64_t from, std::int64_t to) {
    std::optional<Reference> first;
    for (std::size_t i = head_; i < sent_.size() && sent_[i].from < to; ++i) {
        if (sent_[i].to > from) {
            sent_[i].repeated = true;
            first = first ? first : sent_[i].segment;
        }
    }
    return first;
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
    if (head_ == sent_.size()) {
        sent_.clear();
        head_ = 0;
    }
    return result;
}

}  // namespace sockstep::tcp
