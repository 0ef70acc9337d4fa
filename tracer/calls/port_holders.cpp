// tracer/calls/port_holders.cpp - reads /proc/TID/net/tcp, tcp6, udp and udp6.
#include "calls/port_holders.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <string>

#include "calls/names.hpp"
#include "calls/proc_net.hpp"

namespace sockstep::calls {

namespace {

template <typename Wanted>
std::vector<record::PortHolder> find(pid_t tid, Transport transport, const Wanted& wanted) {
    const bool is_tcp = transport == Transport::Tcp;
    std::vector<record::PortHolder> holders;
    for (const bool is_v6 : {false, true}) {
        std::ifstream file{fmt::format("/proc/{}/net/{}{}", tid, is_tcp ? "tcp" : "udp", is_v6 ? "6" : "")};
        for (std::string text; std::getline(file, text);) {
            const auto socket = listed_socket(text);
            if (socket && wanted(*socket)) {
                holders.push_back({socket->local, is_tcp ? tcp_state(socket->state) : "BOUND", socket->inode, true});
            }
        }
    }
    return holders;
}

}  // namespace

/// Source: ip(7), ipv6(7): [::] takes IPv4's addresses too, unless IPV6_V6ONLY is set
bool are_in_each_others_way(const base::Endpoint& one, const base::Endpoint& other) {
    const auto stands_for_all = [](const base::Endpoint& endpoint) {
        return std::ranges::all_of(endpoint.address.octets, [](std::uint8_t octet) { return octet == 0; });
    };
    return one.port == other.port && (one.address == other.address || stands_for_all(one) || stands_for_all(other));
}

std::vector<record::PortHolder> holders_of(const base::Endpoint& wanted, Transport transport, pid_t tid) {
    auto holders = find(tid, transport, [&](const ListedSocket& socket) { return socket.local.port == wanted.port; });
    std::erase_if(holders, [&](const auto& holder) { return !are_in_each_others_way(holder.local, wanted); });
    return holders;
}

std::vector<record::PortHolder> listeners_near(std::uint16_t port, pid_t tid) {
    const auto swapped = static_cast<std::uint16_t>(port << 8U | port >> 8U);
    auto holders = find(tid, Transport::Tcp, [=](const ListedSocket& socket) {
        return socket.state == listening && (socket.local.port == port || socket.local.port == swapped);
    });
    for (record::PortHolder& holder : holders) {
        holder.same_port = holder.local.port == port;
    }
    return holders;
}

}  // namespace sockstep::calls
