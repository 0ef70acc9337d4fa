// tracer/decode/layers.hpp - the way down from a frame to its TCP segment: one function a layer, each calls the next.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "base/bytes.hpp"
#include "base/ip_address.hpp"
#include "base/link_type.hpp"
#include "decode/frame.hpp"

namespace sockstep::decode {

/// The numbers of what may stand between IP and TCP, and of TCP. Others occur. Source: IANA, "Protocol Numbers".
enum class IpProtocol : std::uint8_t {
    HopByHopOptions = 0,
    Tcp = 6,
    Routing = 43,
    Fragment = 44,
    AuthenticationHeader = 51,
    DestinationOptions = 60,
};

/// What was captured of a frame. All positions below are octets from its start.
struct CapturedFrame {
    base::Bytes bytes;
    std::size_t wire_length;  // never less than bytes.size()

    bool holds(std::size_t at, std::size_t count) const { return at + count <= bytes.size(); }
};

/// What an IP packet carries, and of the packet what TCP must know.
struct IpPayload {
    base::Bytes source;               // an address's octets, where they stand in the frame: 4 or 16
    base::Bytes destination;          // the final one, where a routing header tells it
    std::size_t at = 0;               // where the payload begins
    std::size_t length = 0;           // octets, by the IP header; the frame may hold fewer, or have had fewer
    bool addresses_are_final = true;  // false: the checksum covers another address than the header shows
};

/// Octets of an IpPayload as an address. To be made where it is to stay: what has just been written in parts is slow to
/// copy as a whole. REQUIRES: there are 4 or 16.
inline base::IpAddress address_of(base::Bytes octets) {
    base::IpAddress address;
    std::array<std::uint64_t, 2> halves{};  // written as they will be read: octets would have to be waited for
    if (octets.size() == 4) {
        std::memcpy(halves.data(), octets.data(), 4);
    } else {
        address.version = base::IpVersion::V6;
        std::memcpy(halves.data(), octets.data(), 16);
    }
    address.octets = std::bit_cast<std::array<std::uint8_t, 16>>(halves);
    return address;
}

Decoded read_link_layer(base::LinkType link, const CapturedFrame& frame);
Decoded read_ipv4(const CapturedFrame& frame, std::size_t at);
Decoded read_ipv6(const CapturedFrame& frame, std::size_t at);
Decoded read_ip_payload(const CapturedFrame& frame, IpProtocol protocol, const IpPayload& packet);
Decoded read_tcp(const CapturedFrame& frame, const IpPayload& packet);

}  // namespace sockstep::decode
