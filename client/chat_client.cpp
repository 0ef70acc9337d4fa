// client/chat_client.cpp - the group chat's client: one thread reads the keyboard and sends, one receives and prints.
//
// Build:     cmake --build build --target chat-client
// Run:       chat-client localhost 5000       (beside chat-server --port 5000; Ctrl-D ends)
// Trace it:  sockstep capture -i lo --filter 'tcp port 5000'     in another terminal, then start the client
//
// It knows next to nothing of the chat's rules: what is typed goes to the server, what the server sends is printed.
// Only when the server asks for a password is the terminal told not to show what is typed; see server_text.hpp.
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <charconv>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <iostream>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>
#include <thread>

#include "chat/check.hpp"
#include "server_text.hpp"
#include "terminal.hpp"

namespace {

using chat::check;

constexpr const char* usage = "usage: chat-client HOST PORT     (a port is a number from 1 to 65535)\n";

/// What the threads share.
struct Client {
    explicit Client(int connected) : connection{connected} {}

    const int connection;
    chat::Terminal terminal;
    std::atomic<bool> input_ended = false;
};

bool is_port(std::string_view text);                                            // 1 to 65535
int connect_to(const std::string& host, const std::string& port);               // to the first address that answers
void set_up(int connection);                                                    // socket options, each with its reason
sigset_t block_signals();                                                       // those that end a program
void wait_for_signal(sigset_t signals, const std::shared_ptr<Client>& client);  // a thread: restores the terminal
void send_keyboard(const std::shared_ptr<Client>& client);  // a thread: read, send, until end of input
bool send_all(int connection, std::string_view bytes);      // send(), until all of it is taken
std::string print_messages(Client& client);  // recv, print, until the server ends; what went wrong, if anything

}  // namespace

int main(int argc, char** argv) {
    if (argc == 2 && std::string_view{argv[1]} == "--help") {
        std::cout << usage;
        return 0;
    }
    if (argc != 3 || *argv[1] == '\0' || !is_port(argv[2])) {
        std::cerr << usage;
        return 2;
    }
    try {
        const sigset_t signals = block_signals();  // before the first thread starts, as each inherits this
        const auto client = std::make_shared<Client>(connect_to(argv[1], argv[2]));
        // Neither thread is waited for: when the server ends, one of them may still sleep in read(), the other in
        // sigwait().
        std::thread{wait_for_signal, signals, client}.detach();
        std::thread{send_keyboard, client}.detach();
        const std::string trouble = print_messages(*client);
        client->terminal.show_typing();
        if (!trouble.empty()) {
            throw std::runtime_error{trouble};
        }
    } catch (const std::exception& failure) {
        std::cerr << "chat-client: " << failure.what() << '\n';
        return 1;
    }
}

