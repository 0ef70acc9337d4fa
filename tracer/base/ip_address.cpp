// tracer/base/ip_address.cpp - addresses from octets, and as text.
#include "base/ip_address.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>
#include <cstddef>

namespace sockstep::base {

namespace {

constexpr std::size_t group_count = 8;

/// Where "::" stands: the first of the longest runs of two or more zero groups. Source: RFC 5952 section 4.2.
struct ZeroRun {
    std::size_t begin = group_count;
    std::size_t length = 0;
};

ZeroRun longest_zero_run(const std::array<std::uint16_t, group_count>& groups) {
    ZeroRun longest;
    for (std::size_t begin = 0; begin < group_count; ++begin) {
        std::size_t length = 0;
        while (begin + length < group_count && groups[begin + length] == 0) {
            ++length;
        }
        if (length >= 2 && length > longest.length) {
            longest = {begin, length};
        }
    }
    return longest;
}

/// ::ffff:0:0/96, written with the IPv4 address in dots. Source: RFC 5952 section 5.
bool is_v4_mapped(const std::array<std::uint16_t, group_count>& groups) {
    return std::all_of(groups.begin(), groups.begin() + 5, [](std::uint16_t group) { return group == 0; }) &&
           groups[5] == 0xffff;
}

std::string v6_text(const IpAddress& address) {
    std::array<std::uint16_t, group_count> groups{};
    for (std::size_t i = 0; i < group_count; ++i) {
        groups[i] = u16_at(address.octets, 2 * i);
    }
    if (is_v4_mapped(groups)) {
        return fmt::format("::ffff:{}.{}.{}.{}", address.octets[12], address.octets[13], address.octets[14],
                           address.octets[15]);
    }
    const ZeroRun zeros = longest_zero_run(groups);
    std::string text;
    for (std::size_t i = 0; i < group_count;) {
        if (i == zeros.begin) {
            text += "::";
            i += zeros.length;
            continue;
        }
        if (!text.empty() && text.back() != ':') {
            text += ':';
        }
        text += fmt::format("{:x}", groups[i]);
        ++i;
    }
    return text;
}

}  // namespace

IpAddress ip_address(Bytes octets) {
    assert(octets.size() == 4 || octets.size() == 16);
    IpAddress address;
    address.version = octets.size() == 4 ? IpVersion::V4 : IpVersion::V6;
    std::ranges::copy(octets, address.octets.begin());
    return address;
}

std::string to_string(const IpAddress& address) {
    if (address.version == IpVersion::V6) {
        return v6_text(address);
    }
    std::string text;
    for (std::size_t i = 0; i < 4; ++i) {
        const fmt::format_int digits{address.octets[i]};
        text.append(i == 0 ? 0 : 1, '.').append(digits.data(), digits.size());
    }
    return text;
}

std::string to_string(const Endpoint& endpoint) {
    const fmt::format_int port{endpoint.port};
    std::string text = to_string(endpoint.address);
    if (endpoint.address.version == IpVersion::V6) {
        text = "[" + text + "]";
    }
    return text.append(1, ':').append(port.data(), port.size());
}

}  // namespace sockstep::base
