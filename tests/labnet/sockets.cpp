// tests/labnet/sockets.cpp - plain socket calls for programs in hosts of a lab.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cstdio>

#include "labnet/lab.hpp"

namespace sockstep::labnet::test {

namespace {

struct SocketAddress {
    sockaddr_storage storage{};
    socklen_t size = 0;
    sockaddr* generic() { return reinterpret_cast<sockaddr*>(&storage); }
};

SocketAddress make_address(const std::string& text, std::uint16_t port) {
    SocketAddress address;
    if (text.find(':') == std::string::npos) {
        auto* v4 = reinterpret_cast<sockaddr_in*>(&address.storage);
        v4->sin_family = AF_INET;
        v4->sin_port = htons(port);
        ::inet_pton(AF_INET, text.c_str(), &v4->sin_addr);
        address.size = sizeof *v4;
    } else {
        auto* v6 = reinterpret_cast<sockaddr_in6*>(&address.storage);
        v6->sin6_family = AF_INET6;
        v6->sin6_port = htons(port);
        ::inet_pton(AF_INET6, text.c_str(), &v6->sin6_addr);
        address.size = sizeof *v6;
    }
    return address;
}

std::string text_of(const sockaddr_storage& storage) {
    std::array<char, INET6_ADDRSTRLEN> text{};
    const void* octets = storage.ss_family == AF_INET
                             ? static_cast<const void*>(&reinterpret_cast<const sockaddr_in&>(storage).sin_addr)
                             : static_cast<const void*>(&reinterpret_cast<const sockaddr_in6&>(storage).sin6_addr);
    ::inet_ntop(storage.ss_family, octets, text.data(), text.size());
    return text.data();
}

}  // namespace

void give_up(const char* what) {
    std::perror(what);
    ::_exit(broken);
}

int listen_on(const std::string& text, std::uint16_t port) {
    SocketAddress address = make_address(text, port);
    const int listener = ::socket(address.storage.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (listener == -1 || ::bind(listener, address.generic(), address.size) == -1 || ::listen(listener, 16) == -1) {
        give_up("listen");
    }
    return listener;
}

int accept_from(int listener, std::string* peer) {
    SocketAddress address;
    address.size = sizeof address.storage;
    const int connection = ::accept4(listener, address.generic(), &address.size, SOCK_CLOEXEC);
    if (connection == -1) {
        give_up("accept");
    }
    if (peer != nullptr) {
        *peer = text_of(address.storage);
    }
    return connection;
}

int connect_to(const std::string& text, std::uint16_t port) {
    SocketAddress address = make_address(text, port);
    const int connection = ::socket(address.storage.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (connection == -1) {
        give_up("socket");
    }
    return ::connect(connection, address.generic(), address.size) == -1 ? -1 : connection;
}

void send_all(int socket, const std::string& text) {
    std::size_t sent = 0;
    while (sent < text.size()) {
        const ssize_t count = ::send(socket, text.data() + sent, text.size() - sent, MSG_NOSIGNAL);
        if (count == -1) {
            give_up("send");
        }
        sent += static_cast<std::size_t>(count);
    }
}

std::string receive_some(int socket) {
    std::array<char, 65536> octets{};
    const ssize_t count = ::recv(socket, octets.data(), octets.size(), 0);
    if (count == -1) {
        give_up("recv");
    }
    return {octets.data(), static_cast<std::size_t>(count)};
}

std::string receive_all(int socket) {
    std::string all;
    for (;;) {
        const std::string more = receive_some(socket);
        if (more.empty()) {
            return all;
        }
        all += more;
    }
}

}  // namespace sockstep::labnet::test
