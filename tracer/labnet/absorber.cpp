// tracer/labnet/absorber.cpp - ranges of sequence numbers that are held or whose answer is.
#include "labnet/absorber.hpp"

#include <algorithm>

namespace sockstep::labnet {

using base::distance;

void Absorber::hold(std::uint64_t id, const decode::TcpSegment& segment) {
    held_.push_back({id, segment.source, segment.destination, segment.seq, segment.ack, segment.sequence_length(),
                     segment.window, segment.flags, segment.options.sack_count});
}

void Absorber::release(std::uint64_t id) {
    held_.erase(std::remove_if(held_.begin(), held_.end(), [id](const Held& held) { return held.id == id; }),
                held_.end());
}

std::optional<Absorbed> Absorber::absorbs(const decode::TcpSegment& segment) {
    const std::optional<Absorbed> verdict = judge(segment);
    remember_acknowledgement(segment);
    return verdict;
}

std::optional<Absorbed> Absorber::judge(const decode::TcpSegment& segment) const {
    if (segment.flags.rst()) {
        return std::nullopt;
    }
    if (segment.sequence_length() == 0) {
        return absorbs_empty(segment);
    }
    if (acknowledges_more(segment)) {
        return std::nullopt;
    }
    // Walks over its sequence numbers: a repeat may be cut otherwise than what it repeats.
    std::optional<Absorbed> reason;
    base::SeqNum at = segment.seq;
    const base::SeqNum end = segment.seq + segment.sequence_length();
    while (distance(at, end) > 0) {
        if (const Held* answer = answer_beyond(at, segment)) {
            reason = reason.value_or(Absorbed{Repeats::Answered, answer->id});
            at = answer->ack;
        } else if (const Held* copy = holder_of(at, segment)) {
            reason = reason.value_or(Absorbed{Repeats::Held, copy->id});
            at = copy->seq + copy->length;
        } else {
            return std::nullopt;
        }
    }
    return reason;
}

/// A pure acknowledgement, or a probe: of a closed window, or of a silent peer. A probe has the sequence number before
/// the next one, which its peer has acknowledged. Source: RFC 9293 section 3.8.4, RFC 1122 section 4.2.2.17
std::optional<Absorbed> Absorber::absorbs_empty(const decode::TcpSegment& segment) const {
    for (const Held& held : held_) {
        if (held.is_of_same_direction(segment) && held.length == 0 && held.flags == segment.flags &&
            held.seq == segment.seq && held.ack == segment.ack && held.window == segment.window &&
            held.sack_count == segment.options.sack_count) {
            return Absorbed{Repeats::Held, held.id};
        }
    }
    const Held* answer = answer_beyond(segment.seq, segment);
    return answer != nullptr && !acknowledges_more(segment) ? std::optional{Absorbed{Repeats::Answered, answer->id}}
                                                            : std::nullopt;
}

/// The held segment of the same direction that has `seq`; a SYN only repeats a SYN, which a reused sequence number is
/// not.
const Absorber::Held* Absorber::holder_of(base::SeqNum seq, const decode::TcpSegment& segment) const {
    for (const Held& held : held_) {
        const std::int32_t into = distance(held.seq, seq);
        if (held.is_of_same_direction(segment) && held.flags.syn() == segment.flags.syn() && into >= 0 &&
            into < static_cast<std::int64_t>(held.length)) {
            return &held;
        }
    }
    return nullptr;
}

/// A held segment of the other direction that acknowledges `seq`.
const Absorber::Held* Absorber::answer_beyond(base::SeqNum seq, const decode::TcpSegment& segment) const {
    for (const Held& held : held_) {
        if (held.is_of_other_direction(segment) && held.flags.ack() && distance(seq, held.ack) > 0) {
            return &held;
        }
    }
    return nullptr;
}

bool Absorber::acknowledges_more(const decode::TcpSegment& segment) const {
    return segment.flags.ack() && std::ranges::any_of(acknowledged_, [&](const Acknowledged& known) {
               return known.source == segment.source && known.destination == segment.destination &&
                      distance(known.ack, segment.ack) > 0;
           });
}

/// A SYN, or a RST, begins the direction anew.
void Absorber::remember_acknowledgement(const decode::TcpSegment& segment) {
    const auto known = std::ranges::find_if(acknowledged_, [&](const Acknowledged& each) {
        return each.source == segment.source && each.destination == segment.destination;
    });
    if (segment.flags.rst() || !segment.flags.ack()) {
        if (known != acknowledged_.end()) {
            acknowledged_.erase(known);
        }
    } else if (known == acknowledged_.end()) {
        acknowledged_.push_back({segment.source, segment.destination, segment.ack});
    } else if (segment.flags.syn() || distance(known->ack, segment.ack) > 0) {
        known->ack = segment.ack;
    }
}

}  // namespace sockstep::labnet
