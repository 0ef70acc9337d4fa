// tests/captures/differences.hpp - where we say something else than Wireshark, and why ours is right.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

namespace sockstep {

/// One field of one connection of one capture: "/handshake", "/notes/8".
struct Difference {
    std::string file;
    std::uint64_t connection = 0;
    std::string path;

    friend bool operator==(const Difference&, const Difference&) = default;
    friend bool operator<(const Difference& a, const Difference& b) {
        return std::tie(a.file, a.connection, a.path) < std::tie(b.file, b.connection, b.path);
    }
};

struct ListedDifference {
    Difference difference;
    std::string_view reason;
};

inline constexpr std::string_view captured_backwards =
    "Frames stand in the file against the order of their own time stamps: the SYN-ACK before the SYN, data after its "
    "acknowledgement. All three segments of the handshake were seen, and nothing was sent twice.";
inline constexpr std::string_view crossing_syn =
    "RFC 9293 figure 7: in a simultaneous open each end answers the other's SYN with a SYN-ACK that repeats its own "
    "sequence number. No timer ran out, so it is no retransmission.";
inline constexpr std::string_view sent_twice =
    "Its bytes were seen before, so it is not a late first copy: after an ICMP 'fragmentation needed' they are sent "
    "again "
    "in smaller segments. Wireshark calls whatever comes within a round trip of the highest byte out-of-order.";

inline std::vector<ListedDifference> differences() {
    return {
        {{"erspan.pcap", 0, "/tcp_frames"}, "All of its TCP is inside ERSPAN tunnels, which are named, not followed."},
        {{"ipv6-http-atomic-frag.pcap", 1, "/handshake"}, captured_backwards},
        {{"ipv6-http-atomic-frag.pcap", 1, "/syn_ack"}, captured_backwards},
        {{"ipv6-http-atomic-frag.pcap", 1, "/ack"}, captured_backwards},
        {{"ipv6-http-atomic-frag.pcap", 1, "/notes/8"}, captured_backwards},
        {{"ipv6-http-atomic-frag.pcap", 1, "/retransmissions"}, captured_backwards},
        {{"own_simultaneous_open.pcap", 1, "/notes/3"}, crossing_syn},
        {{"own_simultaneous_open.pcap", 1, "/retransmissions"}, crossing_syn},
        {{"smtp.pcap", 1, "/notes/27"}, sent_twice},
        {{"smtp.pcap", 1, "/retransmissions"}, sent_twice},
    };
}

inline bool is_listed(const Difference& difference) {
    return std::ranges::any_of(differences(),
                               [&](const ListedDifference& listed) { return listed.difference == difference; });
}

}  // namespace sockstep
