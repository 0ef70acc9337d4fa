// tracer/tcp/segment.cpp - the names of the notes.
#include "tcp/segment.hpp"

namespace sockstep::tcp {

std::string_view name(Note note) {
    switch (note) {
        case Note::Retransmission:
            return "retransmission";
        case Note::FastRetransmission:
            return "fast-retransmission";
        case Note::SpuriousRetransmission:
            return "spurious-retransmission";
        case Note::OutOfOrder:
            return "out-of-order";
        case Note::PreviousSegmentLost:
            return "previous-segment-lost";
        case Note::DuplicateAck:
            return "duplicate-ack";
        case Note::ZeroWindow:
            return "zero-window";
        case Note::WindowFull:
            return "window-full";
        case Note::WindowUpdate:
            return "window-update";
        case Note::KeepAlive:
            return "keep-alive";
        case Note::KeepAliveAck:
            return "keep-alive-ack";
        case Note::ZeroWindowProbe:
            return "zero-window-probe";
        case Note::PortReused:
            return "port-reused";
        case Note::Truncated:
            return "truncated";
        case Note::BadChecksum:
            return "bad-checksum";
    }
    return "";
}

}  // namespace sockstep::tcp
