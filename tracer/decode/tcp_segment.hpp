// tracer/decode/tcp_segment.hpp - a TCP segment as it stood in a frame.
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "base/bytes.hpp"
#include "base/ip_address.hpp"
#include "base/seq_num.hpp"

namespace sockstep::decode {

/// The control bits, as the 14th octet of the header holds them. Source: RFC 9293 section 3.1.
struct TcpFlags {
    std::uint8_t bits = 0;

    bool fin() const { return (bits & 0x01U) != 0; }
    bool syn() const { return (bits & 0x02U) != 0; }
    bool rst() const { return (bits & 0x04U) != 0; }
    bool psh() const { return (bits & 0x08U) != 0; }
    bool ack() const { return (bits & 0x10U) != 0; }
    bool urg() const { return (bits & 0x20U) != 0; }
    bool ece() const { return (bits & 0x40U) != 0; }
    bool cwr() const { return (bits & 0x80U) != 0; }

    friend bool operator==(TcpFlags, TcpFlags) = default;
};

/// Bytes that arrived beyond a gap: [left, right). Source: RFC 2018 section 3.
struct SackBlock {
    base::SeqNum left;
    base::SeqNum right;

    friend bool operator==(const SackBlock&, const SackBlock&) = default;
};

/// Source: RFC 7323 section 3.2.
struct TcpTimestamps {
    std::uint32_t value = 0;
    std::uint32_t echo_reply = 0;

    friend bool operator==(const TcpTimestamps&, const TcpTimestamps&) = default;
};

/// The options that sockstep explains; the others are stepped over. Source: RFC 9293 section 3.2 and IANA's list.
struct TcpOptions {
    std::optional<std::uint16_t> mss;           // octets; RFC 9293 section 3.7.1
    std::optional<std::uint8_t> window_scale;   // shift count as stated, which may exceed 14; RFC 7323 section 2.2
    std::optional<TcpTimestamps> timestamps;    // RFC 7323 section 3
    std::optional<std::uint8_t> mptcp_subtype;  // RFC 8684 section 3
    std::array<SackBlock, 4> sack_blocks{};     // the first `sack_count` of them; RFC 2018 section 3
    std::uint8_t sack_count = 0;
    bool sack_permitted = false;    // RFC 2018 section 2
    bool fast_open = false;         // RFC 7413
    bool signed_md5_or_ao = false;  // RFC 2385, RFC 5925
    bool truncated = false;         // the snap length ends within them; what came before it is here
    bool malformed = false;         // a length of 0 or 1, or past the header's end: the rest is not read;
                                    // or one that its kind does not have: that option is not read

    friend bool operator==(const TcpOptions&, const TcpOptions&) = default;
};

/// What became of the checksum. Source: RFC 9293 section 3.1.
enum class Checksum : std::uint8_t {
    Correct,
    Wrong,
    NotFilledIn,  // only the pseudo header's sum: the capturing machine's kernel leaves it so for its network card, and
                  // in segments that it merged as they arrived (GRO)
    NotChecked,   // the segment was not captured whole, or the checksum covers an address that the frame does not show
};

/// One segment. `payload` views the frame it was decoded from and lives as long as that does.
struct TcpSegment {
    base::Endpoint source;
    base::Endpoint destination;  // the final one, where an IPv6 routing header tells it
    base::SeqNum seq;
    base::SeqNum ack;  // meaningless without the ACK flag
    TcpFlags flags;
    Checksum checksum = Checksum::NotChecked;
    std::uint16_t window = 0;  // as stated, not scaled
    std::uint16_t urgent_pointer = 0;
    std::uint32_t payload_length = 0;  // octets on the wire, by the IP header; payload.size() of them were captured
    base::Bytes payload;
    TcpOptions options;
    /// The IP header states more than the frame had room for: a broken packet, or a capture that does not say where it
    /// cut. `payload_length` is what the frame had room for. The kernel of a receiver drops such a packet.
    bool ip_length_exceeds_frame = false;

    /// How many sequence numbers it takes: SYN and FIN count for one each. Source: RFC 9293 section 3.4.
    std::uint32_t sequence_length() const { return payload_length + (flags.syn() ? 1U : 0U) + (flags.fin() ? 1U : 0U); }
};

}  // namespace sockstep::decode
