// bench/ping_pong.cpp - two processes that send 100 bytes to and fro over loopback TCP, and the time a call takes.
//
//   ping-pong ROUND-TRIPS FILE       (FILE gets the microseconds per call: a round trip is two sends and two recvs)
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>

namespace {

constexpr std::size_t message = 100;
constexpr int calls_per_round_trip = 4;

ssize_t check(ssize_t result, const char* call) {
    if (result == -1) {
        std::perror(call);
        std::exit(1);
    }
    return result;
}

void send_message(int fd) {
    const std::array<char, message> bytes{};
    check(send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL), "send");
}

/// On loopback so few bytes, sent by one call, arrive together.
bool receive_message(int fd) {
    std::array<char, message> bytes{};
    return check(recv(fd, bytes.data(), bytes.size(), 0), "recv") > 0;
}

void disable_nagle(int fd) {
    const int yes = 1;
    check(setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes), "setsockopt");
}

void answer(int listener) {
    const int fd = static_cast<int>(check(accept(listener, nullptr, nullptr), "accept"));
    disable_nagle(fd);
    while (receive_message(fd)) {
        send_message(fd);
    }
    check(close(fd), "close");
}

double ask(const sockaddr_in& address, long round_trips) {
    const int fd = static_cast<int>(check(socket(AF_INET, SOCK_STREAM, 0), "socket"));
    check(connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address), "connect");
    disable_nagle(fd);
    const auto begin = std::chrono::steady_clock::now();
    for (long i = 0; i < round_trips; ++i) {
        send_message(fd);
        receive_message(fd);
    }
    const std::chrono::duration<double, std::micro> time = std::chrono::steady_clock::now() - begin;
    check(close(fd), "close");
    return time.count() / static_cast<double>(round_trips * calls_per_round_trip);
}

}  // namespace

int main(int argc, char** argv) {
    const long round_trips = argc == 3 ? std::strtol(argv[1], nullptr, 10) : 0;
    if (round_trips < 1) {
        std::fprintf(stderr, "usage: ping-pong ROUND-TRIPS FILE\n");
        return 2;
    }
    const int listener = static_cast<int>(check(socket(AF_INET, SOCK_STREAM, 0), "socket"));
    sockaddr_in address{};
    socklen_t length = sizeof address;
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    check(bind(listener, reinterpret_cast<const sockaddr*>(&address), length), "bind");
    check(getsockname(listener, reinterpret_cast<sockaddr*>(&address), &length), "getsockname");
    check(listen(listener, 1), "listen");
    if (check(fork(), "fork") == 0) {
        answer(listener);
        return 0;
    }
    const double each = ask(address, round_trips);
    wait(nullptr);
    std::FILE* file = std::fopen(argv[2], "w");
    if (file == nullptr) {
        std::perror(argv[2]);
        return 1;
    }
    std::fprintf(file, "%f\n", each);
    return std::fclose(file) == 0 ? 0 : 1;
}
