// tracer/calls/proc_net.hpp - the kernel's lists of sockets: /proc/TID/net/tcp, tcp6, udp, udp6.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/ip_address.hpp"

namespace sockstep::calls {

constexpr unsigned listening = 10;  // TCP_LISTEN of include/net/tcp_states.h

/// A socket, as one line has it.
struct ListedSocket {
    base::Endpoint local;
    base::Endpoint peer;
    unsigned state = 0;               // of include/net/tcp_states.h, also for UDP
    std::uint32_t send_queue = 0;     // bytes not acknowledged yet
    std::uint32_t receive_queue = 0;  // bytes not read yet; of what listens: connections not accepted yet
    std::uint64_t inode = 0;          // 0: no program has it
};

/// Nothing for what is no such line, as the heading. Source: proc(5), /proc/net/tcp
std::optional<ListedSocket> listed_socket(std::string_view line);

}  // namespace sockstep::calls