namespace {

bool is_port(std::string_view text) {
    std::uint16_t port = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
    return error == std::errc{} && end == text.data() + text.size() && port != 0;
}

int connect_to(const std::string& host, const std::string& port) {
    addrinfo wanted{};
    wanted.ai_family = AF_UNSPEC;  // IPv6 or IPv4, whatever the host has
    wanted.ai_socktype = SOCK_STREAM;
    addrinfo* addresses = nullptr;
    const int problem = getaddrinfo(host.c_str(), port.c_str(), &wanted, &addresses);  // blocks until it is looked up
    if (problem != 0) {
        throw std::runtime_error{"unknown host " + host + ": " + gai_strerror(problem)};
    }
    const std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> owner{addresses, freeaddrinfo};

    int error = 0;
    for (const addrinfo* address = addresses; address != nullptr; address = address->ai_next) {
        const int connection = socket(address->ai_family, SOCK_STREAM, 0);
        // sends the SYN; blocks until the SYN-ACK comes (then the kernel sends the last ACK), or a RST
        if (connection != -1 && connect(connection, address->ai_addr, address->ai_addrlen) == 0) {
            set_up(connection);
            return connection;
        }
        error = errno;
        if (connection != -1) {
            check(close(connection), "close");  // a socket whose connect failed is of no more use
        }
    }
    const std::string advice = error == ECONNREFUSED ? "; is chat-server running there, on this port?" : "";
    throw std::runtime_error{"cannot connect to " + host + " port " + port + ": " +
                             std::generic_category().message(error) + advice};
}

void set_up(int connection) {
    const int on = 1;
    const int silent = 60;         // seconds without a segment until the kernel asks whether the server is still there
    const int unanswered = 60000;  // milliseconds without an answer until the server counts as lost
    // A line leaves at once, though the one before is not acknowledged yet.
    check(setsockopt(connection, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on), "setsockopt(TCP_NODELAY)");
    // A server whose machine vanished sends no FIN; without these, recv() would sleep for ever.
    check(setsockopt(connection, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on), "setsockopt(SO_KEEPALIVE)");
    check(setsockopt(connection, IPPROTO_TCP, TCP_KEEPIDLE, &silent, sizeof silent), "setsockopt(TCP_KEEPIDLE)");
    check(setsockopt(connection, IPPROTO_TCP, TCP_USER_TIMEOUT, &unanswered, sizeof unanswered),
          "setsockopt(TCP_USER_TIMEOUT)");
}

sigset_t block_signals() {
    sigset_t signals{};
    check(sigemptyset(&signals), "sigemptyset");
    for (const int ending : {SIGINT, SIGTERM, SIGHUP, SIGQUIT}) {
        check(sigaddset(&signals, ending), "sigaddset");
    }
    check(sigprocmask(SIG_BLOCK, &signals, nullptr), "sigprocmask");
    if (signal(SIGPIPE, SIG_IGN) == SIG_ERR) {  // printing into a pipe that is closed fails, instead of killing us
        check(-1, "signal");
    }
    return signals;
}

void wait_for_signal(sigset_t signals, const std::shared_ptr<Client>& client) {
    int received = 0;
    sigwait(&signals, &received);  // blocks until one of the signals comes
    client->terminal.show_typing();
    // Now what the signal would have done by itself, so that the shell sees what ended us.
    static_cast<void>(signal(received, SIG_DFL));
    static_cast<void>(pthread_sigmask(SIG_UNBLOCK, &signals, nullptr));
    static_cast<void>(raise(received));
}

void send_keyboard(const std::shared_ptr<Client>& client) {
    for (;;) {
        std::array<char, 4096> bytes{};
        const ssize_t count = read(STDIN_FILENO, bytes.data(), bytes.size());  // blocks until a line is typed
        if (count == -1 && errno == EINTR) {
            continue;
        }
        if (count <= 0) {
            break;  // Ctrl-D, the end of the file, or a terminal that is gone
        }
        const std::string_view typed{bytes.data(), static_cast<std::size_t>(count)};
        if (typed.find('\n') != std::string_view::npos) {
            client->terminal.show_typing();  // if that was a password, it is complete
        }
        const bool sent = send_all(client->connection, typed);
        explicit_bzero(bytes.data(), bytes.size());
        if (!sent) {
            return;  // recv() in the other thread says why
        }
    }
    client->input_ended = true;
    static_cast<void>(shutdown(client->connection, SHUT_WR));  // our FIN: no more to send, but we still read
}

bool send_all(int connection, std::string_view bytes) {
    while (!bytes.empty()) {
        // blocks until the send buffer has room; sends data segments; MSG_NOSIGNAL: EPIPE instead of SIGPIPE
        const ssize_t count = send(connection, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (count == -1) {
            return false;
        }
        bytes.remove_prefix(static_cast<std::size_t>(count));  // it may have taken only some
    }
    return true;
}

std::string print_messages(Client& client) {
    chat::ServerText text;
    ssize_t count = 0;
    int error = 0;
    do {
        std::array<char, 4096> bytes{};
        count = recv(client.connection, bytes.data(), bytes.size(), 0);  // blocks until bytes, a FIN or a RST comes
        error = errno;
        const std::string shown = text.add({bytes.data(), count > 0 ? static_cast<std::size_t>(count) : 0});
        if (text.asks_password()) {
            client.terminal.hide_typing();  // before the question is seen, and answered
        } else {
            client.terminal.show_typing();
        }
        std::cout << shown << std::flush;
        if (!std::cout) {
            return "cannot print any more";
        }
    } while (count > 0);

    if (text.within_line()) {
        std::cout << std::endl;
    }
    check(close(client.connection), "close");  // our FIN, unless end of input sent it
    if (text.said_goodbye() || (count == 0 && client.input_ended)) {
        return "";
    }
    return count == 0 ? "the server closed the connection"
                      : "lost the server: " + std::generic_category().message(error);
}

}  // namespace
