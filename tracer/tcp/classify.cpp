// tracer/tcp/classify.cpp - retransmission, duplicate, probe ...: one rule a function.
#include "tcp/classify.hpp"

namespace sockstep::tcp {

namespace {

/// How soon after the last duplicate ACK a retransmission counts as provoked by it; Wireshark's figure. To where we see
/// both it takes the way to the sender and back, a round trip at most.
constexpr base::Duration fast_retransmission_limit = std::chrono::milliseconds{20};
/// RFC 5681 section 3.2 wants three, of which a capture may have missed one; Wireshark's figure.
constexpr std::uint32_t fast_retransmission_duplicates = 2;

bool has_control_flag(const Circumstances& now) {
    const decode::TcpFlags flags = now.segment.flags;
    return flags.syn() || flags.fin() || flags.rst();
}

/// One octet of garbage is allowed, for old receivers. But an octet that waits for its acknowledgement is sent again:
/// keep-alives "MUST only be sent when no sent data is outstanding". Source: RFC 9293 section 3.8.4.
bool is_keep_alive(const Circumstances& now) {
    const bool waits = now.receiver.has_acknowledged && now.receiver.highest_ack < now.sender.next;
    return now.sender.has_sent && now.seq == now.sender.next - 1 && !has_control_flag(now) &&
           (now.segment.payload_length == 0 || (now.segment.payload_length == 1 && !waits));
}

bool window_is_closed(const Circumstances& now) {
    return now.receiver.has_acknowledged && now.receiver.window == 0;
}

/// Source: RFC 9293 section 3.8.6.1.
bool is_zero_window_probe(const Circumstances& now) {
    return now.sender.has_sent && now.segment.payload_length == 1 && now.seq == now.sender.next &&
           window_is_closed(now);
}

/// Says nothing that its sender's last segment did not say, save perhaps the window.
bool repeats_the_last_ack(const Circumstances& now) {
    return now.sender.has_sent && now.sender.has_acknowledged && now.segment.flags.ack() &&
           now.segment.payload_length == 0 && now.seq == now.sender.next && now.ack == now.sender.ack &&
           !has_control_flag(now);
}

bool fills_the_window(const Circumstances& now) {
    return now.segment.payload_length > 0 && now.receiver.has_acknowledged && now.receiver_window &&
           now.seq + now.segment.payload_length == now.receiver.ack + *now.receiver_window && !has_control_flag(now);
}

void note_acknowledgement(const Circumstances& now, Notes& notes) {
    const bool repeats = repeats_the_last_ack(now);
    if (now.segment.window == 0) {
        if (!has_control_flag(now)) {
            notes.add(Note::ZeroWindow);
        }
        return;
    }
    if (!repeats) {
        return;
    }
    if (now.segment.window != now.sender.window) {
        notes.add(Note::WindowUpdate);
    } else if (now.receiver.last_was_keep_alive) {
        notes.add(Note::KeepAliveAck);
    } else {
        notes.add(Note::DuplicateAck);
    }
}

/// How much of what the segment occupies was sent before.
StreamRanges::Overlap seen_before(const Circumstances& now) {
    if (now.segment.payload_length > 0) {
        const std::int64_t first = Sender::stream_byte(now.seq + (now.segment.flags.syn() ? 1 : 0));
        return now.sender.seen.overlap({first, first + now.segment.payload_length});
    }
    const bool again = now.segment.flags.syn() ? now.sender.has_sent_syn : now.sender.fin == now.seq;
    return again ? StreamRanges::Overlap::All : StreamRanges::Overlap::None;
}

bool answers_duplicate_acks(const Circumstances& now) {
    return now.receiver.duplicate_acks >= fast_retransmission_duplicates && now.receiver.ack == now.seq &&
           now.time - now.receiver.ack_time < fast_retransmission_limit + now.reordering;
}

bool is_acknowledged_already(const Circumstances& now) {
    return now.segment.payload_length > 0 && now.receiver.has_acknowledged &&
           now.seq + now.segment.payload_length <= now.receiver.ack;
}

/// Bytes that begin before the highest number sent. Either they were seen before, or they fill a gap: then only time
/// tells whether they were late or are sent again after a loss that lies before the point of capture.
void note_older_bytes(const Circumstances& now, Notes& notes) {
    const bool fills_a_gap = seen_before(now) == StreamRanges::Overlap::None;
    if (is_acknowledged_already(now)) {
        if (fills_a_gap && now.time <= now.receiver.ack_time) {
            notes.add(Note::OutOfOrder);  // captured after its own acknowledgement, which its time stamp belies
            return;
        }
        notes.add(Note::Retransmission);
        notes.add(Note::SpuriousRetransmission);
        return;
    }
    if (answers_duplicate_acks(now)) {
        notes.add(Note::Retransmission);
        notes.add(Note::FastRetransmission);
        return;
    }
    const bool soon = now.time - now.sender.next_time < now.reordering;
    notes.add(fills_a_gap && soon ? Note::OutOfOrder : Note::Retransmission);
}

/// A SYN-ACK to a SYN that crossed ours repeats our SYN's number because the protocol says so, not because time ran
/// out. Source: RFC 9293 figure 7.
bool answers_a_crossing_syn(const Circumstances& now) {
    return now.segment.flags.syn() && now.segment.flags.ack() && !now.sender.has_acknowledged && now.sender.has_sent;
}

void note_sequence(const Circumstances& now, Notes& notes) {
    if (now.segment.sequence_length() == 0 || notes.has(Note::KeepAlive)) {
        return;
    }
    const bool below_what_was_sent = now.sender.has_sent && now.seq < now.sender.next && !answers_a_crossing_syn(now);
    if (below_what_was_sent || is_acknowledged_already(now)) {
        note_older_bytes(now, notes);
    }
}

}  // namespace

Notes classify(const Circumstances& now) {
    Notes notes;
    if (now.segment.payload.size() < now.segment.payload_length) {
        notes.add(Note::Truncated);
    }
    if (now.segment.checksum == decode::Checksum::Wrong && !now.sender.checksums_mean_nothing) {
        notes.add(Note::BadChecksum);
    }
    if (is_zero_window_probe(now)) {
        notes.add(Note::ZeroWindowProbe);
        return notes;
    }
    if (now.sender.has_sent && now.seq > now.sender.next && !now.segment.flags.rst()) {
        notes.add(Note::PreviousSegmentLost);
    }
    if (is_keep_alive(now)) {
        notes.add(Note::KeepAlive);
    }
    note_acknowledgement(now, notes);
    if (fills_the_window(now)) {
        notes.add(Note::WindowFull);
    }
    note_sequence(now, notes);
    return notes;
}

}  // namespace sockstep::tcp
