// tracer/tcp/segment.hpp - one segment in its connection: where it belongs and what it does.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/timestamp.hpp"
#include "decode/tcp_segment.hpp"
#include "tcp/state.hpp"
#include "tcp/stream_ranges.hpp"

namespace sockstep::tcp {

/// What is worth saying of a segment. The names are Wireshark's (its tcp.analysis fields) where it has one.
enum class Note : std::uint8_t {
    Retransmission,          // repeats sequence numbers that were sent before
    FastRetransmission,      // ... because duplicate ACKs asked for it: RFC 5681 section 3.2
    SpuriousRetransmission,  // ... although all of them were acknowledged already
    OutOfOrder,              // fills a gap too soon to be a retransmission
    PreviousSegmentLost,     // begins beyond what was sent before: the capture has not seen what lies between
    DuplicateAck,            // says the same as the segment before it: RFC 5681 section 2
    ZeroWindow,              // no byte may be sent to this end: RFC 9293 section 3.8.6.1
    WindowFull,              // fills the other end's window to the last byte
    WindowUpdate,            // says nothing new but a window: RFC 9293 section 3.8.6
    KeepAlive,               // begins one before the next sequence number: RFC 9293 section 3.8.4
    KeepAliveAck,
    ZeroWindowProbe,  // one byte into a closed window: RFC 9293 section 3.8.6.1
    PortReused,       // a SYN that begins another connection between the same endpoints
    Truncated,        // not all of its payload was captured
    BadChecksum,      // a receiver discards it: RFC 9293 section 3.1
};
constexpr int note_count = static_cast<int>(Note::BadChecksum) + 1;

/// "fast-retransmission", as in the JSON record.
std::string_view name(Note note);

class Notes {
public:
    void add(Note note) { bits_ = static_cast<std::uint16_t>(bits_ | bit(note)); }
    void remove(Note note) { bits_ = static_cast<std::uint16_t>(bits_ & ~bit(note)); }
    bool has(Note note) const { return (bits_ & bit(note)) != 0; }
    bool empty() const { return bits_ == 0; }

    friend bool operator==(Notes, Notes) = default;

private:
    static unsigned bit(Note note) { return 1U << static_cast<unsigned>(note); }

    std::uint16_t bits_ = 0;
};

/// An earlier segment that this one refers to.
struct Reference {
    std::uint64_t segment = 0;  // its id
    base::Timestamp time;

    friend bool operator==(const Reference&, const Reference&) = default;
};

/// What has told a sender that a segment is lost before a timer did.
enum class Asking : std::uint8_t {
    Nothing,
    DuplicateAcks,  // three in a row: RFC 5681 section 3.2
    Sack,           // bytes that were sent later have arrived: RFC 6675, RFC 8985 (RACK)
    PartialAck,  // while it recovers, what it had sent again has been acknowledged, and no more: RFC 6582 section 3.2
};

/// How a segment is sent again.
struct Resending {
    Reference latest;                // the copy before this one
    std::optional<Reference> heard;  // the other end's last segment, if it passed after `latest`
    bool is_unasked = false;         // nothing had come that could have asked for it, so a timer of its sender ran out
    Asking asked_by = Asking::Nothing;       // of a fast retransmission; Nothing: it is not known which
    bool is_tail = false;                    // its sender has sent nothing beyond it
    std::optional<base::Duration> interval;  // from the copy before `latest` to that, if that was unasked too
};

/// What a segment's acknowledgement number says. All numbers are relative to the other end's initial sequence number.
struct Acknowledgement {
    StreamRange bytes;                  // the other end's stream bytes that are acknowledged for the first time
    bool syn = false;                   // the other end's SYN, for the first time
    bool fin = false;                   // the other end's FIN, for the first time
    bool unseen = false;                // beyond all that the capture has seen of the other end
    bool everything = false;            // all that the capture has seen of the other end
    std::optional<Reference> latest;    // the latest segment among those acknowledged now
    std::optional<base::Duration> rtt;  // since `latest` passed; absent if it was sent twice (Karn: RFC 6298 section 3)
                                        // or what came after it is unseen
};

/// One segment, classified. Sequence and acknowledgement numbers are relative to the initial ones, as tshark shows
/// them.
struct Segment {
    std::uint64_t id = 0;  // counts TCP segments from 1
    std::uint64_t frame = 0;
    std::uint64_t connection = 0;  // id
    Side from = Side::Client;
    base::Timestamp time;
    std::int64_t seq = 0;
    std::int64_t ack = 0;        // meaningless without the ACK flag
    std::uint32_t length = 0;    // octets of payload on the wire
    StreamRange bytes;           // the sender's stream bytes that it carries
    std::int64_t new_bytes = 0;  // how many of them the capture sees for the first time
    Notes notes;

    std::optional<std::uint32_t> window;  // octets it offers; absent where the scale is not known
    std::optional<std::int64_t>
        in_flight;                         // the sender's bytes on the way once this segment is: sent, not acknowledged
    std::optional<std::int64_t> may_send;  // how many more bytes the other end may send once this segment has arrived
    std::optional<Acknowledgement> acknowledges;  // news only: absent if it acknowledges nothing for the first time
    std::optional<std::int64_t> peer_fin;         // the sequence number of the other end's FIN, if it was seen
    std::optional<Reference> repeats;             // the first segment that carried what this one carries again
    std::optional<Resending> resends;             // present where `repeats` is
    std::optional<Reference> answers;             // of a RST: the segment that provoked it, where that can be known
    std::uint32_t duplicate_acks = 0;             // of a duplicate ACK: how many there were in a row

    bool window_was_closed = false;    // the other end's window was zero when this was sent
    bool completes_handshake = false;  // the last ACK of the three
    bool ack_is_overtaken = false;     // its sender has sent a higher acknowledgement number before
    bool acknowledges_fin = false;     // its number covers the other end's FIN, whether that is news or not
    bool rst_is_taken = false;         // of a RST: the other end accepts it
    bool rst_is_beyond = false;        // ... if the capture has missed what lies between it and all that was seen
    bool is_second_fin = false;        // the other direction's FIN was seen before
    States before;
    States after;

    /// Forgets what not every segment has. A segment's value is used again for the next one, because making it anew,
    /// all of it zeros, was measured to cost a tenth of the time of following a connection.
    void forget_findings() {
        bytes = {};
        new_bytes = 0;
        notes = {};
        window.reset();
        in_flight.reset();
        may_send.reset();
        acknowledges.reset();
        peer_fin.reset();
        repeats.reset();
        resends.reset();
        answers.reset();
        duplicate_acks = 0;
        window_was_closed = completes_handshake = acknowledges_fin = rst_is_taken = rst_is_beyond = is_second_fin =
            false;
    }
};

}  // namespace sockstep::tcp
