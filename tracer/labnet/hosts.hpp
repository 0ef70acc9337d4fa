// tracer/labnet/hosts.hpp - who is in the lab, and under which addresses: pure.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/ip_address.hpp"

namespace sockstep::labnet {

using MacAddress = std::array<std::uint8_t, 6>;

/// One host. Number 0 is the server; clients count from 1 in the order they were named.
struct Host {
    int number = 0;
    std::string name;
    base::IpAddress ipv4;        // 10.0.0.1; 10.0.0.11, 10.0.0.12 ...
    base::IpAddress ipv6;        // fd00::1; fd00::11, fd00::12 ...: written with the same digits
    base::IpAddress link_local;  // fe80::1; fe80::11 ...
    base::IpAddress
        loopback;      // whom others see when it is reached over, or speaks to, 127.0.0.1: 127.0.0.1; 127.0.0.11
    MacAddress mac{};  // 02:00:00:00:00:01; 02:00:00:00:00:0b ...: the last octet is that of `ipv4`
    std::vector<std::string> programs{};  // by whose names it is known as well

    bool is_server() const { return number == 0; }
};

/// The hosts of a lab. A name is one by RFC 1123 section 2.1 and RFC 952, except that it may have underscores, as names
/// of programs do. Throws: std::invalid_argument if a name is not one, is "localhost", comes twice, in whatever case,
/// or if there are more clients than addresses (244).
std::vector<Host> make_hosts(const std::string& server, const std::vector<std::string>& clients);

/// The host that a frame with this destination is for, -1 if there is none. Quick: looks at octets alone.
int host_number(base::Bytes mac, std::size_t hosts);

/// The text of /etc/hosts in the lab: NAME stands for the IPv4 address of a host, NAME6 for its IPv6 address (NAME-6
/// where NAME ends in a digit), localhost for 127.0.0.1 alone; where NAME has underscores, the same with hyphens stands
/// beside it. Names of programs follow that of their host. Other names stay as `before` has them.
std::string hosts_file(const std::vector<Host>& hosts, std::string_view before);

}  // namespace sockstep::labnet
