// tracer/calls/port_holders.cpp - reads /proc/TID/net/tcp and tcp6.
#include "calls/port_holders.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <fstream>
#include <optional>
#include <string>
#include <string_view>

#include "calls/address.hpp"
#include "calls/names.hpp"
#include "calls/proc_text.hpp"

namespace sockstep::calls {

namespace {

constexpr unsigned listening = 10;

struct Line {
    Address local;
    std::uint16_t port = 0;
    unsigned state = 0;
    std::uint64_t inode = 0;
};

/// The address stands as 32-bit words in the machine's own order, each in eight hexadecimal digits.
Address address_from(std::string_view digits, std::uint16_t port) {
    std::array<std::uint32_t, 4> words{};
    const std::size_t count = digits.size() / 8;
    for (std::size_t word = 0; word < count; ++word) {
        words[word] = number<std::uint32_t>(digits.substr(word * 8, 8), 16).value_or(0);
    }
    Address address;
    if (count == 1) {
        sockaddr_in in{};
        in.sin_family = AF_INET;
        in.sin_port = htons(port);
        std::memcpy(&in.sin_addr, words.data(), sizeof in.sin_addr);
        std::memcpy(&address.storage, &in, sizeof in);
        address.length = sizeof in;
    } else {
        sockaddr_in6 in{};
        in.sin6_family = AF_INET6;
        in.sin6_port = htons(port);
        std::memcpy(&in.sin6_addr, words.data(), sizeof in.sin6_addr);
        std::memcpy(&address.storage, &in, sizeof in);
        address.length = sizeof in;
    }
    return address;
}

/// "0: 0100007F:1388 00000000:0000 0A 00000000:00000000 00:00000000 00000000 0 0 12345 ...": the number in the list,
/// both ends, the state, queues, timer, retransmissions, user, timeout, inode. Source: proc(5), /proc/net/tcp
std::optional<Line> parse(std::string_view text) {
    next_word(text);
    std::string_view local = next_word(text);
    next_word(text);
    const auto state = number<unsigned>(next_word(text), 16);
    for (int skipped = 0; skipped < 5; ++skipped) {
        next_word(text);
    }
    const auto inode = number<std::uint64_t>(next_word(text));
    const std::string_view digits = next_word(local, ":");
    const auto port = number<std::uint16_t>(next_word(local, ":"), 16);
    const bool is_address = digits.size() == 8 || digits.size() == 32;
    if (!state || !inode || !port || !is_address) {
        return std::nullopt;  // the heading
    }
    return Line{address_from(digits, *port), *port, *state, *inode};
}

template <typename Wanted>
std::vector<record::PortHolder> find(pid_t tid, const Wanted& wanted) {
    std::vector<record::PortHolder> holders;
    for (const bool is_v6 : {false, true}) {
        std::ifstream file{fmt::format("/proc/{}/net/{}", tid, is_v6 ? "tcp6" : "tcp")};
        for (std::string text; std::getline(file, text);) {
            const auto line = parse(text);
            const auto endpoint = line ? endpoint_of(line->local) : std::nullopt;
            if (endpoint && wanted(*line)) {
                holders.push_back({*endpoint, tcp_state(line->state), line->inode, true});
            }
        }
    }
    return holders;
}

}  // namespace

/// Source: ip(7), ipv6(7): [::] takes IPv4's addresses too, unless IPV6_V6ONLY is set
bool are_in_each_others_way(const base::Endpoint& one, const base::Endpoint& other) {
    const auto stands_for_all = [](const base::Endpoint& endpoint) {
        return std::ranges::all_of(endpoint.address.octets, [](std::uint8_t octet) { return octet == 0; });
    };
    return one.port == other.port && (one.address == other.address || stands_for_all(one) || stands_for_all(other));
}

std::vector<record::PortHolder> holders_of(const base::Endpoint& wanted, pid_t tid) {
    auto holders = find(tid, [&](const Line& line) { return line.port == wanted.port; });
    std::erase_if(holders, [&](const auto& holder) { return !are_in_each_others_way(holder.local, wanted); });
    return holders;
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
