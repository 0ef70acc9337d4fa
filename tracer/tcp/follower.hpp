// tracer/tcp/follower.hpp - follows one connection: a segment in, its meaning out.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "base/timestamp.hpp"
#include "decode/tcp_segment.hpp"
#include "tcp/connection.hpp"
#include "tcp/segment.hpp"
#include "tcp/sender.hpp"
#include "tcp/sent_queue.hpp"

namespace sockstep::tcp {

/// How much is wanted of each segment. Connections: its notes and what its connection's report needs; Segments: also
/// its measures and the segments it refers to, for which every segment on its way must be remembered.
enum class Detail : std::uint8_t { Connections, Segments };

/// Holds all that is known of one connection while it is open.
class Follower {
public:
    /// Begins connection `id` with its first segment, which add() is to be given next.
    Follower(std::uint64_t id, const decode::TcpSegment& first, Detail detail);

    /// What `segment`, which `from` sent (see sender_of()), does is written into `now`. `id` and `frame` are its
    /// numbers.
    void add(const decode::TcpSegment& segment, Side from, std::uint64_t id, std::uint64_t frame, base::Timestamp time,
             Segment& now);

    /// Which end sent `segment`; none if it is between other endpoints than this connection's.
    std::optional<Side> sender_of(const decode::TcpSegment& segment) const {
        const base::Endpoint& client = connection_.client.endpoint;
        const base::Endpoint& server = connection_.server.endpoint;
        if (segment.source == client && segment.destination == server) {
            return Side::Client;
        }
        if (segment.source == server && segment.destination == client) {
            return Side::Server;
        }
        return std::nullopt;
    }

    /// Whether `segment`, between the same endpoints, begins another connection: a SYN with another initial sequence
    /// number, or a SYN-ACK that answers a SYN which is not this connection's.
    bool is_another(const decode::TcpSegment& segment, Side from) const;

    /// Brings into the cache what most segments need.
    void prefetch() const {
        constexpr std::size_t cache_line = 64;
        const auto fetch = [](const void* from, std::size_t lines) {
            for (std::size_t i = 0; i < lines; ++i) {
                __builtin_prefetch(static_cast<const char*>(from) + i * cache_line);
            }
        };
        fetch(&connection_, 3);
        fetch(&client_, 2);
        fetch(&server_, 2);
    }

    const Connection& connection() const { return connection_; }

private:
    Sender& sender(Side side) { return side == Side::Client ? client_ : server_; }
    const Sender& sender(Side side) const { return side == Side::Client ? client_ : server_; }

    bool guessed_wrong(const decode::TcpSegment& segment, Side from);
    void exchange_ends();
    void find_initial_numbers(const decode::TcpSegment& segment, Side from);
    base::Duration reordering_time() const;
    Notes notes_of(const decode::TcpSegment& segment, const Segment& now) const;

    void occupy(const decode::TcpSegment& segment, Segment& now);
    void acknowledge(const decode::TcpSegment& segment, Segment& now);
    void report_acknowledgement(const Sender& self, Sender& peer, Segment& now) const;
    void queue(const decode::TcpSegment& segment, Segment& now, std::int64_t end);
    Heard heard_by(Side side, base::Timestamp time) const;
    bool is_in_mid_stream(const decode::TcpSegment& segment) const;
    void settle_window_scales();
    bool took_no_ack(const decode::TcpSegment& segment, const Segment& now) const;
    void reopen(Side server);
    void follow_handshake(const decode::TcpSegment& segment, Segment& now);
    void follow_states(const decode::TcpSegment& segment, const Segment& now);
    void follow_end(const decode::TcpSegment& segment, Segment& now);
    void remember(const decode::TcpSegment& segment, Segment& now);
    void measure(const decode::TcpSegment& segment, Segment& now) const;
    void count(const Segment& now);

    bool is_discarded(const Segment& now) const;
    bool takes_the_fin(const Segment& now) const;
    bool takes_the_rst(const decode::TcpSegment& segment, const Segment& now) const;
    void step(const Segment& now, Event event);

    alignas(64) Connection connection_;
    Sender client_;
    Sender server_;
    base::Timestamp last_syn_time_;
    base::Timestamp last_syn_ack_time_;
    std::uint64_t completed_by_ = 0;    // the segment's id; 0: none
    std::uint64_t ack_of_syn_ack_ = 0;  // its frame, where the SYN has not been seen; 0: none
    Detail detail_;
};

}  // namespace sockstep::tcp
