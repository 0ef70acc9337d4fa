// tracer/calls/names.cpp - tables: a row per constant.
#include "calls/names.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/close_range.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <netinet/udp.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <span>

namespace sockstep::calls {

namespace {

struct Name {
    std::uint64_t value;
    const char* name;
};

#define NAME(constant)                                  \
    Name {                                              \
        static_cast<std::uint64_t>(constant), #constant \
    }

std::string one_of(std::span<const Name> names, std::uint64_t value) {
    for (const Name& each : names) {
        if (each.value == value) {
            return each.name;
        }
    }
    return fmt::to_string(static_cast<std::int64_t>(value));
}

/// Joined with '|'; bits without a name follow in hexadecimal. Of none, "0".
std::string several_of(std::span<const Name> names, std::uint64_t flags) {
    std::string text;
    for (const Name& each : names) {
        if (each.value != 0 && (flags & each.value) == each.value) {
            text += (text.empty() ? "" : "|") + std::string{each.name};
            flags &= ~each.value;
        }
    }
    if (flags != 0) {
        text += fmt::format("{}{:#x}", text.empty() ? "" : "|", flags);
    }
    return text.empty() ? "0" : text;
}

constexpr Name families[] = {NAME(AF_UNSPEC), NAME(AF_UNIX), NAME(AF_INET),  NAME(AF_INET6),     NAME(AF_NETLINK),
                             NAME(AF_PACKET), NAME(AF_ALG),  NAME(AF_VSOCK), NAME(AF_BLUETOOTH), NAME(AF_CAN),
                             NAME(AF_XDP),    NAME(AF_KCM),  NAME(AF_TIPC)};
constexpr Name types[] = {NAME(SOCK_STREAM),    NAME(SOCK_DGRAM), NAME(SOCK_RAW),   NAME(SOCK_RDM),
                          NAME(SOCK_SEQPACKET), NAME(SOCK_DCCP),  NAME(SOCK_PACKET)};
constexpr Name protocols[] = {NAME(IPPROTO_ICMP), NAME(IPPROTO_TCP),     NAME(IPPROTO_UDP), NAME(IPPROTO_ICMPV6),
                              NAME(IPPROTO_SCTP), NAME(IPPROTO_UDPLITE), NAME(IPPROTO_RAW), NAME(IPPROTO_MPTCP)};
constexpr Name socket_flags[] = {NAME(SOCK_NONBLOCK), NAME(SOCK_CLOEXEC)};
constexpr Name hows[] = {NAME(SHUT_RD), NAME(SHUT_WR), NAME(SHUT_RDWR)};
constexpr Name messages[] = {NAME(MSG_OOB),        NAME(MSG_PEEK),     NAME(MSG_DONTROUTE), NAME(MSG_CTRUNC),
                             NAME(MSG_TRUNC),      NAME(MSG_DONTWAIT), NAME(MSG_EOR),       NAME(MSG_WAITALL),
                             NAME(MSG_CONFIRM),    NAME(MSG_ERRQUEUE), NAME(MSG_NOSIGNAL),  NAME(MSG_MORE),
                             NAME(MSG_WAITFORONE), NAME(MSG_ZEROCOPY), NAME(MSG_FASTOPEN),  NAME(MSG_CMSG_CLOEXEC)};
constexpr Name opens[] = {NAME(O_WRONLY), NAME(O_RDWR),    NAME(O_APPEND), NAME(O_NONBLOCK),
                          NAME(O_DIRECT), NAME(O_NOATIME), NAME(O_SYNC),   NAME(O_ASYNC)};
constexpr Name polls[] = {NAME(POLLIN),     NAME(POLLPRI),    NAME(POLLOUT),   NAME(POLLERR),
                          NAME(POLLHUP),    NAME(POLLNVAL),   NAME(POLLRDHUP), NAME(POLLRDNORM),
                          NAME(POLLRDBAND), NAME(POLLWRNORM), NAME(POLLWRBAND)};
constexpr Name epolls[] = {NAME(EPOLLIN),     NAME(EPOLLPRI),      NAME(EPOLLOUT),    NAME(EPOLLERR),
                           NAME(EPOLLHUP),    NAME(EPOLLRDHUP),    NAME(EPOLLRDNORM), NAME(EPOLLRDBAND),
                           NAME(EPOLLWRNORM), NAME(EPOLLWRBAND),   NAME(EPOLLET),     NAME(EPOLLONESHOT),
                           NAME(EPOLLWAKEUP), NAME(EPOLLEXCLUSIVE)};
constexpr Name epoll_operations[] = {NAME(EPOLL_CTL_ADD), NAME(EPOLL_CTL_MOD), NAME(EPOLL_CTL_DEL)};
constexpr Name splices[] = {NAME(SPLICE_F_MOVE), NAME(SPLICE_F_NONBLOCK), NAME(SPLICE_F_MORE), NAME(SPLICE_F_GIFT)};
constexpr Name close_ranges[] = {NAME(CLOSE_RANGE_UNSHARE), NAME(CLOSE_RANGE_CLOEXEC)};
constexpr Name commands[] = {NAME(F_DUPFD), NAME(F_DUPFD_CLOEXEC), NAME(F_SETFL)};
constexpr Name requests[] = {NAME(FIONBIO), NAME(FIONREAD)};
constexpr Name levels[] = {NAME(SOL_SOCKET),  NAME(SOL_IP),       NAME(IPPROTO_TCP),
                           NAME(IPPROTO_UDP), NAME(IPPROTO_IPV6), NAME(IPPROTO_ICMPV6),
                           NAME(SOL_PACKET),  NAME(SOL_NETLINK),  NAME(SOL_TLS)};

constexpr Name socket_options[] = {
    NAME(SO_DEBUG),        NAME(SO_REUSEADDR),    NAME(SO_TYPE),          NAME(SO_ERROR),         NAME(SO_DONTROUTE),
    NAME(SO_BROADCAST),    NAME(SO_SNDBUF),       NAME(SO_RCVBUF),        NAME(SO_SNDBUFFORCE),   NAME(SO_RCVBUFFORCE),
    NAME(SO_KEEPALIVE),    NAME(SO_OOBINLINE),    NAME(SO_PRIORITY),      NAME(SO_LINGER),        NAME(SO_REUSEPORT),
    NAME(SO_PASSCRED),     NAME(SO_PEERCRED),     NAME(SO_RCVLOWAT),      NAME(SO_SNDLOWAT),      NAME(SO_RCVTIMEO),
    NAME(SO_SNDTIMEO),     NAME(SO_BINDTODEVICE), NAME(SO_ATTACH_FILTER), NAME(SO_DETACH_FILTER), NAME(SO_TIMESTAMP),
    NAME(SO_ACCEPTCONN),   NAME(SO_PEERSEC),      NAME(SO_PASSSEC),       NAME(SO_TIMESTAMPNS),   NAME(SO_MARK),
    NAME(SO_TIMESTAMPING), NAME(SO_PROTOCOL),     NAME(SO_DOMAIN),        NAME(SO_RXQ_OVFL),      NAME(SO_PEEK_OFF),
    NAME(SO_BUSY_POLL),    NAME(SO_INCOMING_CPU), NAME(SO_COOKIE),        NAME(SO_PEERGROUPS),    NAME(SO_ZEROCOPY),
    NAME(SO_MEMINFO)};
constexpr Name tcp_options[] = {NAME(TCP_NODELAY),
                                NAME(TCP_MAXSEG),
                                NAME(TCP_CORK),
                                NAME(TCP_KEEPIDLE),
                                NAME(TCP_KEEPINTVL),
                                NAME(TCP_KEEPCNT),
                                NAME(TCP_SYNCNT),
                                NAME(TCP_LINGER2),
                                NAME(TCP_DEFER_ACCEPT),
                                NAME(TCP_WINDOW_CLAMP),
                                NAME(TCP_INFO),
                                NAME(TCP_QUICKACK),
                                NAME(TCP_CONGESTION),
                                NAME(TCP_MD5SIG),
                                NAME(TCP_USER_TIMEOUT),
                                NAME(TCP_FASTOPEN),
                                NAME(TCP_TIMESTAMP),
                                NAME(TCP_NOTSENT_LOWAT),
                                NAME(TCP_FASTOPEN_CONNECT),
                                NAME(TCP_ULP),
                                NAME(TCP_ZEROCOPY_RECEIVE),
                                NAME(TCP_INQ)};
constexpr Name ip_options[] = {NAME(IP_TOS),
                               NAME(IP_TTL),
                               NAME(IP_HDRINCL),
                               NAME(IP_OPTIONS),
                               NAME(IP_RECVOPTS),
                               NAME(IP_PKTINFO),
                               NAME(IP_MTU_DISCOVER),
                               NAME(IP_RECVERR),
                               NAME(IP_RECVTTL),
                               NAME(IP_RECVTOS),
                               NAME(IP_MTU),
                               NAME(IP_FREEBIND),
                               NAME(IP_TRANSPARENT),
                               NAME(IP_MULTICAST_IF),
                               NAME(IP_MULTICAST_TTL),
                               NAME(IP_MULTICAST_LOOP),
                               NAME(IP_ADD_MEMBERSHIP),
                               NAME(IP_DROP_MEMBERSHIP),
                               NAME(IP_BIND_ADDRESS_NO_PORT)};
constexpr Name ipv6_options[] = {NAME(IPV6_UNICAST_HOPS),   NAME(IPV6_MULTICAST_IF), NAME(IPV6_MULTICAST_HOPS),
                                 NAME(IPV6_MULTICAST_LOOP), NAME(IPV6_JOIN_GROUP),   NAME(IPV6_LEAVE_GROUP),
                                 NAME(IPV6_MTU_DISCOVER),   NAME(IPV6_MTU),          NAME(IPV6_RECVERR),
                                 NAME(IPV6_V6ONLY),         NAME(IPV6_RECVPKTINFO),  NAME(IPV6_TCLASS)};
constexpr Name udp_options[] = {NAME(UDP_CORK), NAME(UDP_ENCAP), NAME(UDP_SEGMENT), NAME(UDP_GRO)};

// As the kernel numbers them (include/net/tcp_states.h); the last one is a socket that has seen a SYN and is no full
// socket yet.
constexpr const char* tcp_states[] = {"",           "ESTABLISHED", "SYN-SENT",    "SYN-RECEIVED", "FIN-WAIT-1",
                                      "FIN-WAIT-2", "TIME-WAIT",   "CLOSED",      "CLOSE-WAIT",   "LAST-ACK",
                                      "LISTEN",     "CLOSING",     "SYN-RECEIVED"};

}  // namespace

std::string error_name(int error) {
    const char* name = ::strerrorname_np(error);
    return name != nullptr ? name : fmt::to_string(error);
}

std::string signal_name(int signal) {
    if (const char* name = ::sigabbrev_np(signal)) {
        return fmt::format("SIG{}", name);
    }
    const int first = SIGRTMIN;
    return signal > first    ? fmt::format("SIGRTMIN+{}", signal - first)
           : signal == first ? "SIGRTMIN"
                             : fmt::format("signal {}", signal);
}

std::string family_name(int family) {
    return one_of(families, static_cast<std::uint64_t>(family));
}

std::string socket_type(int type) {
    constexpr int all_flags = SOCK_NONBLOCK | SOCK_CLOEXEC;
    std::string text = one_of(types, static_cast<std::uint64_t>(type & ~all_flags));
    if ((type & all_flags) != 0) {
        text += "|" + several_of(socket_flags, static_cast<std::uint64_t>(type & all_flags));
    }
    return text;
}

std::string protocol_name(int family, int protocol) {
    const bool internet = (family == AF_INET || family == AF_INET6) && protocol != 0;
    return internet ? one_of(protocols, static_cast<std::uint64_t>(protocol)) : fmt::to_string(protocol);
}

std::string shutdown_how(int how) {
    return one_of(hows, static_cast<std::uint64_t>(how));
}

std::string message_flags(std::uint64_t flags) {
    return several_of(messages, flags);
}

std::string descriptor_flags(std::uint64_t flags) {
    return several_of(socket_flags, flags);
}

std::string open_flags(std::uint64_t flags) {
    // O_LARGEFILE as the kernel keeps it; 0 in a 64-bit C library. Source: asm/fcntl.h of each architecture
#if defined(__aarch64__)
    constexpr std::uint64_t large_file = 0400000;
#else
    constexpr std::uint64_t large_file = 0100000;
#endif
    flags &= ~large_file;
    if (flags == O_RDONLY) {
        return "O_RDONLY";
    }
    return several_of(opens, flags);
}

std::string poll_events(std::uint64_t events) {
    return several_of(polls, events);
}

std::string epoll_events(std::uint64_t events) {
    return several_of(epolls, events);
}

std::string epoll_operation(std::uint64_t operation) {
    return one_of(epoll_operations, operation);
}

std::string splice_flags(std::uint64_t flags) {
    return several_of(splices, flags);
}

std::string close_range_flags(std::uint64_t flags) {
    return several_of(close_ranges, flags);
}

std::string fcntl_command(std::uint64_t command) {
    return one_of(commands, command);
}

std::string ioctl_request(std::uint64_t request) {
    return one_of(requests, request);
}

std::string option_level(int level) {
    return one_of(levels, static_cast<std::uint64_t>(level));
}

std::string option_name(int level, int option) {
    const auto value = static_cast<std::uint64_t>(option);
    switch (level) {
        case SOL_SOCKET:
            return one_of(socket_options, value);
        case IPPROTO_TCP:
            return one_of(tcp_options, value);
        case SOL_IP:
            return one_of(ip_options, value);
        case IPPROTO_IPV6:
            return one_of(ipv6_options, value);
        case IPPROTO_UDP:
            return one_of(udp_options, value);
        default:
            return fmt::to_string(option);
    }
}

std::string tcp_state(unsigned state) {
    return state < std::size(tcp_states) ? tcp_states[state] : "";
}

}  // namespace sockstep::calls
