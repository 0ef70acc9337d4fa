// tracer/calls/port_holders.cpp - reads /proc/TID/net/tcp and tcp6.
#include "calls/port_holders.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>

#include <cstdio>
#include <cstring>
#include <fstream>
#include <string>

#include "calls/address.hpp"
#include "calls/names.hpp"

namespace sockstep::calls {

namespace {

constexpr unsigned listening = 10;

struct Line {
    Address local;
    std::uint16_t port = 0;
    unsigned state = 0;
    std::uint64_t inode = 0;
};

/// The address stands as 32-bit words in the machine's own order, each in hexadecimal. Source: proc(5), /proc/net/tcp
Address address_from(const char* words, bool is_v6, std::uint16_t port) {
    std::uint32_t value[4]{};
    for (int word = 0; word < (is_v6 ? 4 : 1); ++word) {
        std::sscanf(words + std::ptrdiff_t{8} * word, "%8x", &value[word]);
    }
    Address address;
    if (is_v6) {
        sockaddr_in6 in{};
        in.sin6_family = AF_INET6;
        in.sin6_port = htons(port);
        std::memcpy(&in.sin6_addr, value, sizeof in.sin6_addr);
        std::memcpy(&address.storage, &in, sizeof in);
        address.length = sizeof in;
    } else {
        sockaddr_in in{};
        in.sin_family = AF_INET;
        in.sin_port = htons(port);
        std::memcpy(&in.sin_addr, value, sizeof in.sin_addr);
        std::memcpy(&address.storage, &in, sizeof in);
        address.length = sizeof in;
    }
    return address;
}

bool parse(const std::string& text, bool is_v6, Line& line) {
    char words[64]{};
    unsigned port = 0;
    unsigned long inode = 0;
    const int fields =
        std::sscanf(text.c_str(), " %*d: %63[0-9A-F]:%x %*[0-9A-F]:%*x %x %*x:%*x %*x:%*x %*x %*u %*d %lu", words,
                    &port, &line.state, &inode);
    if (fields != 4 || std::strlen(words) != (is_v6 ? 32 : 8)) {
        return false;  // the heading
    }
    line.port = static_cast<std::uint16_t>(port);
    line.local = address_from(words, is_v6, line.port);
    line.inode = inode;
    return true;
}

template <typename Wanted>
std::vector<record::PortHolder> find(pid_t tid, const Wanted& wanted) {
    std::vector<record::PortHolder> holders;
    for (const bool is_v6 : {false, true}) {
        std::ifstream file{fmt::format("/proc/{}/net/{}", tid, is_v6 ? "tcp6" : "tcp")};
        for (std::string text; std::getline(file, text);) {
            Line line;
            if (parse(text, is_v6, line) && wanted(line)) {
                if (const auto endpoint = endpoint_of(line.local)) {
                    holders.push_back({*endpoint, tcp_state(line.state), line.inode, true});
                }
            }
        }
    }
    return holders;
}

}  // namespace

std::vector<record::PortHolder> holders_of(std::uint16_t port, pid_t tid) {
    return find(tid, [port](const Line& line) { return line.port == port; });
}

std::vector<record::PortHolder> listeners_near(std::uint16_t port, pid_t tid) {
    const auto swapped = static_cast<std::uint16_t>(port << 8U | port >> 8U);
    auto holders = find(
        tid, [=](const Line& line) { return line.state == listening && (line.port == port || line.port == swapped); });
    for (record::PortHolder& holder : holders) {
        holder.same_port = holder.local.port == port;
    }
    return holders;
}

}  // namespace sockstep::calls
