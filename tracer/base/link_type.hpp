// tracer/base/link_type.hpp - what the first octets of a captured frame are.
#pragma once

#include <cstdint>

namespace sockstep::base {

/// The LINKTYPE_ values of capture files that sockstep reads; any other number may occur in a file and is kept as it
/// is. Source: https://www.tcpdump.org/linktypes.html
enum class LinkType : std::uint16_t {
    Null = 0,  // BSD loopback: the address family in the byte order of the machine that captured
    Ethernet = 1,
    RawBsd = 12,      // DLT_RAW as some systems wrote it into files
    RawOpenBsd = 14,  // the same, OpenBSD
    Raw = 101,        // begins with an IPv4 or IPv6 header
    Loop = 108,       // OpenBSD loopback: the address family in network byte order
    LinuxSll = 113,   // "cooked" capture, as on the interface `any`
    Ipv4 = 228,
    Ipv6 = 229,
    LinuxSll2 = 276,
};

}  // namespace sockstep::base
