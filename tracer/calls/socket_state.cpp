// tracer/calls/socket_state.cpp - getsockopt, ioctl, getsockname and poll on the copy of a socket.
#include "calls/socket_state.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/sock_diag.h>
#include <linux/sockios.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cstddef>

#include "calls/address.hpp"
#include "calls/names.hpp"
#include "calls/proc_net.hpp"

namespace sockstep::calls {

namespace {

constexpr std::size_t most_identities = 1 << 14;
constexpr unsigned established = 1;
constexpr unsigned closed = 7;

template <typename Value>
std::optional<Value> option(int fd, int level, int name) {
    Value value{};
    socklen_t length = sizeof value;
    if (::getsockopt(fd, level, name, &value, &length) == -1) {
        return std::nullopt;
    }
    return value;
}

std::optional<std::uint32_t> queue(int fd, unsigned long request) {
    int octets = 0;
    if (::ioctl(fd, request, &octets) == -1 || octets < 0) {
        return std::nullopt;
    }
    return static_cast<std::uint32_t>(octets);
}

using AskAddress = int (*)(int, sockaddr*, socklen_t*);

/// Absent where there is none yet: port 0 means that bind() or connect() did not happen.
std::optional<base::Endpoint> endpoint(int fd, AskAddress ask) {
    Address address;
    socklen_t length = sizeof address.storage;
    void* storage = &address.storage;
    if (ask(fd, static_cast<sockaddr*>(storage), &length) == -1) {
        return std::nullopt;
    }
    address.length = length;
    const auto found = endpoint_of(address);
    return found && found->port != 0 ? found : std::nullopt;
}

void ask_readiness(int fd, record::Socket& socket) {
    pollfd asked{fd, POLLIN | POLLPRI | POLLOUT | POLLRDHUP, 0};
    if (::poll(&asked, 1, 0) == 1) {
        socket.urgent_ahead = (asked.revents & POLLPRI) != 0;
        socket.readable = (asked.revents & POLLIN) != 0;
        socket.writable = (asked.revents & POLLOUT) != 0;
        socket.hung_up = (asked.revents & (POLLHUP | POLLRDHUP)) != 0;
        socket.failed = (asked.revents & POLLERR) != 0;
    }
}

/// REQUIRES: ask_readiness() has said whether an urgent byte is there.
void ask_urgent(int fd, record::Socket& socket) {
    int at_mark = 0;
    socket.at_urgent = ::ioctl(fd, SIOCATMARK, &at_mark) == 0 && at_mark != 0;
    if ((socket.urgent_ahead || socket.at_urgent) && option<int>(fd, SOL_SOCKET, SO_OOBINLINE).value_or(0) != 0) {
        socket.urgent_ahead = socket.at_urgent = false;  // it is read like any other
    }
}

void ask_send_queue(int fd, record::Socket& socket) {
    if (socket.state != tcp_state(closed)) {  // there the two numbers it is made of have lost their meaning
        socket.send_queue = queue(fd, SIOCOUTQ);
        socket.unsent = queue(fd, SIOCOUTQNSD);
    }
}

void ask_send_space(int fd, bool is_tcp, record::Socket& socket) {
    const auto memory = option<std::array<std::uint32_t, SK_MEMINFO_VARS>>(fd, SOL_SOCKET, SO_MEMINFO);
    if (memory) {
        const std::uint32_t size = (*memory)[SK_MEMINFO_SNDBUF];
        const std::uint32_t used = (*memory)[is_tcp ? SK_MEMINFO_WMEM_QUEUED : SK_MEMINFO_WMEM_ALLOC];
        socket.send_space = size > used ? size - used : 0;
    }
}

void ask_queues(int fd, bool is_tcp, Asked asked, record::Socket& socket) {
    if (asked != Asked::BeforeSend && !socket.receive_queue) {
        socket.receive_queue = queue(fd, SIOCINQ);
    }
    if (asked != Asked::BeforeSend && asked != Asked::BeforeReceive) {
        ask_send_queue(fd, socket);
    }
    if (asked != Asked::BeforeReceive && !socket.send_space) {
        ask_send_space(fd, is_tcp, socket);
    }
}

bool will_sleep(Asked asked, const record::Socket& socket) {
    const bool ready = asked == Asked::BeforeSend ? socket.writable : socket.readable || socket.hung_up;
    return !socket.nonblocking && !ready && !socket.failed;
}

/// Stream bytes that the program has handed over: those sent for the first time and those that were not yet. A FIN
/// that waits to be sent is counted among the latter by the kernel, being the last of them.
std::uint64_t bytes_written(const tcp_info& info, const std::string& state) {
    const bool finishing = state == "FIN-WAIT-1" || state == "CLOSING" || state == "LAST-ACK";
    const std::uint64_t waiting = info.tcpi_notsent_bytes;
    return info.tcpi_bytes_sent - info.tcpi_bytes_retrans + waiting - (finishing && waiting > 0 ? 1 : 0);
}

/// Source: tcp(7), include/uapi/linux/tcp.h; of a listener, net/ipv4/tcp.c tells that tcpi_unacked and tcpi_sacked are
/// its queue and its limit.
void ask_tcp(int fd, record::Socket& socket) {
    tcp_info info{};
    socklen_t length = sizeof info;
    if (::getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &length) == -1) {
        return;
    }
    socket.state = tcp_state(info.tcpi_state);
    if (info.tcpi_state == listening) {
        socket.accept_queue = info.tcpi_unacked;
        socket.accept_limit = info.tcpi_sacked;
        return;
    }
    if (length >= offsetof(tcp_info, tcpi_bytes_retrans) + sizeof info.tcpi_bytes_retrans) {
        // Of a connection that was reset or refused the kernel does not keep what had not been sent.
        const bool is_known = info.tcpi_state != closed || info.tcpi_notsent_bytes == 0;
        socket.bytes_written = is_known ? std::optional{bytes_written(info, socket.state)} : std::nullopt;
        socket.bytes_received = info.tcpi_bytes_received;
    }
}

std::string type_word(int type) {
    switch (type) {
        case SOCK_STREAM:
            return "stream";
        case SOCK_DGRAM:
            return "datagram";
        case SOCK_SEQPACKET:
            return "sequenced-packet";
        case SOCK_RAW:
            return "raw";
        default:
            return socket_type(type);
    }
}

std::string internet_word(int type, int protocol) {
    switch (protocol) {
        case IPPROTO_TCP:
            return "TCP";
        case IPPROTO_UDP:
            return type == SOCK_RAW ? "raw UDP" : "UDP";
        case IPPROTO_MPTCP:
            return "MPTCP";
        case IPPROTO_SCTP:
            return "SCTP";
        case IPPROTO_ICMP:
        case IPPROTO_ICMPV6:
            return type == SOCK_RAW ? "raw ICMP" : "ICMP";
        default:
            return fmt::format("{} {}", type_word(type), protocol_name(AF_INET, protocol));
    }
}

std::string describe(const SocketStates::Identity& identity) {
    switch (identity.domain) {
        case AF_INET:
            return internet_word(identity.type, identity.protocol) + " over IPv4";
        case AF_INET6:
            return internet_word(identity.type, identity.protocol) + " over IPv6";
        case AF_UNIX:
            return "UNIX " + type_word(identity.type);
        case AF_NETLINK:
            return "netlink";
        case AF_PACKET:
            return "packet";
        default:
            return family_name(identity.domain) + " " + type_word(identity.type);
    }
}

record::SocketKind kind_of(const SocketStates::Identity& identity) {
    if (identity.domain == AF_UNIX) {
        return record::SocketKind::Unix;
    }
    if (identity.is_tcp()) {
        return record::SocketKind::Tcp;
    }
    const bool internet = identity.domain == AF_INET || identity.domain == AF_INET6;
    return internet && identity.type == SOCK_DGRAM && identity.protocol == IPPROTO_UDP ? record::SocketKind::Udp
                                                                                       : record::SocketKind::Other;
}

}  // namespace

