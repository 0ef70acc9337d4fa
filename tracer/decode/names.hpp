// tracer/decode/names.hpp - names for the numbers of protocols that sockstep does not read.
#pragma once

#include <cstdint>
#include <string_view>

namespace sockstep::decode {

// Each gives static storage, and nothing for a number it does not know.

/// Source: https://www.tcpdump.org/linktypes.html
std::string_view link_type_name(std::uint16_t link_type);

/// Source: IANA, "IEEE 802 Numbers".
std::string_view ethertype_name(std::uint16_t ethertype);

/// The destination service access point of IEEE 802.2.
std::string_view llc_name(std::uint8_t access_point);

/// Source: IANA, "Protocol Numbers".
std::string_view ip_protocol_name(std::uint8_t protocol);

}  // namespace sockstep::decode
