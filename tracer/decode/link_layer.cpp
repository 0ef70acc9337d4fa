// tracer/decode/link_layer.cpp - Ethernet, its tags, and the other headers a capture may put before IP.
#include "decode/layers.hpp"
#include "decode/names.hpp"

namespace sockstep::decode {

namespace {

using base::LinkType;
using base::u16_at;
using base::u32_at;

constexpr std::uint16_t ethertype_ipv4 = 0x0800;
constexpr std::uint16_t ethertype_ipv6 = 0x86DD;
constexpr std::uint16_t largest_802_3_length = 1500;

/// IEEE 802.1Q, 802.1ad (QinQ), and what QinQ used before it had a number of its own.
bool is_vlan_tag(std::uint16_t type) {
    return type == 0x8100 || type == 0x88A8 || type == 0x9100;
}

Decoded read_ethertype(const CapturedFrame& frame, std::uint16_t type, std::size_t at) {
    switch (type) {
        case ethertype_ipv4:
            return read_ipv4(frame, at);
        case ethertype_ipv6:
            return read_ipv6(frame, at);
        default:
            return NotTcp{"EtherType", type, ethertype_name(type)};
    }
}

/// IEEE 802.2 logical link control. SNAP with the organisation code 0 holds an EtherType. Source: RFC 1042.
Decoded read_llc(const CapturedFrame& frame, std::size_t at) {
    constexpr std::size_t snap_header_length = 8;
    constexpr std::uint32_t snap_access_points = 0xAAAA'0300;  // both service access points, UI, and organisation 0
    if (!frame.holds(at, 1)) {
        return CutShort{"LLC header", at};
    }
    const std::uint8_t access_point = frame.bytes[at];
    if (access_point != 0xAA) {
        return NotTcp{"LLC service access point", access_point, llc_name(access_point)};
    }
    if (!frame.holds(at, snap_header_length)) {
        return CutShort{"SNAP header", at};
    }
    const std::uint16_t protocol = u16_at(frame.bytes, at + 6);
    if (u32_at(frame.bytes, at) != snap_access_points || u16_at(frame.bytes, at + 4) != 0) {
        return NotTcp{"SNAP protocol", protocol, ""};
    }
    return read_ethertype(frame, protocol, at + snap_header_length);
}

/// What follows a type field of value `type`: any number of VLAN tags, then an EtherType or an IEEE 802.3 length.
Decoded read_type_or_length(const CapturedFrame& frame, std::uint16_t type, std::size_t at) {
    constexpr std::size_t rest_of_tag = 4;  // priority and VLAN, then the next type
    while (is_vlan_tag(type)) {
        if (!frame.holds(at, rest_of_tag)) {
            return CutShort{"VLAN tag", at};
        }
        type = u16_at(frame.bytes, at + 2);
        at += rest_of_tag;
    }
    return type <= largest_802_3_length ? read_llc(frame, at) : read_ethertype(frame, type, at);
}

Decoded read_ethernet(const CapturedFrame& frame) {
    constexpr std::size_t header_length = 14;
    if (!frame.holds(0, header_length)) {
        return CutShort{"Ethernet header", 0};
    }
    return read_type_or_length(frame, u16_at(frame.bytes, 12), header_length);
}

/// The protocol field of a Linux "cooked" header: an EtherType, or a small number of Linux's own.
/// Source: https://www.tcpdump.org/linktypes/LINKTYPE_LINUX_SLL.html
Decoded read_linux_protocol(const CapturedFrame& frame, std::uint16_t protocol, std::size_t at) {
    constexpr std::uint16_t least_ethertype = 0x0600;
    constexpr std::uint16_t llc_follows = 0x0004;
    if (protocol >= least_ethertype) {
        return read_type_or_length(frame, protocol, at);
    }
    return protocol == llc_follows ? read_llc(frame, at) : NotTcp{"Linux protocol type", protocol, ""};
}

Decoded read_linux_sll(const CapturedFrame& frame) {
    constexpr std::size_t header_length = 16;
    if (!frame.holds(0, header_length)) {
        return CutShort{"Linux SLL header", 0};
    }
    return read_linux_protocol(frame, u16_at(frame.bytes, 14), header_length);
}

Decoded read_linux_sll2(const CapturedFrame& frame) {
    constexpr std::size_t header_length = 20;
    if (!frame.holds(0, header_length)) {
        return CutShort{"Linux SLL2 header", 0};
    }
    return read_linux_protocol(frame, u16_at(frame.bytes, 0), header_length);
}

/// BSD's loopback headers are an address family, in the byte order of the machine that captured (NULL) or in network
/// byte order (LOOP). Families are small, so either order is known by its zeros. Source:
/// https://www.tcpdump.org/linktypes.html
Decoded read_bsd_loopback(const CapturedFrame& frame) {
    constexpr std::size_t header_length = 4;
    if (!frame.holds(0, header_length)) {
        return CutShort{"BSD loopback header", 0};
    }
    const std::uint32_t big_endian = u32_at(frame.bytes, 0);
    const std::uint32_t little_endian =
        big_endian >> 24U | (big_endian >> 8U & 0xff00U) | (big_endian << 8U & 0xff0000U) | big_endian << 24U;
    const std::uint32_t family = big_endian <= 0xffff ? big_endian : little_endian;
    switch (family) {
        case 2:  // AF_INET, everywhere
            return read_ipv4(frame, header_length);
        case 10:  // AF_INET6 on Linux,
        case 24:  // NetBSD, OpenBSD and BSD/OS,
        case 28:  // FreeBSD,
        case 30:  // macOS
            return read_ipv6(frame, header_length);
        default:
            return NotTcp{"address family", family, ""};
    }
}

/// IP without a link layer: the version tells which.
Decoded read_raw_ip(const CapturedFrame& frame) {
    if (frame.bytes.empty()) {
        return CutShort{"IP header", 0};
    }
    switch (frame.bytes[0] >> 4U) {
        case 4:
            return read_ipv4(frame, 0);
        case 6:
            return read_ipv6(frame, 0);
        default:
            return Malformed{"IP header", 0, "the version is neither 4 nor 6"};
    }
}

}  // namespace

Decoded read_link_layer(LinkType link, const CapturedFrame& frame) {
    switch (link) {
        case LinkType::Ethernet:
            return read_ethernet(frame);
        case LinkType::LinuxSll:
            return read_linux_sll(frame);
        case LinkType::LinuxSll2:
            return read_linux_sll2(frame);
        case LinkType::Null:
        case LinkType::Loop:
            return read_bsd_loopback(frame);
        case LinkType::Raw:
        case LinkType::RawBsd:
        case LinkType::RawOpenBsd:
            return read_raw_ip(frame);
        case LinkType::Ipv4:
            return read_ipv4(frame, 0);
        case LinkType::Ipv6:
            return read_ipv6(frame, 0);
    }
    const auto number = static_cast<std::uint16_t>(link);
    return NotTcp{NotTcp::link_type, number, link_type_name(number)};
}

}  // namespace sockstep::decode
