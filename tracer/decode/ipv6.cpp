// tracer/decode/ipv6.cpp - an IPv6 header and its extension headers, RFC 8200.
#include <algorithm>
#include <optional>

#include "decode/layers.hpp"

namespace sockstep::decode {

namespace {

using base::Bytes;
using base::u16_at;
using base::u32_at;

constexpr std::size_t header_length = 40;
constexpr std::size_t payload_length_at = 4;
constexpr std::size_t source_at = 8;
constexpr std::size_t destination_at = 24;
constexpr std::size_t shortest_extension = 8;

constexpr std::uint8_t jumbo_payload_option = 0xC2;  // RFC 2675 section 2
constexpr std::uint8_t home_address_option = 0xC9;   // RFC 6275 section 6.3

/// The value of option `wanted` in a header of options, hop-by-hop or destination.
/// Source: RFC 8200 section 4.2.
std::optional<Bytes> find_option(Bytes extension, std::uint8_t wanted) {
    constexpr std::uint8_t pad1 = 0;
    Bytes options = extension.subspan(2);
    while (options.size() >= 2) {
        const std::size_t length = options[0] == pad1 ? 1 : 2U + options[1];
        if (length > options.size()) {
            return std::nullopt;
        }
        if (options[0] == wanted) {
            return options.subspan(2, length - 2);
        }
        options = options.subspan(length);
    }
    return std::nullopt;
}

bool is_extension(IpProtocol kind) {
    switch (kind) {
        case IpProtocol::HopByHopOptions:
        case IpProtocol::Routing:
        case IpProtocol::Fragment:
        case IpProtocol::AuthenticationHeader:
        case IpProtocol::DestinationOptions:
            return true;
        case IpProtocol::Tcp:
            return false;
    }
    return false;  // ESP hides what follows; the rest are no extension headers
}

/// REQUIRES: is_extension(kind).
std::size_t extension_length(IpProtocol kind, Bytes extension) {
    switch (kind) {
        case IpProtocol::Fragment:
            return 8;
        case IpProtocol::AuthenticationHeader:
            return (extension[1] + 2U) * std::size_t{4};  // "in 32-bit words, minus 2": RFC 4302 section 2.2
        default:
            return (extension[1] + 1U) *
                   std::size_t{8};  // "in 8-octet units, not including the first 8": RFC 8200 section 4
    }
}

/// The length of what follows the header. 0 stands in a packet too long to state it: either a jumbogram, which has an
/// option for it, or one that the sender's network card would still have cut into segments (TSO), whose length is the
/// frame's. Source: RFC 2675 section 3.
std::size_t payload_length(const CapturedFrame& frame, std::size_t at) {
    const Bytes header = frame.bytes.subspan(at);
    const std::size_t stated = u16_at(header, payload_length_at);
    if (stated != 0) {
        return stated;
    }
    if (IpProtocol{header[6]} == IpProtocol::HopByHopOptions && frame.holds(at + header_length, shortest_extension)) {
        const Bytes extension = header.subspan(header_length);
        const std::size_t length = std::min(extension.size(), extension_length(IpProtocol::HopByHopOptions, extension));
        const std::optional<Bytes> jumbo = find_option(extension.first(length), jumbo_payload_option);
        if (jumbo && jumbo->size() == 4) {
            return u32_at(*jumbo, 0);
        }
    }
    return frame.wire_length - at - header_length;
}

/// While a packet is under way by a routing header, the destination in the IPv6 header is the next hop, and the
/// checksum of TCP covers "the address of the final destination". Source: RFC 8200 section 8.1.
void follow_route(Bytes extension, IpPayload& packet) {
    const std::uint8_t type = extension[2];
    const std::uint8_t segments_left = extension[3];
    const std::size_t addresses = (extension.size() - 8) / 16;
    if (segments_left == 0) {
        return;
    }
    if (addresses > 0 && (type == 0 || type == 2)) {  // the last one: RFC 2460 section 4.4, RFC 6275 section 6.4
        packet.destination = extension.subspan(8 + 16 * (addresses - 1), 16);
    } else if (addresses > 0 && type == 4) {  // the first one, as the list is in reverse: RFC 8754 section 2
        packet.destination = extension.subspan(8, 16);
    } else {
        packet.addresses_are_final = false;
    }
}

/// A mobile node's home address stands for its source address in all that is above IP.
/// Source: RFC 6275 section 6.3.
void follow_home_address(Bytes extension, IpPayload& packet) {
    const std::optional<Bytes> home = find_option(extension, home_address_option);
    if (home && home->size() == 16) {
        packet.source = *home;
    }
}

/// Offset 0 and no more to come is a whole packet all the same: an "atomic" fragment. Source: RFC 6946 section 2.
bool is_piece(Bytes extension) {
    constexpr std::uint16_t offset_and_more = 0xFFF9;
    return (u16_at(extension, 2) & offset_and_more) != 0;
}

/// Source: RFC 8200 section 4.5.
Fragment fragment(Bytes extension, const IpPayload& packet) {
    return Fragment{.source = address_of(packet.source),
                    .destination = address_of(packet.destination),
                    .identification = u32_at(extension, 4),
                    .offset = static_cast<std::uint16_t>(u16_at(extension, 2) & 0xFFF8U),
                    .length = static_cast<std::uint32_t>(packet.length - shortest_extension),
                    .protocol = extension[0],
                    .more = (extension[3] & 1U) != 0};
}

/// Steps over what may stand between the IPv6 header and TCP. Each step takes at least eight octets of the packet, so
/// there is an end to it.
Decoded read_extensions(const CapturedFrame& frame, IpProtocol kind, IpPayload packet) {
    while (is_extension(kind)) {
        if (packet.length < shortest_extension) {
            return Malformed{"IPv6 extension header", packet.at, "the packet ends before it (RFC 8200 section 4)"};
        }
        if (!frame.holds(packet.at, shortest_extension)) {
            return CutShort{"IPv6 extension header", packet.at};
        }
        const Bytes rest = frame.bytes.subspan(packet.at);
        if (kind == IpProtocol::Fragment && is_piece(rest)) {
            return fragment(rest, packet);
        }
        const std::size_t length = extension_length(kind, rest);
        if (length > packet.length) {
            return Malformed{"IPv6 extension header", packet.at + 1,
                             "its length reaches past the packet's end (RFC 8200 section 4)"};
        }
        if (!frame.holds(packet.at, length)) {
            return CutShort{"IPv6 extension header", packet.at};
        }
        if (kind == IpProtocol::Routing) {
            follow_route(rest.first(length), packet);
        } else if (kind == IpProtocol::DestinationOptions) {
            follow_home_address(rest.first(length), packet);
        }
        kind = IpProtocol{rest[0]};
        packet.at += length;
        packet.length -= length;
    }
    return read_ip_payload(frame, kind, packet);
}

}  // namespace

Decoded read_ipv6(const CapturedFrame& frame, std::size_t at) {
    if (!frame.holds(at, header_length)) {
        return CutShort{"IPv6 header", at};
    }
    const Bytes header = frame.bytes.subspan(at, header_length);
    if (header[0] >> 4U != 6) {
        return Malformed{"IPv6 header", at, "the version is not 6"};
    }
    return read_extensions(frame, IpProtocol{header[6]},
                           IpPayload{.source = header.subspan(source_at, 16),
                                     .destination = header.subspan(destination_at, 16),
                                     .at = at + header_length,
                                     .length = payload_length(frame, at)});
}

}  // namespace sockstep::decode
