// tracer/correlate/travel.cpp - RFC 9293 figure 5, each end by itself.
#include "correlate/travel.hpp"

namespace sockstep::correlate {

namespace {

using tcp::State;

State after_acknowledgement(State state, const tcp::Segment& facts) {
    if (state == State::SynReceived && facts.ack >= 1) {
        state = State::Established;
    }
    if (!facts.acknowledges_fin) {
        return state;
    }
    switch (state) {
        case State::FinWait1:
            return State::FinWait2;
        case State::Closing:
            return State::TimeWait;
        case State::LastAck:
            return State::Closed;
        default:
            return state;
    }
}

State after_fin(State state) {
    switch (state) {
        case State::SynReceived:
        case State::Established:
            return State::CloseWait;
        case State::FinWait1:
            return State::Closing;
        case State::FinWait2:
            return State::TimeWait;
        default:
            return state;
    }
}

}  // namespace

State after_sending(State state, const Segment& segment, bool has_said_more) {
    const decode::TcpFlags flags = segment.packet.flags;
    const bool is_new = state == State::Unknown || state == State::Closed || state == State::Listen;
    if (flags.rst()) {
        return State::Closed;
    }
    if (flags.syn()) {
        if (flags.ack()) {
            const bool took_no_ack = state == State::Established && !has_said_more;
            return is_new || state == State::SynSent || took_no_ack ? State::SynReceived : state;
        }
        return is_new ? State::SynSent : state;
    }
    if (flags.fin()) {
        if (state == State::SynReceived || state == State::Established) {
            return State::FinWait1;
        }
        return state == State::CloseWait ? State::LastAck : state;
    }
    return state;
}

State Arriving::take(State state, const Segment& segment) {
    const decode::TcpFlags flags = segment.packet.flags;
    const tcp::Segment& facts = segment.facts;
    if (flags.rst()) {
        return facts.rst_is_taken ? State::Closed : state;
    }
    if (flags.syn()) {
        if (state != State::SynSent) {
            return flags.ack() ? after_acknowledgement(state, facts) : state;
        }
        return flags.ack() ? State::Established : State::SynReceived;
    }
    if (flags.ack()) {
        state = after_acknowledgement(state, facts);
    }
    const std::int64_t first = facts.seq - 1;  // the SYN takes the number before stream byte 0
    const std::int64_t end = first + static_cast<std::int64_t>(facts.length);
    if (end > first) {
        bytes_.add({first, end});
    }
    if (flags.fin()) {
        fin_ = end;
    }
    if (fin_ && !fin_taken_ && bytes_.end_of_run(0) >= *fin_) {
        fin_taken_ = true;
        state = after_fin(state);
    }
    return state;
}

bool is_lost(const Timeline& timeline, const Segment& segment) {
    const auto way = way_of(timeline, segment);
    return way &&
           (way->fate == WayEnd::Dropped || way->fate == WayEnd::Corrupted || left(timeline, segment) != Left::No);
}

Left left(const Timeline& timeline, const Segment& segment) {
    Left left = Left::No;
    for (const std::size_t index : segment.passages) {
        const Passage& passage = timeline.passages[index];
        if (passage.what.fate != record::Fate::Delivered || passage.what.corrupted) {
            continue;
        }
        if (passage.left == Left::No) {
            return Left::No;
        }
        left = passage.left;
    }
    return left;
}

std::optional<Way> way_of(const Timeline& timeline, const Segment& segment) {
    if (!timeline.has_wire) {
        return std::nullopt;
    }
    Way way;
    for (const std::size_t index : segment.passages) {
        const record::Passage& passage = timeline.passages[index].what;
        if (passage.fate == record::Fate::Delivered) {
            ++way.copies;
        } else if (way.copies == 0) {
            const bool dropped = passage.fate == record::Fate::Dropped;
            way.fate = dropped ? WayEnd::Dropped : WayEnd::Held;
            way.why = dropped ? passage.why : record::DropReason::None;
        }
    }
    if (way.copies > 0) {
        way = {segment.arrived ? WayEnd::Delivered : WayEnd::Corrupted, record::DropReason::None, way.copies};
    }
    return way;
}

}  // namespace sockstep::correlate
