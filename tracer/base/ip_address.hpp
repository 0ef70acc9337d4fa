// tracer/base/ip_address.hpp - IPv4 and IPv6 addresses, endpoints, and how they are written.
#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/bytes.hpp"

namespace sockstep::base {

enum class IpVersion : std::uint8_t { V4 = 4, V6 = 6 };

/// An address in network byte order. Of an IPv4 address only the first four octets are used; the others are zero.
struct IpAddress {
    std::array<std::uint8_t, 16> octets{};
    IpVersion version = IpVersion::V4;

    /// The octets as two integers, in no particular byte order: quicker to compare and to hash than sixteen octets.
    std::array<std::uint64_t, 2> halves() const { return std::bit_cast<std::array<std::uint64_t, 2>>(octets); }

    friend bool operator==(const IpAddress& a, const IpAddress& b) {
        return a.halves() == b.halves() && a.version == b.version;
    }
};

/// REQUIRES: `octets` holds 4 or 16 octets, for IPv4 or IPv6.
IpAddress ip_address(Bytes octets);

/// "10.0.0.1", or "2001:db8::1" in the canonical form of RFC 5952.
std::string to_string(const IpAddress& address);

/// One end of a connection.
struct Endpoint {
    IpAddress address;
    std::uint16_t port = 0;

    friend bool operator==(const Endpoint&, const Endpoint&) = default;
};

/// "10.0.0.1:80", or "[2001:db8::1]:80" (RFC 3986 section 3.2.2).
std::string to_string(const Endpoint& endpoint);

}  // namespace sockstep::base
