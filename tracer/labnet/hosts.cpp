// tracer/labnet/hosts.cpp - names, addresses and the hosts file.
#include "labnet/hosts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <stdexcept>

#include "base/words.hpp"

namespace sockstep::labnet {

namespace {

constexpr std::uint8_t server_octet = 1;
constexpr std::uint8_t first_client_octet = 11;
constexpr std::size_t most_clients = 254 - first_client_octet + 1;

bool is_letter_or_digit(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

bool is_host_name(std::string_view name) {
    return !name.empty() && name.size() <= 63 && is_letter_or_digit(name.front()) && name.back() != '-' &&
           std::ranges::all_of(name, [](char c) { return is_letter_or_digit(c) || c == '-' || c == '_'; });
}

/// Letters of a host's name are the same in either case. Source: RFC 1123 section 2.1, RFC 4343
std::string lower(std::string name) {
    std::ranges::transform(name, name.begin(),
                           [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    return name;
}

void check_name(const std::string& name, std::set<std::string>& names) {
    if (!is_host_name(name) || lower(name) == "localhost") {
        throw std::invalid_argument{
            fmt::format("\"{}\" cannot be the name of a host: it takes up to 63 letters, digits, _ and inner hyphens, "
                        "begins with a "
                        "letter or digit, and localhost is taken",
                        name)};
    }
    if (!names.insert(lower(name)).second) {
        throw std::invalid_argument{
            fmt::format("two hosts cannot have the same name, \"{}\", be it in another case", name)};
    }
}

/// Octets of `number` as its decimal digits, read as a hexadecimal number: 11 gives 0x11, 123 gives 0x123.
std::uint16_t same_digits(std::uint8_t number) {
    return static_cast<std::uint16_t>(number / 100 << 8 | number / 10 % 10 << 4 | number % 10);
}

/// `first` and `last` are the outermost of its eight groups; those between are 0.
base::IpAddress ipv6_address(std::uint16_t first, std::uint16_t last) {
    std::array<std::uint8_t, 16> octets{};
    octets[0] = static_cast<std::uint8_t>(first >> 8U);
    octets[1] = static_cast<std::uint8_t>(first & 0xffU);
    octets[14] = static_cast<std::uint8_t>(last >> 8U);
    octets[15] = static_cast<std::uint8_t>(last & 0xffU);
    return base::ip_address(octets);
}

Host make_host(int number, const std::string& name, std::uint8_t octet) {
    const std::array<std::uint8_t, 4> ipv4{10, 0, 0, octet};
    const std::array<std::uint8_t, 4> loopback{127, 0, 0, octet};
    return {number,
            name,
            base::ip_address(ipv4),
            ipv6_address(0xfd00, same_digits(octet)),
            ipv6_address(0xfe80, same_digits(octet)),
            base::ip_address(loopback),
            {2, 0, 0, 0, 0, octet}};
}

/// Every name that the hosts file gives to a host's address, once for all hosts: programs look them up in any case.
class NamesGiven {
public:
    explicit NamesGiven(const std::vector<Host>& hosts) {
        names_.insert("localhost");
        for (const Host& host : hosts) {
            names_.insert(lower(host.name));
        }
    }

    bool contains(const std::string& name) const { return names_.contains(lower(name)); }

    /// "\tNAME" if nobody has that name yet, otherwise nothing.
    std::string claim(const std::string& name) {
        return is_host_name(name) && names_.insert(lower(name)).second ? "\t" + name : "";
    }

private:
    std::set<std::string> names_;
};

/// Some programs refuse names with _, which RFC 1123 does not know. Empty: it has none, or nothing else is left of it.
std::string without_underscores(std::string name) {
    if (name.find('_') == std::string::npos) {
        return "";
    }
    std::ranges::replace(name, '_', '-');
    name.erase(name.find_last_not_of('-') + 1);
    return name;
}

/// server6; but client2-6, for client26 would be another host.
std::string name_of_ipv6(const std::string& name) {
    if (name.empty()) {
        return "";
    }
    const bool ends_in_digit = name.back() >= '0' && name.back() <= '9';
    return name + (ends_in_digit ? "-6" : "6");
}

/// The lines of one host.
std::string lines_of(const Host& host, NamesGiven& given) {
    const std::string plain = without_underscores(host.name);
    std::string names = host.name + given.claim(plain);
    std::string names6 = given.claim(name_of_ipv6(host.name)) + given.claim(name_of_ipv6(plain));
    for (const std::string& program : host.programs) {
        const std::string plain_program = without_underscores(program);
        const std::string name = given.claim(program);
        if (name.empty()) {
            continue;  // another host is called so, or it can be no host's name
        }
        names += name + given.claim(plain_program);
        names6 += given.claim(name_of_ipv6(program)) + given.claim(name_of_ipv6(plain_program));
    }
    const std::string text = fmt::format("{}\t{}\n", base::to_string(host.ipv4), names);
    return names6.empty() ? text : text + fmt::format("{}{}\n", base::to_string(host.ipv6), names6);
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
    NamesGiven given{hosts};
    std::string text = "127.0.0.1\tlocalhost\n";
    for (const Host& host : hosts) {
        text += lines_of(host, given);
    }
    while (!before.empty()) {
        const std::string_view line = before.substr(0, before.find('\n'));
        before.remove_prefix(std::min(line.size() + 1, before.size()));
        auto words = base::words_of(line.substr(0, line.find('#')), " \t\r");  // what follows is a comment
        const auto is_ours = [&](std::string_view word) { return given.contains(std::string{word}); };
        words.erase(std::remove_if(words.begin(), words.end(), is_ours), words.end());
        if (words.size() > 1) {
            text += fmt::format("{}\n", fmt::join(words, "\t"));
        }
    }
    return text;
}

}  // namespace sockstep::labnet
