// server/chat/options.hpp - what the command line says.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <variant>

namespace chat {

struct Options {
    std::string address;  // empty: all addresses of this machine, IPv6 and IPv4
    std::uint16_t port = 5000;
    int max_clients = 1000;
    int max_line = 2048;       // bytes
    int max_rate = 500;        // lines a second from one client
    int idle_time = 1800;      // seconds without a line
    int login_attempts = 3;    // wrong group IDs or passwords on one connection
    int queue_limit = 262144;  // bytes that wait for one client
};

/// The options, or the exit status if there is nothing more to do: 0 after --help, 2 after a bad option, which has been
/// said on stderr in one line.
std::variant<Options, int> parse_options(int argc, const char* const* argv);

}  // namespace chat
