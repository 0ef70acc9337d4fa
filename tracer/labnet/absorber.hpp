// tracer/labnet/absorber.hpp - while segments are stopped, tells what is news from what kernels repeat out of
// impatience: pure.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "base/ip_address.hpp"
#include "base/seq_num.hpp"
#include "decode/tcp_segment.hpp"

namespace sockstep::labnet {

/// Why a segment is no news.
enum class Repeats : std::uint8_t {
    Held,      // a copy of what is held
    Answered,  // its receiver has answered it, and the answer is held
};

struct Absorbed {
    Repeats what = Repeats::Held;
    std::uint64_t held = 0;  // id of the segment that is held

    friend bool operator==(const Absorbed&, const Absorbed&) = default;
};

/// Knows the segments that are held. A segment is absorbed if all its sequence numbers are held already, or are
/// acknowledged by a segment of the other direction that is held: then the other host has got it. So are pure
/// acknowledgements, if the same one is held (a probe of a closed window that comes again), and probes, which say
/// nothing but an old sequence number, if an answer to such is held. A segment that acknowledges more than was
/// acknowledged before is news, as is one with new data, and a RST.
class Absorber {
public:
    /// `id` is held from now on. Segments are held in the order of their entering.
    void hold(std::uint64_t id, const decode::TcpSegment& segment);
    /// `id` has been delivered or dropped.
    void release(std::uint64_t id);

    /// To be asked for each segment that enters, before hold(): it remembers what has been acknowledged.
    std::optional<Absorbed> absorbs(const decode::TcpSegment& segment);

private:
    struct Held {
        std::uint64_t id = 0;
        base::Endpoint source;
        base::Endpoint destination;
        base::SeqNum seq;
        base::SeqNum ack;
        std::uint32_t length = 0;  // sequence numbers
        std::uint16_t window = 0;
        decode::TcpFlags flags;
        std::uint8_t sack_count = 0;

        bool is_of_same_direction(const decode::TcpSegment& segment) const {
            return source == segment.source && destination == segment.destination;
        }
        bool is_of_other_direction(const decode::TcpSegment& segment) const {
            return source == segment.destination && destination == segment.source;
        }
    };

    /// The furthest acknowledgement that one direction of a connection has carried.
    struct Acknowledged {
        base::Endpoint source;
        base::Endpoint destination;
        base::SeqNum ack;
    };

    std::optional<Absorbed> judge(const decode::TcpSegment& segment) const;
    std::optional<Absorbed> absorbs_empty(const decode::TcpSegment& segment) const;
    const Held* holder_of(base::SeqNum seq, const decode::TcpSegment& segment) const;
    const Held* answer_beyond(base::SeqNum seq, const decode::TcpSegment& segment) const;
    bool acknowledges_more(const decode::TcpSegment& segment) const;
    void remember_acknowledgement(const decode::TcpSegment& segment);

    std::vector<Held> held_;
    std::vector<Acknowledged> acknowledged_;
};

}  // namespace sockstep::labnet
