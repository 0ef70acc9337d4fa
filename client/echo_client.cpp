// client/echo_client.cpp - sends each line of its input, waits until all of it came back, and prints it.
//
// Build by hand:  g++ -std=c++20 echo_client.cpp -o echo-client
// Run:            ./echo-client localhost 5000      (beside ./echo-server 5000; Ctrl-D ends)
// Trace it:       sockstep capture -i lo --filter 'tcp port 5000'     in a third terminal, then start the client
#include <netdb.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <exception>
#include <iostream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>

constexpr std::size_t piece = 4096;  // bytes that surely fit into the buffers between the two programs

int connect_to(const char* host, const char* port);       // a connection to the first address that answers
void echo_lines(int connection);                          // every line there and back, until end of input
void send_all(int connection, std::string_view bytes);    // send(), until all of it is taken
std::string receive(int connection, std::size_t wanted);  // recv(), until that many bytes have come
void expect_end(int connection);                          // recv(), until the server's FIN
int check(int result, const char* call);                  // throws when the kernel said no

int main(int argc, char** argv) {
    if (argc != 3) {
        std::cerr << "usage: echo-client HOST PORT\n";
        return 2;
    }
    try {
        const int connection = connect_to(argv[1], argv[2]);
        echo_lines(connection);
        check(shutdown(connection, SHUT_WR), "shutdown");  // our FIN: no more to send, but we still read
        expect_end(connection);
        check(close(connection), "close");  // both FINs have been sent, so this one sends nothing
    } catch (const std::exception& failure) {
        std::cerr << "echo-client: " << argv[1] << " port " << argv[2] << ": " << failure.what() << '\n';
        return 1;
    }
}

int connect_to(const char* host, const char* port) {
    addrinfo wanted{};
    wanted.ai_family = AF_UNSPEC;  // IPv6 or IPv4, whatever the host has
    wanted.ai_socktype = SOCK_STREAM;
    addrinfo* addresses = nullptr;
    const int problem = getaddrinfo(host, port, &wanted, &addresses);  // blocks until the name is looked up
    if (problem != 0) {
        throw std::runtime_error{gai_strerror(problem)};
    }

    int error = 0;
    for (const addrinfo* address = addresses; address != nullptr; address = address->ai_next) {
        const int connection = socket(address->ai_family, SOCK_STREAM, 0);
        // sends the SYN; blocks until the SYN-ACK comes (then the kernel sends the last ACK), or a RST
        if (connection != -1 && connect(connection, address->ai_addr, address->ai_addrlen) == 0) {
            freeaddrinfo(addresses);
            return connection;
        }
        error = errno;
        if (connection != -1) {
            check(close(connection), "close");  // a socket whose connect failed is of no more use
        }
    }
    freeaddrinfo(addresses);
    throw std::system_error{error, std::generic_category(), "connect"};
}

void echo_lines(int connection) {
    std::string line;
    while (std::getline(std::cin, line)) {  // blocks until a line is typed
        line += '\n';
        // In pieces: were a huge line sent whole, each side could sleep in send() until the other reads, for ever.
        for (std::string_view rest = line; !rest.empty(); rest.remove_prefix(std::min(rest.size(), piece))) {
            send_all(connection, rest.substr(0, piece));
            std::cout << receive(connection, std::min(rest.size(), piece)) << std::flush;
        }
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

std::string receive(int connection, std::size_t wanted) {
    std::string received(wanted, '\0');
    std::size_t have = 0;
    while (have < wanted) {  // TCP keeps the order of bytes, not the borders of our sends
        // blocks until bytes, a FIN or a RST comes
        const ssize_t count = recv(connection, received.data() + have, wanted - have, 0);
        check(static_cast<int>(count), "recv");
        if (count == 0) {
            throw std::runtime_error{"the server closed the connection before the whole line came back"};
        }
        have += static_cast<std::size_t>(count);
    }
    return received;
}

void expect_end(int connection) {
    char byte = 0;
    const ssize_t count = recv(connection, &byte, 1, 0);  // blocks until the server's FIN comes
    check(static_cast<int>(count), "recv");
    if (count != 0) {
        throw std::runtime_error{"the server sent more than it was given"};
    }
}

int check(int result, const char* call) {
    if (result == -1) {
        throw std::system_error{errno, std::generic_category(), call};
    }
    return result;
}
