// tracer/record/socket.hpp - what the kernel said of a socket at one moment.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/ip_address.hpp"

namespace sockstep::record {

/// What a socket is, as socket(2) was asked for it.
enum class SocketKind : std::uint8_t { Tcp, Udp, Unix, Other };

/// A socket at one moment: asked of the kernel through a copy of the program's descriptor. What is absent was not
/// asked, or the kernel did not say. Source: socket(7), tcp(7), getsockopt(2)
struct Socket {
    std::uint64_t inode = 0;  // names the socket, through dup, fork and threads, as long as it lives
    SocketKind kind = SocketKind::Other;
    std::string what{};  // "TCP over IPv4", "UDP over IPv6", "UNIX stream", "netlink": for people
    bool nonblocking = false;
    std::optional<base::Endpoint>
        local{};  // of TCP and UDP. ::ffff:1.2.3.4 is written as the IPv4 address it stands for
    std::optional<base::Endpoint> peer{};

    std::string state{};                           // of TCP, as RFC 9293 writes it: "SYN-SENT"; empty: not TCP
    std::optional<std::uint32_t> receive_queue{};  // octets that a read would get: SIOCINQ
    std::optional<std::uint32_t> send_queue{};     // octets (and a FIN) that the peer has not acknowledged: SIOCOUTQ
    std::optional<std::uint32_t> unsent{};         // ... of which so many have not been sent yet: SIOCOUTQNSD
    std::optional<std::uint32_t> send_space{};  // octets of buffer memory that are free for sending: SO_MEMINFO. Every
                                                // segment's bookkeeping takes some of it too
    std::optional<std::uint32_t> accept_queue{};  // of a listener: connections that wait for accept
    std::optional<std::uint32_t> accept_limit{};  // ... and its backlog; one more than that may wait
    std::optional<bool> no_delay{};               // TCP_NODELAY: Nagle's algorithm is off
    std::optional<std::int32_t> linger{};         // SO_LINGER, seconds; absent: it is off

    // What poll(2) says: a call that reads (accept), or that writes, would not wait.
    bool readable = false;
    bool writable = false;
    bool hung_up = false;  // POLLHUP, POLLRDHUP: nothing more will come
    bool failed = false;   // POLLERR: an error waits to be told

    // Of TCP without SO_OOBINLINE. Source: tcp(7), "Sockets API"; Linux, tcp_inq()
    bool urgent_ahead =
        false;  // POLLPRI: an urgent byte is there to be read with MSG_OOB. Up to it `receive_queue` counts
    bool at_urgent = false;  // SIOCATMARK: the next byte is the urgent one, and a read passes over it

    // How far the streams are, counted by the kernel; TCP only. Source: tcp_info's tcpi_bytes_sent and others
    std::optional<std::uint64_t> bytes_written{};   // stream bytes that the program has handed over
    std::optional<std::uint64_t> bytes_received{};  // that have arrived in order, read or not; the FIN may count as one

    friend bool operator==(const Socket&, const Socket&) = default;
};

}  // namespace sockstep::record