os::Fd copy_descriptor(int pidfd, int fd) {
    return os::Fd{static_cast<int>(::syscall(SYS_pidfd_getfd, pidfd, fd, 0))};
}

bool SocketStates::Identity::is_tcp() const {
    const bool internet = domain == AF_INET || domain == AF_INET6;
    return internet && type == SOCK_STREAM && (protocol == IPPROTO_TCP || protocol == IPPROTO_MPTCP);
}

std::optional<record::Socket> SocketStates::ask(int copy, Asked asked) {
    struct stat file {};
    if (::fstat(copy, &file) == -1 || !S_ISSOCK(file.st_mode)) {
        return std::nullopt;
    }
    Identity& identity = identify(file.st_ino, copy);
    record::Socket socket = remembered(file.st_ino);
    socket.nonblocking = (::fcntl(copy, F_GETFL) & O_NONBLOCK) != 0;
    if (identity.is_tcp()) {
        ask_tcp(copy, socket);
        if (asked == Asked::All || asked == Asked::BeforeSend) {
            const auto no_delay = option<int>(copy, IPPROTO_TCP, TCP_NODELAY);
            const auto lingering = asked == Asked::All ? option<linger>(copy, SOL_SOCKET, SO_LINGER) : std::nullopt;
            if (lingering && lingering->l_onoff != 0) {
                socket.linger = lingering->l_linger;
            }
            socket.no_delay = no_delay ? std::optional<bool>{*no_delay != 0} : std::nullopt;
        }
    }
    ask_readiness(copy, socket);
    if (identity.is_tcp() && !socket.accept_limit && asked != Asked::BeforeSend) {
        ask_urgent(copy, socket);
    }
    if (!socket.accept_limit) {
        ask_queues(copy, identity.is_tcp(), will_sleep(asked, socket) ? Asked::All : asked, socket);
    }
    const bool is_connected = identity.local && identity.peer;
    if (!is_connected && (identity.domain == AF_INET || identity.domain == AF_INET6)) {
        socket.local = endpoint(copy, ::getsockname);
        socket.peer = endpoint(copy, ::getpeername);
        if (socket.state == tcp_state(established)) {
            identity.local = socket.local;
            identity.peer = socket.peer;
        }
    }
    return socket;
}

