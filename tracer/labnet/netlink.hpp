// tracer/labnet/netlink.hpp - interfaces, addresses, routes and neighbours of one network namespace.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "base/ip_address.hpp"
#include "labnet/hosts.hpp"

struct nl_sock;  // libnl's socket

namespace sockstep::labnet {

/// One end of a veth pair.
struct VethEnd {
    std::string name;
    MacAddress mac{};
    int network = -1;  // descriptor of its network namespace; -1: that of this Netlink
};

struct Route {
    base::IpAddress destination;
    int prefix = 32;
    int interface = 0;
    std::optional<base::IpAddress> source;  // of packets that take it
};

/// Speaks to the network namespace that its thread was in when it was made. Each request is answered before the call
/// returns. Throws: std::system_error naming what was asked for.
class Netlink {
public:
    Netlink();
    Netlink(const Netlink&) = delete;  // its socket knows where it is
    Netlink& operator=(const Netlink&) = delete;

    void add_veth(const VethEnd& here, const VethEnd& there, unsigned mtu);
    int index_of(const std::string& interface);
    /// Up; without_arp: neighbours are not asked for, and IPv6 announces and seeks nothing.
    void raise(int interface, bool without_arp);
    /// IPv6 addresses are taken without asking whether somebody has them (no duplicate address detection).
    void add_address(int interface, const base::IpAddress& address, int prefix);
    void add_neighbour(int interface, const base::IpAddress& address, const MacAddress& mac);
    /// In the table "local", which is looked at first: goes before what the kernel put there.
    void add_first_route(const Route& route);
    /// Whatever is for `route.destination` stays here; takes the place of the kernel's own such route.
    void replace_local_route(const Route& route);
    /// Packets from `address` to itself stay on `interface`, whatever the table "local" says of it.
    void keep_to_itself(const base::IpAddress& address, int interface);
    /// The route, in the table "local", by which packets for our own `address` stay here.
    void remove_local_route(const base::IpAddress& address, int interface);

private:
    struct Free {
        void operator()(nl_sock* socket) const;
    };

    /// `status` as libnl returned it: throws if it is negative.
    void check(int status, const std::string& what);

    std::unique_ptr<nl_sock, Free> socket_;
    int error_ = 0;  // errno that the kernel answered the last request with
};

}  // namespace sockstep::labnet
