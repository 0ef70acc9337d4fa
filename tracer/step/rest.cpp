// tracer/step/rest.cpp - sequence numbers sent, arrived and acknowledged, by direction.
#include "step/rest.hpp"

#include <algorithm>
#include <chrono>

namespace sockstep::step {

namespace {

constexpr std::chrono::milliseconds longest_delay_of_ack{200};

/// The further one of two; the first may be unknown.
void advance(std::optional<base::SeqNum>& known, base::SeqNum now) {
    if (!known || base::distance(*known, now) > 0) {
        known = now;
    }
}

}  // namespace

void Rest::entered(const decode::TcpSegment& segment) {
    if (segment.flags.rst()) {  // whoever sends it has no connection, or none any more
        flow(segment.destination, segment.source).to_answer.reset();
        return;
    }
    if (segment.flags.syn() && !segment.flags.ack()) {
        const bool is_repeat = flow(segment.source, segment.destination).sent == segment.seq + 1;
        if (!is_repeat) {
            forget(segment);
        }
    }
    const std::uint32_t length = segment.sequence_length();
    if (length > 0) {
        advance(flow(segment.source, segment.destination).sent, segment.seq + length);
    }
    Flow& answered = flow(segment.destination, segment.source);
    const bool is_answer = answered.to_answer && segment.flags.ack() &&
                           (length == 0 || base::distance(*answered.to_answer, segment.ack) >= 0);
    if (is_answer) {
        answered.to_answer.reset();
    }
}

void Rest::arrived(const decode::TcpSegment& segment, base::Timestamp time) {
    if (segment.flags.rst()) {
        forget(segment);
        return;
    }
    if (segment.sequence_length() > 0) {
        Flow& carried = flow(segment.source, segment.destination);
        advance(carried.to_answer, segment.seq + segment.sequence_length());
        carried.arrived = time;
    }
    if (segment.flags.ack()) {
        advance(flow(segment.destination, segment.source).acked, segment.ack);
    }
}

bool Rest::owes_answer(base::Timestamp now) const {
    return std::ranges::any_of(
        flows_, [now](const Flow& flow) { return flow.to_answer && now - flow.arrived < longest_delay_of_ack; });
}

bool Rest::has_unacknowledged() const {
    return std::ranges::any_of(flows_, [](const Flow& flow) {
        return flow.sent && (!flow.acked || base::distance(*flow.acked, *flow.sent) > 0);
    });
}

Rest::Flow& Rest::flow(const base::Endpoint& source, const base::Endpoint& destination) {
    const auto found = std::ranges::find_if(
        flows_, [&](const Flow& flow) { return flow.source == source && flow.destination == destination; });
    return found != flows_.end() ? *found : flows_.emplace_back(Flow{source, destination, {}, {}, {}, {}});
}

void Rest::forget(const decode::TcpSegment& segment) {
    std::erase_if(flows_, [&](const Flow& flow) {
        return (flow.source == segment.source && flow.destination == segment.destination) ||
               (flow.source == segment.destination && flow.destination == segment.source);
    });
}

}  // namespace sockstep::step
