// tracer/calls/tcp_table.cpp - /proc/thread-self/net/tcp and tcp6, opened inside the namespace.
#include "calls/tcp_table.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <string>
#include <string_view>

#include "calls/names.hpp"
#include "calls/proc_net.hpp"
#include "os/check.hpp"
#include "os/confine.hpp"

namespace sockstep::calls {

namespace {

record::Socket socket_of(const ListedSocket& listed) {
    record::Socket socket;
    socket.kind = record::SocketKind::Tcp;
    socket.local = listed.local;
    socket.peer = listed.peer;
    socket.state = tcp_state(listed.state);
    socket.send_queue = listed.send_queue;
    socket.receive_queue = listed.receive_queue;
    socket.inode = listed.inode;
    return socket;
}

std::string content_of(const os::Fd& file) {
    std::string text;
    std::array<char, 16384> part{};
    for (;;) {
        const ssize_t count = ::pread(file.value(), part.data(), part.size(), static_cast<off_t>(text.size()));
        if (count <= 0) {
            return text;
        }
        text.append(part.data(), static_cast<std::size_t>(count));
    }
}

}  // namespace

TcpTable::TcpTable(int network) {
    const os::Fd ours{os::check(::open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC), "open our network")};
    if (!os::join_network(network)) {
        os::throw_errno("setns to a host of the lab");
    }
    files_[0] = os::Fd{::open("/proc/thread-self/net/tcp", O_RDONLY | O_CLOEXEC)};
    files_[1] = os::Fd{::open("/proc/thread-self/net/tcp6", O_RDONLY | O_CLOEXEC)};  // there is none without IPv6
    if (!os::join_network(ours.value())) {
        os::throw_errno("setns back to the wire");
    }
}

std::vector<record::Socket> TcpTable::connections() const {
    std::vector<record::Socket> connections;
    for (const os::Fd& file : files_) {
        const std::string text = file.is_open() ? content_of(file) : std::string{};
        std::string_view rest = text;
        while (!rest.empty()) {
            const std::size_t newline = rest.find('\n');
            const auto listed = listed_socket(rest.substr(0, newline));
            if (listed && listed->state != listening) {
                connections.push_back(socket_of(*listed));
            }
            rest.remove_prefix(newline == std::string_view::npos ? rest.size() : newline + 1);
        }
    }
    return connections;
}

}  // namespace sockstep::calls
