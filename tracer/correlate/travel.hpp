// tracer/correlate/travel.hpp - the states of two ends between which segments take time, or get lost.
#pragma once

#include <cstdint>
#include <optional>

#include "correlate/timeline.hpp"
#include "tcp/state.hpp"
#include "tcp/stream_ranges.hpp"

namespace sockstep::correlate {

/// The state of an end that has just sent `segment`. `has_said_more`: it has sent more than SYNs before. An end that
/// repeats its SYN-ACK and has said nothing else is in SYN-RECEIVED, whatever has arrived there: it did not take it.
/// Source: RFC 9293 section 3.10.4, 3.10.7
tcp::State after_sending(tcp::State state, const Segment& segment, bool has_said_more);

/// What has arrived of one direction. A byte, an acknowledgement or a FIN that was lost counts once a later segment
/// brings it.
class Arriving {
public:
    /// The state of the receiving end, after `segment` has arrived there.
    tcp::State take(tcp::State state, const Segment& segment);

private:
    tcp::StreamRanges bytes_;
    std::optional<std::int64_t> fin_;  // the offset of the FIN, once it has arrived
    bool fin_taken_ = false;           // with nothing missing before it
};

}  // namespace sockstep::correlate
