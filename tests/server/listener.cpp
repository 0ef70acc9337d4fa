// tests/server/listener.cpp - the other side's sockets.
#include "server/listener.hpp"

#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <stdexcept>
#include <utility>

#include "server/check.hpp"
#include "server/program.hpp"

namespace support {

Listener::Listener() : listener_{check(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), "socket")} {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    check(bind(listener_, reinterpret_cast<const sockaddr*>(&address), sizeof address), "bind");
    check(listen(listener_, 16), "listen");
}

Listener::~Listener() {
    for (const int fd : {listener_, connection_}) {
        if (fd != -1) {
            close(fd);
        }
    }
}

std::uint16_t Listener::port() const {
    sockaddr_in address{};
    socklen_t size = sizeof address;
    check(getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size), "getsockname");
    return ntohs(address.sin_port);
}

void Listener::accept() {
    pollfd waiting{listener_, POLLIN, 0};
    if (poll(&waiting, 1, 90000) != 1) {
        throw std::runtime_error{"no client connected for too long"};
    }
    connection_ = check(accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC), "accept");
}

void Listener::send(std::string_view bytes) const {
    while (!bytes.empty()) {
        const ssize_t count = ::send(connection_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        check(static_cast<int>(count), "send");
        bytes.remove_prefix(static_cast<std::size_t>(count));
    }
}

std::string Listener::wait_for(std::string_view text) {
    return read_until(connection_, unread_, text);
}
std::string Listener::read_to_end() {
    return support::read_to_end(connection_, unread_);
}
void Listener::finish_sending() const {
    check(shutdown(connection_, SHUT_WR), "shutdown");
}
void Listener::close_connection() {
    check(close(std::exchange(connection_, -1)), "close");
}
void Listener::stop_listening() {
    check(close(std::exchange(listener_, -1)), "close");
}

void Listener::reset() {
    const linger at_once{1, 0};
    check(setsockopt(connection_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once), "setsockopt");
    close_connection();
}

}  // namespace support
