// server/chat_server.cpp - the group chat: socket, bind, listen, then for ever accept and a thread for the new client.
//
// Build:     cmake --build build --target chat-server      (several files and libsodium; echo_server.cpp is the one to
//            begin with)
// Run:       chat-server --port 5000, then in other terminals: chat-client localhost 5000, or nc localhost 5000
// Trace it:  sockstep capture -i lo --filter 'tcp port 5000'
//
// The calls for one client: chat/handle_client.cpp. What it is asked: chat/conversation.cpp. Who hears what:
// chat/group.cpp. Why nobody has to wait for a slow reader: chat/outbox.hpp.
#include <netdb.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <exception>
#include <iostream>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>
#include <thread>

#include "chat/check.hpp"
#include "chat/handle_client.hpp"
#include "chat/options.hpp"

namespace {

using chat::check;

void serve(const chat::Options& options);                           // the server, until SIGINT or SIGTERM
int open_listener(const chat::Options& options);                    // socket, bind, listen
int try_to_listen(const std::string& address, std::uint16_t port);  // the same for one address; -1 and errno
std::uint16_t port_of(int listener);                                // the port that it was given
sigset_t block_signals();                                           // SIGINT and SIGTERM; a thread waits for them
void wait_for_signal(sigset_t signals, int listener);               // that thread
void accept_clients(int listener, const std::shared_ptr<chat::Server>& server);  // for ever, a thread for each
void start_thread(const std::shared_ptr<chat::Server>& server, int connection);  // for a client that was accepted
void refuse(int connection, std::string_view words);                             // for one that cannot be served
void close_server(chat::Server& server);  // tells all clients, waits for them a moment
void allow_descriptors(int clients);      // raises the limit of open files if need be

}  // namespace

int main(int argc, char** argv) {
    const auto parsed = chat::parse_options(argc, argv);
    if (const int* status = std::get_if<int>(&parsed)) {
        return *status;
    }
    try {
        serve(std::get<chat::Options>(parsed));
    } catch (const std::exception& failure) {
        std::cerr << "chat-server: " << failure.what() << '\n';
        return 1;
    }
}

namespace {

void serve(const chat::Options& options) {
    allow_descriptors(options.max_clients);
    const sigset_t signals = block_signals();  // before the first thread starts, as each inherits this
    const auto server = std::make_shared<chat::Server>(options);
    const int listener = open_listener(options);
    std::cout << "listening on port " << port_of(listener) << std::endl;

    std::thread{wait_for_signal, signals, listener}.detach();
    accept_clients(listener, server);
    check(close(listener), "close");
    close_server(*server);
}

int open_listener(const chat::Options& options) {
    const bool all = options.address.empty();
    // :: takes IPv4 clients too, as ::ffff:a.b.c.d; 0.0.0.0 is for a machine without IPv6.
    int listener = try_to_listen(all ? "::" : options.address, options.port);
    if (all && listener == -1 && (errno == EAFNOSUPPORT || errno == EADDRNOTAVAIL)) {
        listener = try_to_listen("0.0.0.0", options.port);
    }
    if (listener != -1) {
        return listener;
    }
    const int error = errno;
    std::string remedy = "check --bind and --port";
    if (error == EADDRINUSE) {
        remedy = "stop the program that listens there, or choose another --port (0: any free one)";
    } else if (error == EACCES) {
        remedy = "ports below 1024 are for root; choose another --port";
    } else if (error == EADDRNOTAVAIL) {
        remedy = "this machine does not have that address; see: ip address";
    }
    throw std::runtime_error{"cannot listen on port " + std::to_string(options.port) + ": " +
                             std::generic_category().message(error) + "; " + remedy};
}

int try_to_listen(const std::string& address, std::uint16_t port) {
    addrinfo wanted{};
    wanted.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV;
    wanted.ai_socktype = SOCK_STREAM;
    addrinfo* found = nullptr;
    const int problem = getaddrinfo(address.c_str(), std::to_string(port).c_str(), &wanted, &found);
    if (problem != 0) {
        throw std::runtime_error{address + ": " + gai_strerror(problem)};
    }
    const std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> owner{found, freeaddrinfo};

    const int listener = socket(found->ai_family, SOCK_STREAM, 0);
    if (listener == -1) {
        return -1;
    }
    const int off = 0;
    const int on = 1;
    if (found->ai_family == AF_INET6) {
        check(setsockopt(listener, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof off), "setsockopt(IPV6_V6ONLY)");
    }
    // The port may be taken again while connections of an earlier run are in TIME-WAIT.
    check(setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on), "setsockopt(SO_REUSEADDR)");
    if (bind(listener, found->ai_addr, found->ai_addrlen) == -1 ||
        listen(listener, SOMAXCONN) == -1) {  // from here on the kernel answers SYNs for us
        const int error = errno;
        check(close(listener), "close");
        errno = error;
        return -1;
    }
    return listener;
}

