// tracer/decode/checksum.cpp - the Internet checksum, sixteen octets at a time; RFC 1071.
#include "decode/checksum.hpp"

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace sockstep::decode {

namespace {

constexpr std::uint64_t tcp_protocol_number = 6;
constexpr std::size_t checksum_at = 16;  // in the TCP header

/// A sum of 64-bit words whose carries are counted aside, to be added at the end: in ones' complement arithmetic the
/// order does not matter, and a wide sum folds to the same 16 bits. Source: RFC 1071 section 2 (A) and (C).
struct WideSum {
    std::uint64_t value = 0;
    std::uint64_t carries = 0;

    void add(std::uint64_t word) {
        value += word;
        carries += value < word ? 1U : 0U;
    }

    /// The same sum in at most 34 bits, so that a few of them can be added without carries.
    std::uint64_t shortened() const { return (value & 0xffffffffU) + (value >> 32U) + carries; }
};

std::uint64_t load(const std::uint8_t* octets) {
    std::uint64_t word = 0;
    std::memcpy(&word, octets, sizeof word);
    return word;
}

/// The last `count` of the eight octets that end at `end`, as the word they would begin if zeros followed them.
/// REQUIRES: 0 < count < 8.
std::uint64_t load_last(const std::uint8_t* end, std::size_t count) {
    const std::uint64_t word = load(end - sizeof word);
    const std::size_t others = 8 * (sizeof word - count);  // bits
    return std::endian::native == std::endian::little ? word >> others : word << others;
}

/// Sums `octets`, REQUIRES: eight of them or more, as words in the machine's byte order; an odd last octet counts as if a
/// zero followed it. The last few are taken with one load, not by cases: which case it is cannot be foreseen, and a wrong
/// guess of the processor costs more than the rest of the sum.
std::uint64_t sum(base::Bytes octets) {
    const std::uint8_t* next = octets.data();
    const std::uint8_t* const end = next + octets.size();
    WideSum even;  // two sums, because an addition need not wait for the other sum's
    WideSum odd;
    for (; end - next >= 16; next += 16) {
        even.add(load(next));
        odd.add(load(next + 8));
    }
    if (end - next >= 8) {
        even.add(load(next));
        next += 8;
    }
    if (next != end) {
        odd.add(load_last(end, static_cast<std::size_t>(end - next)));
    }
    return even.shortened() + odd.shortened();
}

/// The unused octets of an IPv4 address are zeros, which add nothing.
WideSum sum(const base::IpAddress& source, const base::IpAddress& destination) {
    WideSum total;
    for (const base::IpAddress* address : {&source, &destination}) {
        for (const std::uint64_t half : address->halves()) {
            total.add(half);
        }
    }
    return total;
}

/// Adds up the 16-bit words of `sum`, REQUIRES: of less than 48 bits. Ones' complement has two zeros; a sum of anything
/// but nothing gives the one that is 0xffff.
std::uint16_t fold(std::uint64_t sum) {
    sum = (sum & 0xffffU) + (sum >> 16U);
    sum = (sum & 0xffffU) + (sum >> 16U);
    sum = (sum & 0xffffU) + (sum >> 16U);
    return static_cast<std::uint16_t>(sum);
}

/// Summing in the machine's byte order and swapping the result is summing in network byte order.
/// Source: RFC 1071 section 2 (B).
std::uint16_t fold_to_network_order(std::uint64_t machine_sum) {
    const std::uint16_t folded = fold(machine_sum);
    if constexpr (std::endian::native == std::endian::little) {
        return static_cast<std::uint16_t>(folded << 8U | folded >> 8U);
    }
    return folded;
}

}  // namespace

Checksum verify_checksum(const base::IpAddress& source, const base::IpAddress& destination, base::Bytes segment) {
    // The pseudo header: addresses, protocol and length. Source: RFC 9293 section 3.1, RFC 8200 section 8.1 for IPv6.
    const std::uint64_t addresses = sum(source, destination).shortened();
    const std::uint64_t protocol_and_length = tcp_protocol_number + segment.size();

    // With the field among them all words add up to zero, which a sum writes as 0xffff. So a field of 0 passes where
    // 0xffff would, and the other way round, as it does at every receiver.
    if (fold(fold_to_network_order(addresses + sum(segment)) + protocol_and_length) == 0xffff) {
        return Checksum::Correct;
    }
    // For its network card Linux writes ~csum_fold(), which complements twice: the folded sum itself. See
    // __tcp_v4_send_check(), and tcp4_gro_complete() for segments merged on arrival. It is never 0 but 0xffff, so a
    // field of 0, which is none of the kernel's, does not match.
    const std::uint16_t pseudo_header = fold(fold_to_network_order(addresses) + protocol_and_length);
    return base::u16_at(segment, checksum_at) == pseudo_header ? Checksum::NotFilledIn : Checksum::Wrong;
}

}  // namespace sockstep::decode
