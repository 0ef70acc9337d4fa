// tests/programs/scenes.hpp - what the scenes share, and their names.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>

constexpr const char* this_program = "/proc/self/exe";

inline void check(bool good, const char* what) {
    if (!good) {
        std::fprintf(stderr, "%s: %s\n", what, std::strerror(errno));
        std::_Exit(1);
    }
}

inline sockaddr_in loopback(std::uint16_t port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(port);
    return address;
}

inline sockaddr* generic(sockaddr_in& address) {
    return reinterpret_cast<sockaddr*>(&address);
}

inline sockaddr_in name_of(int fd) {
    sockaddr_in address{};
    socklen_t length = sizeof address;
    check(getsockname(fd, generic(address), &length) == 0, "getsockname");
    return address;
}

inline int listener() {
    const int fd = socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address = loopback(0);
    check(bind(fd, generic(address), sizeof address) == 0, "bind");
    check(listen(fd, 8) == 0, "listen");
    return fd;
}

inline int connect_to(sockaddr_in address) {
    const int fd = socket(AF_INET, SOCK_STREAM, 0);
    check(connect(fd, generic(address), sizeof address) == 0, "connect");
    return fd;
}

struct Pair {
    int client;
    int server;
};

inline Pair connected() {
    const int waiting = listener();
    const int client = connect_to(name_of(waiting));
    const int server = accept(waiting, nullptr, nullptr);
    check(server >= 0, "accept");
    close(waiting);
    return {client, server};
}

/// Blocks until the test sends SIGUSR1, wherever the program is by then.
inline void block_go_signal() {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGUSR1);
    sigprocmask(SIG_BLOCK, &set, nullptr);
}
inline void wait_for_go_signal() {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGUSR1);
    int signal = 0;
    sigwait(&set, &signal);
}

inline void handler(int) {}
inline void catch_signal(int signal, int flags) {
    struct sigaction action {};
    action.sa_handler = handler;
    action.sa_flags = flags;
    check(sigaction(signal, &action, nullptr) == 0, "sigaction");
}

// The scenes, each with its exit status.
int plain();
int transfers();
int short_sends();
int waits_for_pipe();
int urgent();
int datagrams();
int descriptors();
int waits();
int blocked_receive();
int wait_for_all();
int many_connects();
int many_large_sends();
int blocked_send();
int interrupted();
int interrupted_with_timeout();
int interrupted_poll();
int ignores_a_signal();
int ignores_its_child();
int threads();
int exit_during_receive();
int first_thread_ends();
int exec_from_thread();
int exec_keeps_sockets();
int end_of_stream_on_40();
int spawns();
int becomes_daemon();
int address_in_use();
int swapped_port();
int stream_of_stdio();
int passes_descriptor();
int thousand();
int killed_by_sigpipe();
int lists_descriptors();
int lingering_close();
int outlives_its_parent();
int bound_twice();
int bound_twice_for_datagrams();
