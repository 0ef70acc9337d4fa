// tracer/tcp/sender.hpp - what is known of one end from the segments it has sent.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>

#include "base/seq_num.hpp"
#include "base/timestamp.hpp"
#include "tcp/segment.hpp"
#include "tcp/sent_queue.hpp"
#include "tcp/stream_ranges.hpp"

namespace sockstep::tcp {

/// The bookkeeping of one direction. Sequence numbers are relative to the initial one and do not wrap: the SYN is
/// number 0, the first byte number 1, and stream byte 0. Where the SYN was not seen, the first number that was seen
/// (or acknowledged) takes the place of number 1, as in tshark.
///
/// What every segment needs stands first, in two cache lines: with many connections open, fetching them is most of the
/// work.
struct alignas(64) Sender {
    base::SeqNum initial;
    std::uint32_t duplicate_acks = 0;   // in a row
    std::uint16_t window = 0;           // the last one it stated, unscaled
    std::optional<std::uint8_t> shift;  // of its windows; absent while it is not known
    bool initial_known = false;
    bool has_sent_syn = false;
    bool has_sent = false;          // `next` is from its own segments
    bool has_acknowledged = false;  // `ack` is from its own segments
    bool window_scales = false;     // `window` was not in a SYN, so the shift applies: RFC 7323 section 2.2
    bool last_was_keep_alive = false;
    bool last_is_one_of_many = false;  // another with the same acknowledgement number may have provoked an answer too
    bool this_ack_came_with_data = false;  // or a FIN: one of the segments that stated `ack` did
    bool a_checksum_was_right = false;     // they are filled in before the capture: a wrong one means damage
    bool has_said_more = false;            // than SYNs
    bool checksums_mean_nothing = false;   // a wrong one was acknowledged: they are filled in after the capture

    std::int64_t next = 0;         // one past the highest sequence number sent: SND.NXT
    base::Timestamp next_time;     // when that one passed
    std::int64_t ack = 0;          // the last one it sent, relative to the other end's initial number
    std::int64_t highest_ack = 0;  // the highest one it sent
    base::Timestamp ack_time;

    std::optional<std::int64_t> fin;  // the FIN's sequence number
    StreamRanges seen;

    std::optional<std::int64_t> wrong_checksum_until;  // one past a segment with a wrong checksum, not repeated since
    std::optional<Reference> last;                     // its last segment
    SentQueue unacknowledged;

    /// `stated` in octets, absent where the scale is not known; `scales` if it does not stand in a SYN.
    std::optional<std::uint32_t> scaled(std::uint16_t stated, bool scales) const {
        if (!scales) {
            return stated;
        }
        return shift ? std::optional{std::uint32_t{stated} << *shift} : std::nullopt;
    }

    /// `seq` relative to the initial number, without wrapping. REQUIRES: initial_known.
    std::int64_t relative(base::SeqNum seq) const {
        return next + base::distance(initial + static_cast<std::uint32_t>(next), seq);
    }
    /// The stream byte that sequence number `seq` stands for.
    static std::int64_t stream_byte(std::int64_t seq) { return seq - 1; }
    /// How far along the stream `seq` is, which may be one past a FIN: neither SYN nor FIN is a stream byte.
    std::int64_t stream_end(std::int64_t seq) const {
        return stream_byte(seq) - (fin && seq > *fin ? 1 : 0) + (seq == 0 ? 1 : 0);
    }
    /// One past the highest sequence number seen, that of a probe into a closed window included.
    std::int64_t highest() const { return std::max(next, seen.empty() ? next : seen.end() + 1); }
};

}  // namespace sockstep::tcp
