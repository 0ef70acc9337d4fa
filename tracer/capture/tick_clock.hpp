// tracer/capture/tick_clock.hpp - what the time stamps of one pcapng interface count.
#pragma once

#include <cstdint>
#include <optional>

#include "base/timestamp.hpp"

namespace sockstep::capture {

/// Source: draft-ietf-opsawg-pcapng section 4.2, options if_tsresol and if_tsoffset.
struct TickClock {
    std::uint8_t resolution = 6;  // a tick is 10^-n s, or, with the highest bit set, 2^-n s
    std::int64_t offset = 0;      // seconds to add

    /// The time of `ticks`, whole nanoseconds; nothing if it lies outside the years 1678 to 2262, which a Timestamp can
    /// hold. Ticks are unsigned; but some writers mean them signed, so a count that lies beyond those years is read so
    /// if that makes sense: the distances between frames are right then.
    std::optional<base::Timestamp> at(std::uint64_t ticks) const;
};

}  // namespace sockstep::capture
