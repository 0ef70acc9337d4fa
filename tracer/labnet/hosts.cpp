// tracer/labnet/hosts.cpp - names, addresses and the hosts file.
#include "labnet/hosts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <stdexcept>

namespace sockstep::labnet {

namespace {

constexpr std::uint8_t server_octet = 1;
constexpr std::uint8_t first_client_octet = 11;
constexpr std::size_t most_clients = 254 - first_client_octet + 1;

bool is_host_name(std::string_view name) {
    const auto is_letter_or_digit = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    };
    return !name.empty() && name.size() <= 63 && is_letter_or_digit(name.front()) && is_letter_or_digit(name.back()) &&
           std::ranges::all_of(name, [&](char c) { return is_letter_or_digit(c) || c == '-'; });
}

void check_name(const std::string& name, std::set<std::string>& names) {
    if (!is_host_name(name) || name == "localhost") {
        throw std::invalid_argument{fmt::format(
            "\"{}\" cannot be the name of a host: it takes letters, digits and inner hyphens, and localhost is taken",
            name)};
    }
    if (!names.insert(name).second) {
        throw std::invalid_argument{fmt::format("two hosts cannot have the same name, \"{}\"", name)};
    }
}

/// Octets of `number` as its decimal digits, read as a hexadecimal number: 11 gives 0x11, 123 gives 0x123.
std::uint16_t same_digits(std::uint8_t number) {
    return static_cast<std::uint16_t>(number / 100 << 8 | number / 10 % 10 << 4 | number % 10);
}

Host make_host(int number, const std::string& name, std::uint8_t octet) {
    const std::uint16_t digits = same_digits(octet);
    std::array<std::uint8_t, 16> ipv6{0xfd};
    ipv6[14] = static_cast<std::uint8_t>(digits >> 8U);
    ipv6[15] = static_cast<std::uint8_t>(digits & 0xffU);
    const std::array<std::uint8_t, 4> ipv4{10, 0, 0, octet};
    const std::array<std::uint8_t, 4> loopback{127, 0, 0, octet};
    return {number,
            name,
            base::ip_address(ipv4),
            base::ip_address(ipv6),
            base::ip_address(loopback),
            {2, 0, 0, 0, 0, octet}};
}

/// The words of a line up to a comment.
std::vector<std::string> words_of(std::string_view line) {
    constexpr std::string_view blanks = " \t\r";
    line = line.substr(0, line.find('#'));
    std::vector<std::string> words;
    for (;;) {
        line.remove_prefix(std::min(line.find_first_not_of(blanks), line.size()));
        if (line.empty()) {
            return words;
        }
        words.emplace_back(line.substr(0, line.find_first_of(blanks)));
        line.remove_prefix(words.back().size());
    }
}

/// Adds "NAME6", unless a host is called so.
std::string name6_of(const Host& host, const std::set<std::string>& names) {
    const std::string name = host.name + "6";
    return names.contains(name) ? std::string{} : name;
}

}  // namespace

std::vector<Host> make_hosts(const std::string& server, const std::vector<std::string>& clients) {
    if (clients.size() > most_clients) {
        throw std::invalid_argument{fmt::format("a lab has room for {} client hosts", most_clients)};
    }
    std::set<std::string> names;
    check_name(server, names);
    std::vector<Host> hosts{make_host(0, server, server_octet)};
    for (std::size_t i = 0; i < clients.size(); ++i) {
        check_name(clients[i], names);
        hosts.push_back(
            make_host(static_cast<int>(i) + 1, clients[i], static_cast<std::uint8_t>(first_client_octet + i)));
    }
    return hosts;
}

int host_number(base::Bytes mac, std::size_t hosts) {
    if (mac.size() < 6 || mac[0] != 2 || (mac[1] | mac[2] | mac[3] | mac[4]) != 0) {
        return -1;
    }
    const int number = mac[5] == server_octet ? 0 : mac[5] - first_client_octet + 1;
    const bool exists = mac[5] == server_octet || mac[5] >= first_client_octet;
    return exists && static_cast<std::size_t>(number) < hosts ? number : -1;
}

std::string hosts_file(const std::vector<Host>& hosts, std::string_view before) {
    std::set<std::string> ours{"localhost"};
    for (const Host& host : hosts) {
        ours.insert(host.name);
    }
    std::string text = "127.0.0.1\tlocalhost\n";
    std::set<std::string> second_names;
    for (const Host& host : hosts) {
        text += fmt::format("{}\t{}\n", base::to_string(host.ipv4), host.name);
        if (const std::string name6 = name6_of(host, ours); !name6.empty()) {
            text += fmt::format("{}\t{}\n", base::to_string(host.ipv6), name6);
            second_names.insert(name6);
        }
    }
    ours.merge(second_names);
    while (!before.empty()) {
        const std::string_view line = before.substr(0, before.find('\n'));
        before.remove_prefix(std::min(line.size() + 1, before.size()));
        std::vector<std::string> words = words_of(line);
        const auto is_ours = [&](const std::string& word) { return ours.contains(word); };
        words.erase(std::remove_if(words.begin(), words.end(), is_ours), words.end());
        if (words.size() > 1) {
            text += fmt::format("{}\n", fmt::join(words, "\t"));
        }
    }
    return text;
}

}  // namespace sockstep::labnet
