// tracer/app/demo_closings.cpp - FINs and what acknowledges them: pure.
#include "app/demo_closings.hpp"

#include <algorithm>

namespace sockstep::app {

void Closings::add(const decode::TcpSegment& segment) {
    const bool from_server = segment.source.port == server_port_;
    Connection& connection = connections_[(from_server ? segment.destination : segment.source).port];
    Direction& forward = connection.directions[from_server ? 1 : 0];
    Direction& backward = connection.directions[from_server ? 0 : 1];

    connection.reset = connection.reset || segment.flags.rst();
    if (segment.flags.fin()) {
        forward.after_fin = segment.seq + segment.sequence_length();
    }
    if (segment.flags.ack() && backward.after_fin == segment.ack) {
        backward.acknowledged = true;
    }
}

std::size_t Closings::closed() const {
    const auto count = std::ranges::count_if(connections_, [](const auto& entry) { return entry.second.is_closed(); });
    return static_cast<std::size_t>(count);
}

}  // namespace sockstep::app
