// server/chat/options.cpp - each option with its range.
#include "chat/options.hpp"

#include <arpa/inet.h>

#include <array>
#include <iostream>

#include <CLI/CLI.hpp>

namespace chat {

namespace {

std::string problem_with_address(const std::string& text) {
    std::array<unsigned char, sizeof(in6_addr)> address{};
    const bool good =
        inet_pton(AF_INET6, text.c_str(), address.data()) == 1 || inet_pton(AF_INET, text.c_str(), address.data()) == 1;
    return good ? "" : "'" + text + "' is no IPv4 or IPv6 address";
}

/// In the help a number's range stands in its description; without it CLI11 would put "INT:INT in [1 - 10000]" there.
CLI::Range within(int least, int most) {
    CLI::Range range{least, most};
    range.description("");
    return range;
}

std::string one_line(std::string text) {
    for (char& c : text) {
        c = c == '\n' ? ' ' : c;
    }
    return text;
}

}  // namespace

std::variant<Options, int> parse_options(int argc, const char* const* argv) {
    Options options;
    CLI::App app{"A group chat over TCP: nc, telnet or chat-client is a client.", "chat-server"};
    app.option_defaults()->always_capture_default();
    app.add_option("--port", options.port, "port to listen on, up to 65535; 0: any free one, which is printed")
        ->check(within(0, 65535));
    app.add_option("--bind", options.address, "address to listen on; default: all, IPv6 and IPv4")
        ->check(CLI::Validator{problem_with_address, "ADDRESS"})
        ->capture_default_str();
    app.add_option("--max-clients", options.max_clients, "clients at once, 1 to 10000")->check(within(1, 10000));
    app.add_option("--max-line", options.max_line, "bytes in a line, 64 to 65536")->check(within(64, 65536));
    app.add_option("--max-rate", options.max_rate,
                   "lines a second from one client, 1 to 1000000; who sends faster is read slower")
        ->check(within(1, 1000000));
    app.add_option("--idle-time", options.idle_time,
                   "seconds without a line until a client is disconnected, 1 to 604800")
        ->check(within(1, 604800));
    app.add_option("--login-attempts", options.login_attempts,
                   "wrong passwords until a client is disconnected, 1 to 100")
        ->check(within(1, 100));
    app.add_option("--queue-limit", options.queue_limit,
                   "bytes that may wait for a client until it is dropped, 16384 to 67108864")
        ->check(within(16384, 67108864));
    try {
        app.parse(argc, argv);
        if (options.queue_limit < 4 * options.max_line) {  // each byte of a line may become the three of U+FFFD
            throw CLI::ValidationError{"--queue-limit", "must be at least four times --max-line"};
        }
    } catch (const CLI::ParseError& error) {
        if (error.get_exit_code() == 0) {
            return app.exit(error);  // --help
        }
        std::cerr << "chat-server: " << one_line(error.what()) << " (see chat-server --help)\n";
        return 2;
    }
    return options;
}

}  // namespace chat
