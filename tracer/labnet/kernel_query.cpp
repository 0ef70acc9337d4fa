// tracer/labnet/kernel_query.cpp - sock_diag over netlink: one question, one answer, no list.
#include "labnet/kernel_query.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <array>
#include <cstring>

#include "os/check.hpp"
#include "os/confine.hpp"

namespace sockstep::labnet {

namespace {

struct Question {
    nlmsghdr header{};
    inet_diag_req_v2 request{};
};

constexpr std::uint32_t every_state = 0xffffffff;

void put_address(const base::IpAddress& address, __be32 (&place)[4]) {
    std::memcpy(place, address.octets.data(), address.version == base::IpVersion::V4 ? 4 : 16);
}

Question question(const base::Endpoint& local, const base::Endpoint& peer) {
    Question question;
    question.header.nlmsg_len = sizeof question;
    question.header.nlmsg_type = SOCK_DIAG_BY_FAMILY;
    question.header.nlmsg_flags = NLM_F_REQUEST;
    inet_diag_req_v2& request = question.request;
    request.sdiag_family = local.address.version == base::IpVersion::V4 ? AF_INET : AF_INET6;
    request.sdiag_protocol = IPPROTO_TCP;
    request.idiag_states = every_state;
    request.id.idiag_sport = ::htons(local.port);
    request.id.idiag_dport = ::htons(peer.port);
    put_address(local.address, request.id.idiag_src);
    put_address(peer.address, request.id.idiag_dst);
    request.id.idiag_cookie[0] = request.id.idiag_cookie[1] = INET_DIAG_NOCOOKIE;
    return question;
}

}  // namespace

KernelQuery::KernelQuery(int network) {
    const os::Fd ours{os::check(::open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC), "open our network")};
    if (!os::join_network(network)) {
        os::throw_errno("setns to a host of the lab");
    }
    socket_ = os::Fd{::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_SOCK_DIAG)};
    if (!os::join_network(ours.value())) {
        os::throw_errno("setns back to the wire");
    }
}

/// The answer is there when send() returns: the kernel has worked it out meanwhile.
std::optional<KernelSocket> KernelQuery::find(const base::Endpoint& local, const base::Endpoint& peer) const {
    const Question asked = question(local, peer);
    if (!socket_.is_open() || ::send(socket_.value(), &asked, sizeof asked, 0) != sizeof asked) {
        return std::nullopt;
    }
    alignas(nlmsghdr) std::array<char, 4096> answer{};
    const ssize_t length = ::recv(socket_.value(), answer.data(), answer.size(), MSG_DONTWAIT);
    nlmsghdr header{};
    inet_diag_msg told{};
    if (length < static_cast<ssize_t>(NLMSG_HDRLEN + sizeof told)) {
        return std::nullopt;  // an error: there is none
    }
    std::memcpy(&header, answer.data(), sizeof header);
    std::memcpy(&told, answer.data() + NLMSG_HDRLEN, sizeof told);
    if (header.nlmsg_type != SOCK_DIAG_BY_FAMILY) {
        return std::nullopt;
    }
    return KernelSocket{told.idiag_state, told.idiag_rqueue, told.idiag_wqueue};
}

std::optional<KernelSocket> KernelQuery::listener(const base::Endpoint& local) const {
    base::Endpoint nobody;  // no connection has port 0 at its other end
    nobody.address.version = local.address.version;
    return find(local, nobody);
}

}  // namespace sockstep::labnet
