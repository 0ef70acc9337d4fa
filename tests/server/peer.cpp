// tests/server/peer.cpp - sockets of the tests.
#include "server/peer.hpp"

#include <netdb.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <stdexcept>
#include <utility>

#include "server/check.hpp"

namespace support {

namespace {

Start start_chat_server(const std::vector<std::string>& options, unsigned open_files) {
    Start start{{CHAT_SERVER, "--port", "0"}};
    start.command.insert(start.command.end(), options.begin(), options.end());
    if (open_files != 0) {
        start.open_files = open_files;
    }
    return start;
}

}  // namespace

Peer::Peer(std::uint16_t port, const std::string& address, int receive_buffer) {
    addrinfo wanted{};
    wanted.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV;
    wanted.ai_socktype = SOCK_STREAM;
    addrinfo* found = nullptr;
    if (getaddrinfo(address.c_str(), std::to_string(port).c_str(), &wanted, &found) != 0) {
        throw std::runtime_error{"no address: " + address};
    }
    fd_ = check(socket(found->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0), "socket");
    if (receive_buffer != 0) {
        check(setsockopt(fd_, SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof receive_buffer), "setsockopt");
    }
    const int result = ::connect(fd_, found->ai_addr, found->ai_addrlen);
    freeaddrinfo(found);
    check(result, "connect");
}

Peer::~Peer() {
    if (fd_ != -1) {
        close(fd_);
    }
}

Peer::Peer(Peer&& other) noexcept : fd_{std::exchange(other.fd_, -1)}, unread_{std::move(other.unread_)} {}

void Peer::send(std::string_view bytes) const {
    while (!bytes.empty()) {
        const ssize_t count = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        check(static_cast<int>(count), "send");
        bytes.remove_prefix(static_cast<std::size_t>(count));
    }
}

long Peer::try_to_send(std::string_view bytes) const {
    return ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
}

std::string Peer::wait_for(std::string_view text) {
    return read_until(fd_, unread_, text);
}
std::string Peer::read_to_end() {
    return support::read_to_end(fd_, unread_);
}

std::string Peer::read_available() {
    std::array<char, 65536> bytes{};
    const ssize_t count = recv(fd_, bytes.data(), bytes.size(), MSG_DONTWAIT);
    if (count == 0) {
        throw std::runtime_error{"the stream ended"};
    }
    check(static_cast<int>(count), "recv");
    return std::exchange(unread_, {}).append(bytes.data(), static_cast<std::size_t>(count));
}

bool Peer::readable(int milliseconds) const {
    pollfd waiting{fd_, POLLIN, 0};
    return !unread_.empty() || poll(&waiting, 1, milliseconds) == 1;
}

void Peer::finish_sending() const {
    check(shutdown(fd_, SHUT_WR), "shutdown");
}

/// Source: ip(7), IP_MINTTL: nothing that comes has as many hops left, so all is dropped before TCP sees it
void Peer::fall_silent() const {
    const int most_hops = 255;
    check(setsockopt(fd_, IPPROTO_IP, IP_MINTTL, &most_hops, sizeof most_hops), "setsockopt");
}

void Peer::reset() {
    const linger at_once{1, 0};
    check(setsockopt(fd_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once), "setsockopt");
    check(close(std::exchange(fd_, -1)), "close");
}

ChatServer::ChatServer(const std::vector<std::string>& options, unsigned open_files)
    : program{start_chat_server(options, open_files)}, port{port_printed_by(program)} {}

Peer ChatServer::founder(const std::string& name, std::string& id) const {
    Peer peer{port};
    id = create_group(peer, name);
    return peer;
}

Peer ChatServer::member(const std::string& name, const std::string& id, const std::string& address) const {
    Peer peer{port, address};
    join_group(peer, name, id);
    return peer;
}

std::string create_group(Peer& peer, const std::string& name) {
    peer.send("2\n" + name + "\n" + std::string{password} + "\n");
    peer.wait_for("The new group ID is ");
    std::string id = peer.wait_for("\n");
    id.pop_back();
    peer.wait_for(" as " + name + ".");
    peer.wait_for("\n");
    return id;
}

void join_group(Peer& peer, const std::string& name, const std::string& id) {
    peer.send("1\n" + name + "\n" + id + "\n" + std::string{password} + "\n");
    peer.wait_for("* You are in group " + id + " as " + name + ".");
    peer.wait_for("\n");
}

std::uint16_t port_printed_by(Program& program) {
    program.wait_for("listening on port ");
    return static_cast<std::uint16_t>(std::stoi(program.wait_for("\n")));
}

}  // namespace support
