// tracer/calls/proc_net.cpp - reads the kernel's lists of sockets.
#include "calls/proc_net.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <array>
#include <cstddef>
#include <cstring>

#include "base/words.hpp"
#include "calls/address.hpp"

namespace sockstep::calls {

namespace {

constexpr std::size_t digits_of_v4 = 8;

/// "0100007F:1388". The address stands as 32-bit words in the machine's own order, each in eight hexadecimal digits.
std::optional<base::Endpoint> endpoint_in(std::string_view text) {
    const std::string_view digits = base::next_word(text, ":");
    const auto port = base::number_in<std::uint16_t>(base::next_word(text, ":"), 16);
    std::array<std::uint32_t, 4> words{};
    if (!port || (digits.size() != digits_of_v4 && digits.size() != digits_of_v4 * words.size())) {
        return std::nullopt;
    }
    for (std::size_t word = 0; word < digits.size() / digits_of_v4; ++word) {
        words.at(word) =
            base::number_in<std::uint32_t>(digits.substr(word * digits_of_v4, digits_of_v4), 16).value_or(0);
    }
    Address address;
    if (digits.size() == digits_of_v4) {
        sockaddr_in in{};
        in.sin_family = AF_INET;
        in.sin_port = ::htons(*port);
        in.sin_addr.s_addr = words[0];
        std::memcpy(&address.storage, &in, sizeof in);
        address.length = sizeof in;
    } else {
        sockaddr_in6 in{};
        in.sin6_family = AF_INET6;
        in.sin6_port = ::htons(*port);
        std::memcpy(&in.sin6_addr, words.data(), sizeof in.sin6_addr);
        std::memcpy(&address.storage, &in, sizeof in);
        address.length = sizeof in;
    }
    return endpoint_of(address);
}

}  // namespace

/// "0: 0100007F:1388 0B00007F:A2C4 01 00000006:00000000 00:00000000 00000000 0 0 12345 ...": the number in the list,
/// both ends, the state, both queues, timer, retransmissions, user, timeout, inode.
std::optional<ListedSocket> listed_socket(std::string_view line) {
    base::next_word(line);
    const auto local = endpoint_in(base::next_word(line));
    const auto peer = endpoint_in(base::next_word(line));
    const auto state = base::number_in<unsigned>(base::next_word(line), 16);
    std::string_view queues = base::next_word(line);
    const auto send_queue = base::number_in<std::uint32_t>(base::next_word(queues, ":"), 16);
    const auto receive_queue = base::number_in<std::uint32_t>(base::next_word(queues, ":"), 16);
    for (int skipped = 0; skipped < 4; ++skipped) {
        base::next_word(line);
    }
    const auto inode = base::number_in<std::uint64_t>(base::next_word(line));
    if (!local || !peer || !state || !send_queue || !receive_queue || !inode) {
        return std::nullopt;
    }
    return ListedSocket{*local, *peer, *state, *send_queue, *receive_queue, *inode};
}

}  // namespace sockstep::calls
