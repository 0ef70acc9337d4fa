// tracer/tcp/follower.hpp - follows one connection: a segment in, its meaning out.
#pragma once

#include <cstdint>
#include <optional>

#include "base/timestamp.hpp"
#include "decode/tcp_segment.hpp"
#include "tcp/connection.hpp"
#include "tcp/segment.hpp"
#include "tcp/sender.hpp"

namespace sockstep::tcp {

/// Holds all that is known of one connection while it is open.
class Follower {
public:
    /// Begins connection `id` with its first segment, which add() is to be given next.
    Follower(std::uint64_t id, const decode::TcpSegment& first);

    /// What `segment`, which belongs to this connection, does. `id` and `frame` are its numbers.
    Segment add(const decode::TcpSegment& segment, std::uint64_t id, std::uint64_t frame, base::Timestamp time);

    /// Whether `segment`, between the same endpoints, begins another connection: a SYN with another initial sequence
    /// number, or a SYN-ACK that answers a SYN which is not this connection's.
    bool is_another(const decode::TcpSegment& segment) const;

    const Connection& connection() const { return connection_; }

private:
    Sender& sender(Side side) { return side == Side::Client ? client_ : server_; }
    const Sender& sender(Side side) const { return side == Side::Client ? client_ : server_; }
    Side side_of(const decode::TcpSegment& segment) const;

    void correct_a_wrong_guess(const decode::TcpSegment& segment);
    void find_initial_numbers(const decode::TcpSegment& segment, Side from);
    std::optional<std::uint32_t> scaled_window(Side side, std::uint16_t window, bool scales) const;
    Notes notes_of(const decode::TcpSegment& segment, const Segment& now) const;

    void occupy(const decode::TcpSegment& segment, Segment& now);
    void acknowledge(const decode::TcpSegment& segment, Segment& now);
    void follow_handshake(const decode::TcpSegment& segment, Segment& now);
    void follow_states(const decode::TcpSegment& segment, const Segment& now);
    void follow_end(const decode::TcpSegment& segment, Segment& now);
    void remember(const decode::TcpSegment& segment, Segment& now);
    void measure(const decode::TcpSegment& segment, Segment& now) const;
    void count(const Segment& now);

    bool takes_the_fin(const Segment& now) const;
    bool takes_the_rst(const decode::TcpSegment& segment, const Segment& now) const;
    void step(Side from, Event event);

    Connection connection_;
    Sender client_;
    Sender server_;
    base::Timestamp last_syn_time_;
};

}  // namespace sockstep::tcp
