// tracer/calls/address.hpp - socket addresses as the kernel lays them out, as values and as text.
#pragma once

#include <sys/socket.h>

#include <cstddef>
#include <optional>
#include <string>

#include "base/ip_address.hpp"

namespace sockstep::calls {

/// A socket address and how much of it is filled in.
struct Address {
    sockaddr_storage storage{};
    std::size_t length = 0;
};

/// Of AF_INET and AF_INET6 only. ::ffff:1.2.3.4 is the IPv4 address it stands for.
std::optional<base::Endpoint> endpoint_of(const Address& address);

/// "10.0.0.1:5000", "/run/socket", "@abstract", "unnamed", "AF_NETLINK".
std::string to_string(const Address& address);

}  // namespace sockstep::calls
