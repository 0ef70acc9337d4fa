// tracer/decode/names.cpp - the tables of names.
#include "decode/names.hpp"

#include <algorithm>
#include <array>
#include <span>

namespace sockstep::decode {

namespace {

struct Name {
    std::uint16_t number;
    std::string_view name;
};

constexpr auto link_types = std::to_array<Name>({
    {6, "Token Ring"},
    {7, "ARCNET"},
    {8, "SLIP"},
    {9, "PPP"},
    {10, "FDDI"},
    {50, "PPP in HDLC framing"},
    {51, "PPPoE"},
    {104, "Cisco HDLC"},
    {105, "Wi-Fi (802.11)"},
    {107, "Frame Relay"},
    {117, "OpenBSD pflog"},
    {119, "Wi-Fi with a Prism header"},
    {127, "Wi-Fi with a radiotap header"},
    {187, "Bluetooth"},
    {189, "USB"},
    {192, "per-packet information"},
    {195, "IEEE 802.15.4"},
    {201, "Bluetooth"},
    {220, "USB"},
    {227, "CAN"},
    {239, "Linux netfilter log"},
    {247, "InfiniBand"},
    {249, "USB"},
    {251, "Bluetooth Low Energy"},
    {253, "Linux netlink"},
});

constexpr auto ethertypes = std::to_array<Name>({
    {0x0806, "ARP"},
    {0x0842, "Wake-on-LAN"},
    {0x6558, "bridged Ethernet"},
    {0x8035, "RARP"},
    {0x809B, "AppleTalk"},
    {0x80F3, "AppleTalk ARP"},
    {0x8137, "IPX"},
    {0x8808, "Ethernet flow control"},
    {0x8809, "Ethernet slow protocols, such as LACP"},
    {0x8847, "MPLS"},
    {0x8848, "MPLS multicast"},
    {0x8863, "PPPoE discovery"},
    {0x8864, "PPPoE session"},
    {0x888E, "EAPOL (802.1X)"},
    {0x8892, "PROFINET"},
    {0x889A, "HyperSCSI"},
    {0x88A2, "ATA over Ethernet"},
    {0x88A4, "EtherCAT"},
    {0x88BE, "ERSPAN"},
    {0x88CC, "LLDP"},
    {0x88E1, "HomePlug AV"},
    {0x88E5, "MACsec"},
    {0x88F7, "PTP"},
    {0x8902, "Ethernet connectivity fault management"},
    {0x8906, "Fibre Channel over Ethernet"},
    {0x893A, "IEEE 1905.1"},
    {0x894F, "NSH"},
    {0x9000, "Ethernet loopback test"},
});

constexpr auto access_points = std::to_array<Name>({
    {0x06, "IP in bare LLC"},
    {0x42, "spanning tree"},
    {0x98, "ARP in bare LLC"},
    {0xE0, "IPX"},
    {0xF0, "NetBIOS"},
    {0xFE, "ISO network layer, such as IS-IS"},
    {0xFF, "IPX without LLC"},
});

constexpr auto ip_protocols = std::to_array<Name>({
    {0, "IPv6 hop-by-hop options"},
    {1, "ICMP"},
    {2, "IGMP"},
    {4, "IPv4 in IP"},
    {6, "TCP"},
    {17, "UDP"},
    {27, "RDP"},
    {33, "DCCP"},
    {41, "IPv6 in IP"},
    {43, "IPv6 routing header"},
    {44, "IPv6 fragment header"},
    {46, "RSVP"},
    {47, "GRE"},
    {50, "ESP"},
    {51, "AH"},
    {58, "ICMPv6"},
    {59, "no next header"},
    {60, "IPv6 destination options"},
    {88, "EIGRP"},
    {89, "OSPF"},
    {94, "IP in IP"},
    {97, "EtherIP"},
    {103, "PIM"},
    {108, "IPComp"},
    {112, "VRRP"},
    {115, "L2TP"},
    {132, "SCTP"},
    {135, "IPv6 mobility header"},
    {136, "UDP-Lite"},
    {137, "MPLS in IP"},
    {139, "HIP"},
    {140, "Shim6"},
    {143, "Ethernet"},
});

constexpr bool is_sorted(std::span<const Name> names) {
    return std::ranges::is_sorted(names, {}, &Name::number);
}
static_assert(is_sorted(link_types) && is_sorted(ethertypes) && is_sorted(access_points) && is_sorted(ip_protocols));

std::string_view find_name(std::span<const Name> names, std::uint16_t number) {
    const auto found = std::ranges::lower_bound(names, number, {}, &Name::number);
    return found != names.end() && found->number == number ? found->name : std::string_view{};
}

}  // namespace

std::string_view link_type_name(std::uint16_t link_type) {
    return find_name(link_types, link_type);
}

std::string_view ethertype_name(std::uint16_t ethertype) {
    return find_name(ethertypes, ethertype);
}

std::string_view llc_name(std::uint8_t access_point) {
    return find_name(access_points, access_point);
}

std::string_view ip_protocol_name(std::uint8_t protocol) {
    return find_name(ip_protocols, protocol);
}

}  // namespace sockstep::decode
