// tests/tcp/random_traffic.hpp - traffic by dice: plausible, and not plausible at all. The same seed, the same traffic.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <random>
#include <utility>
#include <vector>

#include "base/timestamp.hpp"
#include "decode/frame_builder.hpp"
#include "decode/tcp_segment.hpp"

namespace sockstep::tcp {

/// A segment as a capture would hand it out. Its payload views static storage.
struct Captured {
    decode::TcpSegment packet;
    base::Timestamp time;
};
using Traffic = std::vector<Captured>;

/// What every payload of random traffic is a piece of; it has control characters and no terminal's sequence is missing.
inline base::Bytes random_payload(std::size_t length) {
    static const auto octets = [] {
        std::array<std::uint8_t, 4096> all{};
        for (std::size_t i = 0; i < all.size(); ++i) {
            all[i] = static_cast<std::uint8_t>(i % 3 == 0 ? 0x1B : i % 251);
        }
        return all;
    }();
    return base::Bytes{octets}.first(std::min(length, octets.size()));
}

/// Two ends that follow the rules for the most part, and a network that does not.
class RandomTraffic {
public:
    explicit RandomTraffic(std::uint32_t seed) : random_{seed} {}

    /// Interleaved conversations, about `segments` of them in all; some dropped, doubled, or swapped with others.
    Traffic plausible(std::size_t conversations, std::size_t segments) {
        std::vector<Pair> pairs;
        for (std::size_t i = 0; i < conversations; ++i) {
            pairs.push_back(pair(i));
        }
        Traffic traffic;
        base::Timestamp now{std::chrono::seconds{1'700'000'000}};
        while (traffic.size() < segments) {
            Pair& talking = pairs[below(static_cast<std::uint32_t>(pairs.size()))];
            now += std::chrono::microseconds{below(chance(50) ? 300'000 : 2'000)};
            traffic.push_back({next_of(talking), now});
        }
        return on_a_bad_network(traffic);
    }

    /// Any flags, numbers and options between a few endpoints, an endpoint with itself included.
    Traffic arbitrary(std::size_t segments) {
        Traffic traffic;
        base::Timestamp now{std::chrono::seconds{1'700'000'000}};
        for (std::size_t i = 0; i < segments; ++i) {
            now += std::chrono::microseconds{below(5'000'000)} - std::chrono::microseconds{below(100'000)};
            traffic.push_back({any_segment(), now});
        }
        return traffic;
    }

private:
    struct End {
        base::Endpoint at;
        std::uint32_t initial = 0;
        std::uint32_t next = 0;  // relative, as all below
        std::uint32_t received = 0;
        std::uint16_t window = 1000;
        bool has_ended = false;
    };
    struct Pair {
        End ends[2];
        int opened = 0;  // segments of the handshake
        bool options = false;
    };

    std::uint32_t below(std::uint32_t limit) { return static_cast<std::uint32_t>(random_() % std::max(limit, 1U)); }
    bool chance(std::uint32_t one_in) { return below(one_in) == 0; }

    Pair pair(std::size_t number) {
        const auto port = static_cast<std::uint16_t>(10'000 + number);
        const bool v6 = chance(3);
        Pair pair;
        pair.ends[0].at = decode::endpoint(v6 ? "2001:db8:1234:5678:9abc:def0:1234:5678" : "192.168.100.111", port);
        pair.ends[1].at = decode::endpoint(v6 ? "2001:db8:ffff:eeee:dddd:cccc:bbbb:aaaa" : "192.168.200.222", 443);
        begin(pair);
        return pair;
    }

    void begin(Pair& pair) {
        for (End& end : pair.ends) {
            end = {end.at, chance(3) ? 0xFFFFFFFFU - below(5000) : static_cast<std::uint32_t>(random_())};
        }
        pair.opened = chance(4) ? 3 : 0;  // some began before the capture
        if (pair.opened == 3) {
            for (End& end : pair.ends) {
                end.next = end.received = 1;
            }
        }
        pair.options = chance(2);
    }

    static decode::TcpSegment header(const End& from, const End& to, std::uint8_t flags, std::uint32_t seq) {
        decode::TcpSegment segment;
        segment.source = from.at;
        segment.destination = to.at;
        segment.seq = base::SeqNum{from.initial + seq};
        segment.ack = base::SeqNum{(flags & 0x10U) != 0 ? to.initial + from.received : 0};
        segment.flags.bits = flags;
        segment.window = from.window;
        segment.checksum = decode::Checksum::Correct;
        return segment;
    }

    void carry(decode::TcpSegment& segment, std::uint32_t length) {
        segment.payload_length = length;
        segment.payload = random_payload(chance(20) ? length / 2 : length);
    }

    void propose(decode::TcpSegment& segment) {
        segment.options.mss = static_cast<std::uint16_t>(below(1460));
        segment.options.window_scale = static_cast<std::uint8_t>(below(17));
        segment.options.sack_permitted = chance(2);
        segment.options.truncated = chance(10);
        segment.options.fast_open = chance(10);
        if (chance(2)) {
            segment.options.timestamps = decode::TcpTimestamps{1, 2};
        }
    }

    decode::TcpSegment next_of(Pair& pair) {
        if (chance(60)) {
            begin(pair);  // the port is used again
        }
        if (pair.opened < 3) {
            return next_of_handshake(pair);
        }
        const std::uint32_t side = below(2);
        return next_in_stream(pair.ends[side], pair.ends[1 - side]);
    }

    decode::TcpSegment next_of_handshake(Pair& pair) {
        End& client = pair.ends[0];
        End& server = pair.ends[1];
        const int step = chance(10) ? pair.opened : pair.opened++;  // again, or the next one
        if (step == 1 && chance(10)) {
            return header(server, client, 0x14, 0U - server.initial);
        }
        if (step == 2) {
            return header(client, server, 0x10, 1);
        }
        End& from = step == 0 ? client : server;
        End& to = step == 0 ? server : client;
        const bool crosses = step == 1 && chance(15);
        decode::TcpSegment syn = header(from, to, step == 0 || crosses ? 0x02 : 0x12, 0);
        from.next = to.received = 1;
        if (pair.options) {
            propose(syn);
        }
        if (step == 0 && chance(10)) {
            carry(syn, 100);
            from.next = 101;
        }
        return syn;
    }

    decode::TcpSegment next_in_stream(End& from, End& to) {
        decode::TcpSegment segment = header(from, to, 0x10, from.next);
        switch (below(16)) {
            case 0:  // again
                segment.seq = base::SeqNum{from.initial + from.next - below(std::min(from.next, 3000U))};
                carry(segment, below(2000));
                return segment;
            case 1:
                from.window = static_cast<std::uint16_t>(chance(2) ? 0 : below(3000));
                segment.window = from.window;
                return segment;
            case 2:  // a keep-alive
                segment.seq = segment.seq - 1U;
                carry(segment, below(2));
                return segment;
            case 3:  // what comes may be missing something
                from.received -= std::min(from.received, below(500));
                segment.options.sack_count = static_cast<std::uint8_t>(1 + below(3));
                for (decode::SackBlock& block : segment.options.sack_blocks) {
                    block.left = segment.ack + below(2000) - below(2000);
                    block.right = block.left + below(1000);
                }
                return segment;
            case 4:
                segment.checksum = decode::Checksum::Wrong;
                carry(segment, below(100));
                return segment;
            case 5:
                return ending(from, to, segment);
            case 6:
            case 7:
            case 8:
                from.received = to.next;
                segment.ack = base::SeqNum{to.initial + from.received};
                return segment;
            default:
                carry(segment, chance(4) ? 1 : 1 + below(1460));
                segment.flags.bits = chance(5) ? 0x18 : 0x10;
                from.next += segment.payload_length;
                return segment;
        }
    }

    decode::TcpSegment ending(End& from, const End& to, decode::TcpSegment segment) {
        if (chance(3)) {
            return header(from, to, chance(2) ? 0x04 : 0x14, chance(3) ? from.next + 7 : from.next);
        }
        segment.flags.bits = 0x11;
        carry(segment, below(2) * below(300));
        from.next += from.has_ended ? 0 : segment.payload_length + 1;
        from.has_ended = true;
        return segment;
    }

    Traffic on_a_bad_network(const Traffic& traffic) {
        Traffic seen;
        for (const Captured& captured : traffic) {
            if (!chance(20)) {
                seen.push_back(captured);
            }
            if (chance(25)) {
                seen.push_back(captured);
            }
        }
        for (std::size_t i = 5; i < seen.size(); ++i) {
            if (chance(15)) {
                std::swap(seen[i].packet, seen[i - 1 - below(4)].packet);
            }
        }
        return seen;
    }

    decode::TcpSegment any_segment() {
        decode::TcpSegment segment;
        segment.source = decode::endpoint("10.0.0.1", static_cast<std::uint16_t>(1 + below(3)));
        segment.destination =
            decode::endpoint(chance(2) ? "10.0.0.1" : "10.0.0.2", static_cast<std::uint16_t>(1 + below(3)));
        segment.seq = base::SeqNum{chance(2) ? below(3000) : static_cast<std::uint32_t>(random_())};
        segment.ack = base::SeqNum{chance(2) ? below(3000) : static_cast<std::uint32_t>(random_())};
        segment.flags.bits = static_cast<std::uint8_t>(chance(4) ? random_() : random_() & 0x19U);
        segment.window = static_cast<std::uint16_t>(chance(4) ? 0 : random_());
        segment.checksum = static_cast<decode::Checksum>(below(4));
        carry(segment, chance(2) ? below(3) : chance(1000) ? 0xFFFFFFF0U : below(3000));
        propose(segment);
        segment.options.malformed = chance(10);
        segment.options.sack_count = static_cast<std::uint8_t>(below(5));
        for (decode::SackBlock& block : segment.options.sack_blocks) {
            block = {base::SeqNum{static_cast<std::uint32_t>(random_())}, base::SeqNum{below(3000)}};
        }
        return segment;
    }

    std::mt19937 random_;
};

}  // namespace sockstep::tcp
