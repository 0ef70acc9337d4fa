// tracer/labnet/network.cpp - builds the lab, namespace by namespace.
#include "labnet/network.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sched.h>

#include <algorithm>
#include <array>

#include "labnet/names.hpp"
#include "labnet/netlink.hpp"
#include "os/check.hpp"
#include "os/confine.hpp"
#include "os/private_network.hpp"
#include "os/scheduling.hpp"

namespace sockstep::labnet {

namespace {

constexpr const char* host_interface = "eth0";
constexpr unsigned least_ipv6_mtu = 1280;  // RFC 8200 section 5
constexpr int ipv4_prefix = 24;
constexpr int ipv6_prefix = 64;
constexpr int loopback_prefix = 8;

/// 127.0.0.0
base::IpAddress loopback_network() {
    constexpr std::array<std::uint8_t, 4> octets{127, 0, 0, 0};
    return base::ip_address(octets);
}

void check_options(const NetworkOptions& options) {
    if (options.mtu < least_mtu || options.mtu > most_mtu) {
        throw std::invalid_argument{fmt::format("the MTU is from {} to {} octets", least_mtu, most_mtu)};
    }
}

void check_permission() {
    const os::NetworkAttempt attempt = os::probe_private_network(os::NetworkStep::MountNamespace);
    if (attempt.refused()) {
        throw Refused{os::why_no_private_network(attempt, os::read_settings())};
    }
}

os::Fd own_network() {
    return os::Fd{os::check(::open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC), "open(/proc/self/ns/net)")};
}

/// A new network namespace, in which this thread is afterwards.
os::Fd new_network() {
    os::check(::unshare(CLONE_NEWNET), "unshare(CLONE_NEWNET)");
    return own_network();
}

void enter_network(const os::Fd& network) {
    if (!os::join_network(network.value())) {
        os::throw_errno("setns(CLONE_NEWNET)");
    }
}

}  // namespace

Refused::Refused(os::Refusal refusal) : std::runtime_error{refusal.reason}, refusal_{std::move(refusal)} {}

Network::Network(const NetworkOptions& options)
    : options_{options}, hosts_{make_hosts(options.server, options.clients)} {
    for (const auto& [program, host] : options.programs) {
        const auto known = std::ranges::find(hosts_, host, &Host::name);
        if (known != hosts_.end() && program != host) {
            known->programs.push_back(program);
        }
    }
    check_options(options);
    check_permission();
    os::hurry_this_thread();  // which is the wire; in the namespace it may no longer be asked for
    os::enter_user_namespace();
    os::enter_mount_namespace();
    cover_hosts_file(hosts_);
    const os::Fd wire = new_network();
    settle_wire();
    Netlink wire_netlink;
    for (const Host& host : hosts_) {
        networks_.push_back(new_network());
        const std::vector<std::string> refused = settle_host(options_.patience);
        refused_settings_ = refused;  // the same for every host
        enter_network(wire);
        const MacAddress port_mac{2, 0, 0, 0, 1, host.mac[5]};
        wire_netlink.add_veth({port_name(host), port_mac, -1}, {host_interface, host.mac, networks_.back().value()},
                              options_.mtu);
        switch_offloads_off(port_name(host));
        wire_netlink.raise(wire_netlink.index_of(port_name(host)), true);
        enter_network(networks_.back());
        make_host(host);
        enter_network(wire);
    }
}

const Host* Network::find(const std::string& name) const {
    const auto found = std::ranges::find(hosts_, name, &Host::name);
    return found == hosts_.end() ? nullptr : &*found;
}

int Network::network_of(const Host& host) const {
    return networks_[static_cast<std::size_t>(host.number)].value();
}

std::string Network::port_name(const Host& host) {
    return fmt::format("port{}", host.number);
}

/// Called in the host's network.
void Network::make_host(const Host& host) {
    switch_offloads_off(host_interface);
    const bool with_ipv6 = has_ipv6() && options_.mtu >= least_ipv6_mtu;
    settle_interface(host_interface, with_ipv6);
    settle_addresses(host, with_ipv6);
}

void Network::settle_addresses(const Host& host, bool with_ipv6) {
    Netlink netlink;
    const int lo = netlink.index_of("lo");
    const int eth0 = netlink.index_of(host_interface);
    netlink.raise(lo, false);
    netlink.raise(eth0, true);
    netlink.add_address(eth0, host.ipv4, ipv4_prefix);
    if (with_ipv6) {
        netlink.add_address(eth0, host.ipv6, ipv6_prefix);
        netlink.add_address(eth0, host.link_local, ipv6_prefix);
    }
    for (const Host& other : hosts_) {
        if (other.number == host.number) {
            continue;
        }
        netlink.add_neighbour(eth0, other.ipv4, other.mac);
        if (with_ipv6) {
            netlink.add_neighbour(eth0, other.ipv6, other.mac);
            netlink.add_neighbour(eth0, other.link_local, other.mac);
        }
        // Who speaks to 127.0.0.1 on a client speaks to the server, which sees 127.0.0.11 and answers that. The rest of
        // 127.0.0.0/8 is the client's own; spoken to from 127.0.0.1, as usual, it would answer over the wire.
        if (other.is_server()) {
            netlink.remove_local_route(other.loopback, lo);
            netlink.replace_local_route({loopback_network(), loopback_prefix, lo, host.loopback});
            netlink.keep_to_itself(other.loopback, lo);  // who connects to 0.0.0.0 speaks to itself, from 127.0.0.1
        }
        if (other.is_server() || host.is_server()) {
            netlink.add_neighbour(eth0, other.loopback, other.mac);
            netlink.add_first_route({other.loopback, 32, eth0, host.loopback});
        }
    }
}

}  // namespace sockstep::labnet
