// tests/tcp/seen.hpp - a segment that was captured and followed, kept for as long as a test looks at it.
#pragma once

#include <string>
#include <string_view>

#include "base/timestamp.hpp"
#include "decode/frame_builder.hpp"
#include "decode/tcp_segment.hpp"
#include "tcp/connection.hpp"
#include "tcp/segment.hpp"

namespace sockstep::tcp {

inline std::string text_of(States states) {
    return std::string{name(states.client)} + " / " + std::string{name(states.server)};
}

/// "retransmission, fast-retransmission", in the order of Note; "" if there is none.
inline std::string text_of(Notes notes) {
    std::string text;
    for (int i = 0; i < note_count; ++i) {
        if (notes.has(static_cast<Note>(i))) {
            text += text.empty() ? "" : ", ";
            text += name(static_cast<Note>(i));
        }
    }
    return text;
}

/// One segment: as it stood in the frame, as it was classified, and its connection after it.
struct Seen {
    decode::Octets octets;
    decode::TcpSegment packet;  // views `octets`
    base::Timestamp time;
    Segment segment;
    Connection connection;

    /// "ESTABLISHED / CLOSE-WAIT": the client's state and the server's, after it.
    std::string states() const { return text_of(segment.after); }
    std::string notes() const { return text_of(segment.notes); }
};

}  // namespace sockstep::tcp