std::uint16_t port_of(int listener) {
    sockaddr_in6 address{};  // sin6_port lies where sin_port does, so this serves both families
    socklen_t size = sizeof address;
    check(getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size), "getsockname");
    return ntohs(address.sin6_port);
}

sigset_t block_signals() {
    sigset_t signals{};
    check(sigemptyset(&signals), "sigemptyset");
    check(sigaddset(&signals, SIGINT), "sigaddset");
    check(sigaddset(&signals, SIGTERM), "sigaddset");
    check(sigprocmask(SIG_BLOCK, &signals, nullptr), "sigprocmask");
    if (signal(SIGPIPE, SIG_IGN) == SIG_ERR) {  // a log that nobody reads any more is no reason to die
        check(-1, "signal");
    }
    return signals;
}

void wait_for_signal(sigset_t signals, int listener) {
    int signal = 0;
    sigwait(&signals, &signal);                        // blocks until SIGINT or SIGTERM comes
    static_cast<void>(shutdown(listener, SHUT_RDWR));  // wakes accept(), which then fails with EINVAL
}

void accept_clients(int listener, const std::shared_ptr<chat::Server>& server) {
    bool short_of_descriptors = false;
    for (;;) {
        const int connection = accept(listener, nullptr, nullptr);  // blocks until a handshake is complete
        if (connection != -1) {
            short_of_descriptors = false;
            start_thread(server, connection);
            continue;
        }
        switch (errno) {
            case EINVAL:  // the listener was shut down: the server is to end
                return;
            case EMFILE:
            case ENFILE:
            case ENOBUFS:
            case ENOMEM:
                // Trying again at once would fail at once. The client waits, connected, until another has left.
                if (!short_of_descriptors) {
                    std::cerr << "chat-server: accept: " << std::generic_category().message(errno)
                              << "; new clients wait (see: ulimit -n, --max-clients)" << std::endl;
                }
                short_of_descriptors = true;
                server->clients.wait_for_one_to_leave(std::chrono::seconds{1});
                break;
            case EBADF:
            case EFAULT:
            case ENOTSOCK:
            case EOPNOTSUPP:  // our mistake: no other try would do better
                check(connection, "accept");
                break;
            default:  // ECONNABORTED, EPROTO, ENETDOWN...: that client's trouble, or the network's. Source: accept(2)
                break;
        }
    }
}

void start_thread(const std::shared_ptr<chat::Server>& server, int connection) {
    const auto outbox = std::make_shared<chat::Outbox>(static_cast<std::size_t>(server->options.queue_limit));
    if (!server->clients.add(connection, outbox)) {
        refuse(connection, "* Disconnected: the server is full; please try again later.\n");
        return;
    }
    try {
        std::thread{chat::handle_client, server, connection, outbox}.detach();
    } catch (const std::system_error& failure) {  // EAGAIN: there are too many threads
        std::cerr << "chat-server: no thread for a client: " << failure.what() << std::endl;
        server->clients.remove(connection);
        refuse(connection, "* Disconnected: the server is busy; please try again later.\n");
    }
}

void refuse(int connection, std::string_view words) {
    // A new connection's send buffer is empty, so this never blocks; MSG_DONTWAIT says so. A client that hears nothing
    // sees at least the FIN.
    static_cast<void>(send(connection, words.data(), words.size(), MSG_NOSIGNAL | MSG_DONTWAIT));
    static_cast<void>(shutdown(connection, SHUT_WR));  // our FIN
    static_cast<void>(close(connection));
}

void close_server(chat::Server& server) {
    server.passwords.stop();
    server.clients.close_all("* Disconnected: the server is closing.\n");
    if (!server.clients.wait_for_all_to_leave(std::chrono::seconds{2})) {
        server.clients.shut_down_all();  // who has not read until now will not
        server.clients.wait_for_all_to_leave(std::chrono::seconds{5});
    }
}

void allow_descriptors(int clients) {
    const rlim_t needed = static_cast<rlim_t>(clients) + 16;
    rlimit limit{};
    check(getrlimit(RLIMIT_NOFILE, &limit), "getrlimit");
    if (limit.rlim_cur < needed) {
        limit.rlim_cur = std::min(needed, limit.rlim_max);
        check(setrlimit(RLIMIT_NOFILE, &limit), "setrlimit");
    }
    if (limit.rlim_cur < needed) {
        std::cerr << "chat-server: only " << limit.rlim_cur << " open files are allowed, too few for --max-clients "
                  << clients << "; raise it with ulimit -n" << std::endl;
    }
}

}  // namespace
