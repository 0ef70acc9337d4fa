// tracer/calls/tcp_table.cpp - /proc/thread-self/net/tcp and tcp6, opened inside the namespace.
#include "calls/tcp_table.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <unistd.h>

#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>

#include "calls/address.hpp"
#include "calls/names.hpp"
#include "calls/proc_text.hpp"
#include "os/check.hpp"
#include "os/confine.hpp"

namespace sockstep::calls {

namespace {

constexpr unsigned listening = 10;
constexpr std::size_t digits_of_v4 = 8;

/// "0100007F:1388". The address stands as 32-bit words in the machine's own order, each in eight hexadecimal digits.
std::optional<base::Endpoint> endpoint_in(std::string_view text) {
    const std::string_view digits = next_word(text, ":");
    const auto port = number<std::uint16_t>(next_word(text, ":"), 16);
    std::array<std::uint32_t, 4> words{};
    if (!port || (digits.size() != digits_of_v4 && digits.size() != digits_of_v4 * words.size())) {
        return std::nullopt;
    }
    for (std::size_t word = 0; word < digits.size() / digits_of_v4; ++word) {
        words.at(word) = number<std::uint32_t>(digits.substr(word * digits_of_v4, digits_of_v4), 16).value_or(0);
    }
    Address address;
    if (digits.size() == digits_of_v4) {
        sockaddr_in in{};
        in.sin_family = AF_INET;
        in.sin_port = ::htons(*port);
        in.sin_addr.s_addr = words[0];
        std::memcpy(&address.storage, &in, sizeof in);
        address.length = sizeof in;
    } else {
        sockaddr_in6 in{};
        in.sin6_family = AF_INET6;
        in.sin6_port = ::htons(*port);
        std::memcpy(&in.sin6_addr, words.data(), sizeof in.sin6_addr);
        std::memcpy(&address.storage, &in, sizeof in);
        address.length = sizeof in;
    }
    return endpoint_of(address);
}

/// "0: 0100007F:1388 0B00007F:A2C4 01 00000006:00000000 00:00000000 00000000 0 0 12345 ...": the number in the list,
/// both ends, the state, what is not acknowledged and what is not read, timer, retransmissions, user, timeout, inode.
std::optional<record::Socket> parse(std::string_view text) {
    next_word(text);
    record::Socket socket;
    socket.local = endpoint_in(next_word(text));
    socket.peer = endpoint_in(next_word(text));
    const auto state = number<unsigned>(next_word(text), 16);
    std::string_view queues = next_word(text);
    socket.send_queue = number<std::uint32_t>(next_word(queues, ":"), 16);
    socket.receive_queue = number<std::uint32_t>(next_word(queues, ":"), 16);
    for (int skipped = 0; skipped < 4; ++skipped) {
        next_word(text);
    }
    const auto inode = number<std::uint64_t>(next_word(text));
    if (!socket.local || !socket.peer || !state || *state == listening || !inode) {
        return std::nullopt;  // or the heading
    }
    socket.kind = record::SocketKind::Tcp;
    socket.state = tcp_state(*state);
    socket.inode = *inode;
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
            if (auto socket = parse(rest.substr(0, newline))) {
                connections.push_back(std::move(*socket));
            }
            rest.remove_prefix(newline == std::string_view::npos ? rest.size() : newline + 1);
        }
    }
    return connections;
}

}  // namespace sockstep::calls
