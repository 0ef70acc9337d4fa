// tracer/base/seq_num.hpp - a TCP sequence number: a point on a circle of 2^32.
#pragma once

#include <cstdint>

namespace sockstep::base {

/// A sequence number as it stands in a segment. It has no `<`: on a circle "before" has no meaning without saying
/// how far apart two points may lie, so ask distance(). Source: RFC 9293 section 3.4.
struct SeqNum {
    std::uint32_t value = 0;

    friend bool operator==(SeqNum, SeqNum) = default;
    friend SeqNum operator+(SeqNum seq, std::uint32_t bytes) { return SeqNum{seq.value + bytes}; }
    friend SeqNum operator-(SeqNum seq, std::uint32_t bytes) { return SeqNum{seq.value - bytes}; }
};

/// How many sequence numbers lie from `from` to `to`: positive when `to` comes later. True as long as the two are less
/// than 2^31 apart, which RFC 7323 section 2.3 guarantees for all that is in one window.
inline std::int32_t distance(SeqNum from, SeqNum to) {
    return static_cast<std::int32_t>(to.value - from.value);
}

}  // namespace sockstep::base
