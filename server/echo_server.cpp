// server/echo_server.cpp - sends every byte back to the client it came from, one client after the other.
//
// Build by hand:  g++ -std=c++20 echo_server.cpp -o echo-server
// Run:            ./echo-server 5000            (port 0: the kernel chooses a free one)
// Trace it:       sockstep capture -i lo --filter 'tcp port 5000'     in a second terminal, then start a client
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <cstdint>
#include <exception>
#include <iostream>
#include <string_view>
#include <system_error>

int open_listener(std::uint16_t port);                  // a socket that clients can connect to, over IPv6 and IPv4
void serve(int listener);                               // the server, until it is interrupted
void echo(int connection);                              // one client's conversation
void send_all(int connection, std::string_view bytes);  // send(), until all of it is taken
int check(int result, const char* call);                // throws when the kernel said no

int main(int argc, char** argv) {
    const std::string_view text = argc == 2 ? argv[1] : "";
    std::uint16_t port = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
    if (text.empty() || error != std::errc{} || end != text.data() + text.size()) {
        std::cerr << "usage: echo-server PORT     (0 to 65535; 0: any free port)\n";
        return 2;
    }
    try {
        serve(open_listener(port));
    } catch (const std::exception& failure) {
        std::cerr << "echo-server: port " << port << ": " << failure.what() << '\n';
        return 1;
    }
}

int open_listener(std::uint16_t port) {
    const int both = 0;   // IPV6_V6ONLY off: IPv4 clients are served too, as ::ffff:a.b.c.d
    const int reuse = 1;  // the port may be taken again while old connections are in TIME-WAIT
    sockaddr_in6 any6{};  // ::, all addresses of this machine
    sockaddr_in any4{};   // 0.0.0.0, for a machine without IPv6
    any6.sin6_family = AF_INET6;
    any6.sin6_port = htons(port);
    any4.sin_family = AF_INET;
    any4.sin_port = htons(port);

    int listener = socket(AF_INET6, SOCK_STREAM, 0);
    const bool ipv6 = listener != -1;
    if (ipv6) {
        check(setsockopt(listener, IPPROTO_IPV6, IPV6_V6ONLY, &both, sizeof both), "setsockopt(IPV6_V6ONLY)");
    } else {
        listener = check(socket(AF_INET, SOCK_STREAM, 0), "socket");
    }
    check(setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &reuse, sizeof reuse), "setsockopt(SO_REUSEADDR)");
    const auto* address = ipv6 ? reinterpret_cast<const sockaddr*>(&any6) : reinterpret_cast<const sockaddr*>(&any4);
    check(bind(listener, address, ipv6 ? sizeof any6 : sizeof any4), "bind");
    check(listen(listener, 16), "listen");  // from here on the kernel answers SYNs for us

    sockaddr_in6 chosen{};  // sin6_port lies where sin_port does, so this serves both families
    socklen_t size = sizeof chosen;
    check(getsockname(listener, reinterpret_cast<sockaddr*>(&chosen), &size), "getsockname");
    std::cout << "listening on port " << ntohs(chosen.sin6_port) << std::endl;
    return listener;
}

void serve(int listener) {
    for (;;) {
        const int connection = accept(listener, nullptr, nullptr);  // blocks until a handshake is complete
        if (connection == -1 && (errno == ECONNABORTED || errno == EINTR)) {
            continue;  // that client gave up while it waited to be accepted
        }
        check(connection, "accept");
        try {
            echo(connection);
        } catch (const std::system_error& failure) {  // ECONNRESET, EPIPE: one client's trouble, not the server's
            std::cerr << "echo-server: lost a client: " << failure.what() << '\n';
        }
        check(close(connection), "close");  // our FIN
    }
}

void echo(int connection) {
    std::array<char, 4096> buffer{};
    for (;;) {
        // blocks until bytes (any number of them), a FIN or a RST comes
        const ssize_t count = recv(connection, buffer.data(), buffer.size(), 0);
        check(static_cast<int>(count), "recv");
        if (count == 0) {
            return;  // the client's FIN: it will send no more
        }
        send_all(connection, {buffer.data(), static_cast<std::size_t>(count)});
    }
}

void send_all(int connection, std::string_view bytes) {
    while (!bytes.empty()) {
        // blocks until the send buffer has room; sends data segments; MSG_NOSIGNAL: EPIPE instead of SIGPIPE
        const ssize_t count = send(connection, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        check(static_cast<int>(count), "send");
        bytes.remove_prefix(static_cast<std::size_t>(count));  // it may have taken only some
    }
}

int check(int result, const char* call) {
    if (result == -1) {
        throw std::system_error{errno, std::generic_category(), call};
    }
    return result;
}
