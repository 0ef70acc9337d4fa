// tracer/decode/ipv4.cpp - an IPv4 header, RFC 791 section 3.1.
#include "decode/layers.hpp"

namespace sockstep::decode {

namespace {

using base::u16_at;

constexpr std::size_t shortest_header = 20;
constexpr std::size_t total_length_at = 2;
constexpr std::size_t fragment_at = 6;
constexpr std::size_t protocol_at = 9;
constexpr std::size_t source_at = 12;
constexpr std::size_t destination_at = 16;

constexpr std::uint16_t more_fragments = 0x2000;
constexpr std::uint16_t fragment_offset_mask = 0x1FFF;  // in units of eight octets

/// The packet's length. 0 stands in a packet too long to state it, which the sender's network card would still have
/// cut into segments (TSO): then the frame's length is the packet's.
std::size_t total_length(const CapturedFrame& frame, std::size_t at) {
    const std::size_t stated = u16_at(frame.bytes, at + total_length_at);
    return stated == 0 ? frame.wire_length - at : stated;
}

Fragment fragment(base::Bytes header, const IpPayload& payload) {
    const std::uint16_t field = u16_at(header, fragment_at);
    return Fragment{.source = address_of(payload.source),
                    .destination = address_of(payload.destination),
                    .identification = u16_at(header, 4),
                    .offset = static_cast<std::uint16_t>((field & fragment_offset_mask) * 8U),
                    .length = static_cast<std::uint32_t>(payload.length),
                    .protocol = header[protocol_at],
                    .more = (field & more_fragments) != 0};
}

/// Whether a source route has hops left: then the destination in the header is only the next of them, while the
/// checksum of TCP covers the last. Source: RFC 791 section 3.1, "Loose Source and Record Route".
bool is_on_a_source_route(base::Bytes options) {
    constexpr std::uint8_t end_of_options = 0;
    constexpr std::uint8_t no_operation = 1;
    constexpr std::uint8_t loose_route = 131;
    constexpr std::uint8_t strict_route = 137;
    while (options.size() >= 3 && options[0] != end_of_options) {
        const std::size_t length = options[0] == no_operation ? 1 : options[1];
        if (length == 0 || length > options.size()) {
            return false;
        }
        const bool is_route = options[0] == loose_route || options[0] == strict_route;
        if (is_route && options[2] < length) {  // the pointer has not passed the route's end
            return true;
        }
        options = options.subspan(length);
    }
    return false;
}

/// Steps over the authentication header, which leaves what follows readable. Source: RFC 4302 section 2.
Decoded read_authenticated(const CapturedFrame& frame, IpPayload packet) {
    constexpr std::size_t read_here = 2;  // the next protocol and the length
    if (!frame.holds(packet.at, read_here)) {
        return CutShort{"authentication header", packet.at};
    }
    const std::size_t length = (frame.bytes[packet.at + 1] + 2U) * std::size_t{4};  // "in 32-bit words, minus 2"
    if (length > packet.length) {
        return Malformed{"authentication header", packet.at + 1, "its length reaches past the packet's end"};
    }
    const IpProtocol next{frame.bytes[packet.at]};
    packet.at += length;
    packet.length -= length;
    return read_ip_payload(frame, next, packet);
}

}  // namespace

Decoded read_ipv4(const CapturedFrame& frame, std::size_t at) {
    if (!frame.holds(at, shortest_header)) {
        return CutShort{"IPv4 header", at};
    }
    const base::Bytes header = frame.bytes.subspan(at);
    const std::size_t header_length = (header[0] & 0x0FU) * std::size_t{4};
    const std::size_t length = total_length(frame, at);
    if (header[0] >> 4U != 4) {
        return Malformed{"IPv4 header", at, "the version is not 4"};
    }
    if (header_length < shortest_header) {
        return Malformed{"IPv4 header", at, "the header length is below 5 words, the least (RFC 791 section 3.1)"};
    }
    if (length < header_length) {
        return Malformed{"IPv4 header", at + total_length_at,
                         "the total length is less than the header's own (RFC 791 section 3.1)"};
    }
    IpPayload payload{.source = header.subspan(source_at, 4),
                      .destination = header.subspan(destination_at, 4),
                      .at = at + header_length,
                      .length = length - header_length};
    if ((u16_at(header, fragment_at) & (more_fragments | fragment_offset_mask)) != 0) {
        return fragment(header, payload);
    }
    if (header_length > shortest_header) {
        if (!frame.holds(at, header_length)) {
            return CutShort{"IPv4 header", at};
        }
        payload.addresses_are_final =
            !is_on_a_source_route(header.subspan(shortest_header, header_length - shortest_header));
    }
    const IpProtocol protocol{header[protocol_at]};
    return protocol == IpProtocol::AuthenticationHeader ? read_authenticated(frame, payload)
                                                        : read_ip_payload(frame, protocol, payload);
}

}  // namespace sockstep::decode
