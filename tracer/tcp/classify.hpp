// tracer/tcp/classify.hpp - the notes of one segment, from what was known before it.
#pragma once

#include <cstdint>
#include <optional>

#include "base/timestamp.hpp"
#include "decode/tcp_segment.hpp"
#include "tcp/segment.hpp"
#include "tcp/sender.hpp"

namespace sockstep::tcp {

/// All that the notes depend on. `sender` and `receiver` are as they were before the segment.
struct Circumstances {
    const decode::TcpSegment& segment;
    const Sender& sender;
    const Sender& receiver;
    std::int64_t seq = 0;
    std::int64_t ack = 0;
    base::Timestamp time;
    std::optional<std::int64_t>
        receiver_window;        // the receiver's last one, scaled; absent where the scale is not known
    base::Duration reordering;  // a gap filled sooner than this was reordering: the connection's first round trip
};

/// The notes that follow from sequence and acknowledgement numbers. PortReused, which needs the connection before,
/// is the tracker's.
Notes classify(const Circumstances& circumstances);

}  // namespace sockstep::tcp