void SocketStates::ask_rest(int copy, record::Socket& socket) const {
    if (!socket.accept_limit) {
        ask_queues(copy, socket.kind == record::SocketKind::Tcp, Asked::All, socket);
    }
}

record::Socket SocketStates::remembered(std::uint64_t inode) const {
    record::Socket socket;
    socket.inode = inode;
    if (const Identity* known = identity(inode)) {
        socket.kind = kind_of(*known);
        socket.what = describe(*known);
        socket.local = known->local;
        socket.peer = known->peer;
    }
    return socket;
}

void SocketStates::forget_addresses(std::uint64_t inode) {
    if (const auto found = identities_.find(inode); found != identities_.end()) {
        found->second.local.reset();
        found->second.peer.reset();
    }
}

const SocketStates::Identity* SocketStates::identity(std::uint64_t inode) const {
    const auto found = identities_.find(inode);
    return found == identities_.end() ? nullptr : &found->second;
}

SocketStates::Identity& SocketStates::identify(std::uint64_t inode, int copy) {
    if (identities_.size() >= most_identities) {
        identities_.clear();  // they are asked for again
    }
    const auto [place, is_new] = identities_.try_emplace(inode);
    if (is_new) {
        place->second.domain = option<int>(copy, SOL_SOCKET, SO_DOMAIN).value_or(0);
        place->second.type = option<int>(copy, SOL_SOCKET, SO_TYPE).value_or(0);
        place->second.protocol = option<int>(copy, SOL_SOCKET, SO_PROTOCOL).value_or(0);
    }
    return place->second;
}

}  // namespace sockstep::calls
