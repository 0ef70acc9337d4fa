// tracer/decode/frame.hpp - the octets of a frame, read down to TCP.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

#include "base/bytes.hpp"
#include "base/ip_address.hpp"
#include "base/link_type.hpp"
#include "decode/tcp_segment.hpp"

/// decode: octets to values. Comes in: any octets at all, with their link type. Goes out: a TCP segment, or what the
/// frame is instead, or where and why it breaks its protocol's rules. Called by whoever holds frames; must not know
/// connections, files or time. Any sequence of octets is valid input.
namespace sockstep::decode {

/// A frame that carries something else: "ARP", "UDP", "ICMPv6", "IPv6 in IP", "link type 147" ...
struct NotTcp {
    std::string_view layer;  // what `number` is a number of: "link type", "EtherType", "IP protocol"; rarely
                             // "LLC service access point", "SNAP protocol", "Linux protocol type", "address family"
    std::uint32_t number = 0;
    std::string_view name;  // empty where sockstep has no name for the number; static storage

    /// Nobody has looked at what the frame carries.
    bool is_link_type() const { return layer == link_type; }
    static constexpr std::string_view link_type = "link type";

    friend bool operator==(const NotTcp&, const NotTcp&) = default;
};

/// A piece of an IP packet: it is named, not guessed at. Source: RFC 791 section 2.3, RFC 8200 section 4.5.
struct Fragment {
    base::IpAddress source;
    base::IpAddress destination;
    std::uint32_t identification = 0;
    std::uint16_t offset = 0;  // octets
    std::uint32_t length = 0;  // octets of the packet's payload in this piece
    std::uint8_t protocol = 0;
    bool more = false;  // more pieces follow

    friend bool operator==(const Fragment&, const Fragment&) = default;
};

/// What was captured ends before what had to be read: by the snap length, or because a capture that does not say so, or
/// the wire itself, cut the frame.
struct CutShort {
    std::string_view layer;  // "Ethernet header", "TCP header" ...
    std::size_t offset = 0;  // where that layer begins in the frame

    friend bool operator==(const CutShort&, const CutShort&) = default;
};

/// The frame breaks a rule of its protocol.
struct Malformed {
    std::string_view layer;
    std::size_t offset = 0;   // octets from the frame's start to the field at fault
    std::string_view reason;  // "the header length is below 5 words, ..."; static storage

    friend bool operator==(const Malformed&, const Malformed&) = default;
};

using Decoded = std::variant<TcpSegment, NotTcp, Fragment, CutShort, Malformed>;

/// Reads `bytes`, what was captured of a frame that had `wire_length` octets.
/// The result views `bytes`. Every prefix of a valid frame gives CutShort or a shorter truth, never a crash.
Decoded decode(base::LinkType link, base::Bytes bytes, std::uint32_t wire_length);

/// How many frames carried no TCP segment that could be read, by what they were.
struct OtherFrames {
    std::uint64_t not_tcp = 0;      // they carry something else
    std::uint64_t other_links = 0;  // of a link type that is not read: what they carry is not known
    std::uint64_t fragments = 0;
    std::uint64_t cut_short = 0;  // before the TCP header ends
    std::uint64_t malformed = 0;

    /// A TCP segment is not counted.
    void add(const Decoded& decoded);
    std::uint64_t all() const { return not_tcp + other_links + fragments + cut_short + malformed; }
};

/// One line for a person: "ARP", "IP protocol 47 (GRE)", "a fragment of an IPv4 packet: ...". Empty for a TCP segment.
std::string describe(const Decoded& decoded);

}  // namespace sockstep::decode
