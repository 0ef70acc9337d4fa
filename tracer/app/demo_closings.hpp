// tracer/app/demo_closings.hpp - notices when a connection is over, so that a capture knows when to end.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>

#include "base/seq_num.hpp"
#include "decode/tcp_segment.hpp"

namespace sockstep::app {

/// Counts connections to one server whose last segment has passed: both FINs are acknowledged, or a RST came. Much less
/// than tcp::Tracker knows, and all that the demo must know. Source: RFC 9293 section 3.6
class Closings {
public:
    explicit Closings(std::uint16_t server_port) : server_port_{server_port} {}

    void add(const decode::TcpSegment& segment);

    std::size_t closed() const;

private:
    struct Direction {
        std::optional<base::SeqNum> after_fin;  // the number that acknowledges it
        bool acknowledged = false;
    };
    struct Connection {
        std::array<Direction, 2> directions;  // from the client, from the server
        bool reset = false;

        bool is_closed() const { return reset || (directions[0].acknowledged && directions[1].acknowledged); }
    };

    std::uint16_t server_port_;
    std::map<std::uint16_t, Connection> connections_;  // by the client's port: all are on this machine
};

}  // namespace sockstep::app
