// tracer/correlate/resending.cpp - why a sender sends again before a timer runs out: what has told it of the loss.
#include <algorithm>
#include <chrono>

#include "correlate/joins.hpp"

namespace sockstep::correlate {

namespace {

constexpr std::uint32_t enough_duplicates = 3;    // RFC 5681 section 3.2
constexpr std::chrono::milliseconds at_once{20};  // a kernel answers an arrival in it, busy as it may be
constexpr int reordering_share = 4;               // RACK waits for a quarter of a round trip: RFC 8985 section 6.2

}  // namespace

/// The tracker knows what has passed; only what has arrived can have told the sender anything.
void Correlator::Joins::find_what_asked(const ConnectionJoin& connection, Segment& segment) const {
    tcp::Segment& facts = segment.facts;
    if (!facts.resends || facts.length == 0 || facts.notes.has(tcp::Note::SpuriousRetransmission)) {
        return;
    }
    facts.resends->asked_by = what_asked(connection, segment);
    if (facts.resends->asked_by == tcp::Asking::Nothing) {
        facts.notes.remove(tcp::Note::FastRetransmission);
    } else {
        facts.notes.add(tcp::Note::FastRetransmission);
    }
}

/// Of the acknowledgements that have arrived since the copy before was sent. The last of them makes the sender act: at
/// once, or, where it is SACK that tells, after the time in which reordered segments may still come.
tcp::Asking Correlator::Joins::what_asked(const ConnectionJoin& connection, const Segment& repeat) const {
    const base::Timestamp since = repeat.facts.resends->latest.time;
    const EndJoin& sender = connection.of(repeat.facts.from);
    const auto& acks = connection.of(tcp::other(repeat.facts.from)).arrivals;
    base::Duration silence = base::Duration::max();
    std::uint32_t duplicates = 0;
    bool later_bytes = false;
    bool a_part = false;
    for (auto id = acks.rbegin(); id != acks.rend() && *timeline_.segment(*id).arrived > since; ++id) {
        const Segment& ack = timeline_.segment(*id);
        if (*ack.arrived > repeat.time || !ack.packet.flags.ack()) {
            continue;
        }
        silence = std::min(silence, base::Duration{repeat.time - *ack.arrived});
        const bool waits_for_it = ack.facts.ack == repeat.facts.seq;
        duplicates += waits_for_it && ack.facts.notes.has(tcp::Note::DuplicateAck) ? 1U : 0U;
        a_part |= waits_for_it && ack.facts.acknowledges.has_value();
        later_bytes |= reports_later_bytes(sender, ack, repeat);
    }
    const base::Duration reordering = repeat.connection.handshake_rtt.value_or(base::Duration{}) / reordering_share;
    if (silence < at_once && duplicates >= enough_duplicates) {
        return tcp::Asking::DuplicateAcks;
    }
    if (later_bytes && silence < at_once + reordering) {
        return tcp::Asking::Sack;
    }
    return a_part && silence < at_once && recovers(sender, repeat) ? tcp::Asking::PartialAck : tcp::Asking::Nothing;
}

/// One of its SACK blocks holds what lies beyond `repeat` and was sent after the copy before.
bool Correlator::Joins::reports_later_bytes(const EndJoin& sender, const Segment& ack, const Segment& repeat) const {
    const decode::TcpOptions& options = ack.packet.options;
    for (std::size_t i = 0; i < options.sack_count; ++i) {
        const std::int64_t left = ack.facts.ack - 1 + base::distance(ack.packet.ack, options.sack_blocks[i].left);
        const std::uint64_t byte = sender.sent.bytes.owner_of(left);
        const std::uint64_t first = byte != 0 ? byte : sender.sent.fin;  // beyond the last byte there is but the FIN
        if (left >= repeat.facts.bytes.to && first > repeat.facts.resends->latest.segment) {
            return true;
        }
    }
    return false;
}

/// It has sent earlier bytes again because they were asked for, after the copy before of `repeat`.
bool Correlator::Joins::recovers(const EndJoin& sender, const Segment& repeat) const {
    return std::any_of(sender.segments.rbegin(), sender.segments.rend(), [&](std::uint64_t id) {
        const Segment& earlier = timeline_.segment(id);
        return id > repeat.facts.resends->latest.segment && id != repeat.facts.id &&
               earlier.facts.seq < repeat.facts.seq && earlier.facts.notes.has(tcp::Note::FastRetransmission);
    });
}

}  // namespace sockstep::correlate
