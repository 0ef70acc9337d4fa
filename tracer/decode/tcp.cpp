// tracer/decode/tcp.cpp - a TCP header, RFC 9293 section 3.1.
#include <algorithm>
#include <utility>

#include "decode/checksum.hpp"
#include "decode/layers.hpp"
#include "decode/tcp_options.hpp"

namespace sockstep::decode {

namespace {

using base::Bytes;
using base::SeqNum;
using base::u16_at;
using base::u32_at;

constexpr std::size_t shortest_header = 20;
constexpr std::size_t data_offset_at = 12;

/// REQUIRES: the fixed header was captured and the header fits into the packet.
TcpSegment read_segment(const CapturedFrame& frame, const IpPayload& packet, std::size_t header_length) {
    // Whichever ends first, IP's length or the frame, ends the segment: the octets after IP's are Ethernet's padding.
    const std::size_t on_wire = std::min(packet.length, frame.wire_length - packet.at);
    const Bytes captured = frame.bytes.subspan(packet.at, std::min(on_wire, frame.bytes.size() - packet.at));
    const std::size_t captured_header = std::min(header_length, captured.size());
    const Bytes options = captured.subspan(shortest_header, captured_header - shortest_header);
    const bool is_verifiable = captured.size() == packet.length && packet.addresses_are_final;
    return TcpSegment{
        .source = {address_of(packet.source), u16_at(captured, 0)},
        .destination = {address_of(packet.destination), u16_at(captured, 2)},
        .seq = SeqNum{u32_at(captured, 4)},
        .ack = SeqNum{u32_at(captured, 8)},
        .flags = TcpFlags{captured[13]},
        .checksum = is_verifiable ? verify_checksum(address_of(packet.source), address_of(packet.destination), captured)
                                  : Checksum::NotChecked,
        .window = u16_at(captured, 14),
        .urgent_pointer = u16_at(captured, 18),
        .payload_length = static_cast<std::uint32_t>(on_wire - std::min(on_wire, header_length)),
        .payload = captured.subspan(captured_header),
        .options = read_tcp_options(options, header_length - shortest_header),
        .ip_length_exceeds_frame = on_wire < packet.length};
}

/// Becomes a segment at the place where one is needed: in Decoded, at once. A segment made first would have to be
/// copied there, which was measured to take a quarter of the time of decoding.
struct SegmentInPlace {
    const CapturedFrame& frame;
    const IpPayload& packet;
    std::size_t header_length;

    operator TcpSegment() const { return read_segment(frame, packet, header_length); }
};

}  // namespace

Decoded read_tcp(const CapturedFrame& frame, const IpPayload& packet) {
    if (packet.length < shortest_header) {
        return Malformed{"TCP header", packet.at,
                         "the IP packet has fewer than 20 octets for it (RFC 9293 section 3.1)"};
    }
    if (!frame.holds(packet.at, shortest_header)) {
        return CutShort{"TCP header", packet.at};
    }
    const std::size_t header_length = (frame.bytes[packet.at + data_offset_at] >> 4U) * std::size_t{4};
    if (header_length < shortest_header) {
        return Malformed{"TCP header", packet.at + data_offset_at,
                         "the data offset is below 5 words, the least (RFC 9293 section 3.1)"};
    }
    if (header_length > packet.length) {
        return Malformed{"TCP header", packet.at + data_offset_at,
                         "the data offset points past the end of the IP packet (RFC 9293 section 3.1)"};
    }
    return Decoded{std::in_place_type<TcpSegment>, SegmentInPlace{frame, packet, header_length}};
}

}  // namespace sockstep::decode
