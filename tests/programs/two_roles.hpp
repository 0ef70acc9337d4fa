// tests/programs/two_roles.hpp - what the programs of the findings share: two roles, each done wrong or right.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

/// What a command line says: PROGRAM wrong|right server|client PORT.
struct Task {
    bool right = false;
    bool is_server = false;
    std::uint16_t port = 0;
};

inline Task task_of(int argc, char** argv) {
    if (argc != 4) {
        std::fprintf(stderr, "usage: %s wrong|right server|client PORT\n", argv[0]);
        std::exit(2);
    }
    return {argv[1] == std::string_view{"right"}, argv[2] == std::string_view{"server"},
            static_cast<std::uint16_t>(std::strtol(argv[3], nullptr, 10))};
}

inline long check(long result, const char* call) {
    if (result == -1) {
        std::perror(call);
        std::exit(1);
    }
    return result;
}

inline sockaddr_in loopback(std::uint16_t port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
}

inline int new_socket() {
    return static_cast<int>(check(socket(AF_INET, SOCK_STREAM, 0), "socket"));
}

inline void bind_to(int listener, const sockaddr_in& address) {
    const int reuse = 1;
    check(setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &reuse, sizeof reuse), "setsockopt");
    check(bind(listener, reinterpret_cast<const sockaddr*>(&address), sizeof address), "bind");
}

inline int listen_on(std::uint16_t port, int backlog = 16) {
    const int listener = new_socket();
    bind_to(listener, loopback(port));
    check(listen(listener, backlog), "listen");
    return listener;
}

inline int accept_from(int listener) {
    return static_cast<int>(check(accept(listener, nullptr, nullptr), "accept"));
}

inline int connect_to(std::uint16_t port) {
    const int connection = new_socket();
    const sockaddr_in address = loopback(port);
    check(connect(connection, reinterpret_cast<const sockaddr*>(&address), sizeof address), "connect");
    return connection;
}

inline void send_all(int connection, std::string_view bytes, int flags = 0) {
    while (!bytes.empty()) {
        const long count = check(send(connection, bytes.data(), bytes.size(), MSG_NOSIGNAL | flags), "send");
        bytes.remove_prefix(static_cast<std::size_t>(count));
    }
}

/// Up to and with the newline; what came before the end of the stream if there is none. `kept` holds what came after
/// it, for the next time.
inline std::string receive_line(int connection, std::string& kept) {
    for (;;) {
        const std::size_t end = kept.find('\n');
        if (end != std::string::npos) {
            std::string line = kept.substr(0, end + 1);
            kept.erase(0, end + 1);
            return line;
        }
        char buffer[4096];
        const long count = check(recv(connection, buffer, sizeof buffer, 0), "recv");
        if (count == 0) {
            return kept;
        }
        kept.append(buffer, static_cast<std::size_t>(count));
    }
}

inline std::string receive_line(int connection) {
    std::string kept;
    return receive_line(connection, kept);
}

/// Up to and with the newline, and no byte more: what comes behind it stays in the kernel.
inline void receive_one_line(int connection) {
    for (char c = 0; c != '\n';) {
        if (check(recv(connection, &c, 1, 0), "recv") == 0) {
            return;
        }
    }
}

/// Takes all that comes, to the end of the stream.
inline std::size_t receive_to_the_end(int connection) {
    char buffer[65536];
    std::size_t received = 0;
    for (;;) {
        const long count = recv(connection, buffer, sizeof buffer, 0);
        if (count <= 0) {
            return received;
        }
        received += static_cast<std::size_t>(count);
    }
}

inline void close_it(int descriptor) {
    check(close(descriptor), "close");
}
