// tracer/tcp/connection.hpp - one connection, followed segment by segment.
#pragma once

#include <cstdint>
#include <optional>

#include "base/ip_address.hpp"
#include "base/seq_num.hpp"
#include "base/timestamp.hpp"
#include "decode/tcp_segment.hpp"
#include "tcp/segment.hpp"
#include "tcp/sent_queue.hpp"
#include "tcp/state.hpp"
#include "tcp/stream_ranges.hpp"

namespace sockstep::tcp {

/// How the client was told from the server.
enum class KnownBy : std::uint8_t {
    Syn,     // it sent the SYN
    SynAck,  // the SYN-ACK went to it
    First,   // a guess: it sent the first segment that was seen
};

enum class Handshake : std::uint8_t {
    Complete,    // SYN, SYN-ACK and the ACK of it
    Unanswered,  // a SYN, and nothing that answers it
    Refused,     // a SYN, answered by a RST
    Partial,     // some of the three
    NotSeen,     // the connection began before the capture
};

enum class Closed : std::uint8_t {
    Fin,   // both FINs were seen
    Rst,   // a RST ended it
    Open,  // neither
};

std::string_view name(KnownBy known_by);
std::string_view name(Handshake handshake);
std::string_view name(Closed closed);

/// What one end said of itself in its SYN or SYN-ACK.
struct Proposal {
    std::optional<std::uint16_t> mss;
    std::optional<std::uint8_t> window_scale;
    bool sack_permitted = false;
    bool timestamps = false;
    bool whole = true;  // false: the capture cut its options, so one that is absent here may have been there
};

/// What was seen of one end.
struct End {
    base::Endpoint endpoint;
    State state = State::Unknown;
    std::uint64_t segments = 0;
    std::uint64_t bytes = 0;            // distinct stream bytes; repeats are not counted again
    std::uint64_t retransmissions = 0;  // segments with any of the three retransmission notes
    std::optional<Proposal> proposal;   // absent if its SYN was not seen
    std::uint64_t fin_frame = 0;        // 0: none was seen
};

/// A connection as it is reported: a value that outlives the bookkeeping.
struct Connection {
    End client;
    End server;
    std::uint64_t id = 0;  // counts from 1, in the order of the first segments
    std::uint64_t last_frame = 0;
    base::Timestamp last_time;
    std::uint64_t rst_frame = 0;  // the RST that ended it; 0: none
    KnownBy known_by = KnownBy::First;
    Side rst_from = Side::Client;
    /// Both ends are the same address and port: a socket that connected to itself. Which way a segment goes, and what
    /// it answers, cannot be told, so nothing of it is classified.
    bool is_to_itself = false;
    bool refused = false;             // that RST answered the SYN
    bool crossing_syns = false;       // both ends sent a SYN before they saw the other's: RFC 9293 figure 7
    bool handshake_repeated = false;  // a SYN or SYN-ACK was sent again, so handshake_rtt is no round trip time
    bool complete = false;            // the handshake
    bool fins_acknowledged = false;   // both directions have ended, and both ends know it
    std::uint64_t syn_frame = 0;      // the handshake's frames; 0: not seen
    std::uint64_t syn_ack_frame = 0;  // 0 where the SYNs crossed, as ack_frame
    std::uint64_t ack_frame = 0;
    std::uint64_t untaken_ack = 0;  // the id of the segment that seemed to complete it before the SYN-ACK came again
    std::uint64_t first_frame = 0;
    base::Timestamp first_time;
    std::optional<base::Duration> handshake_rtt;  // from the last SYN to the ACK that completes the handshake

    End& of(Side side) { return side == Side::Client ? client : server; }
    const End& of(Side side) const { return side == Side::Client ? client : server; }
    States states() const { return {client.state, server.state}; }

    Handshake handshake() const;
    Closed closed() const;
    /// A RST has ended it, and nobody has tried again since; or both FINs and their acknowledgements have.
    bool is_over() const {
        const bool tried_again = client.state == State::SynSent || server.state == State::SynSent;
        return (rst_frame != 0 && !tried_again) || fins_acknowledged;
    }
    /// Both SYNs were seen and both carried the option, so it is in force: RFC 7323 section 2.2 and 3.2, RFC 2018.
    bool window_scaling() const;
    bool sack() const;
    bool timestamps() const;
    /// Both SYNs were seen with all their options, so an option that is not in force surely is not.
    bool knows_all_options() const {
        return client.proposal && server.proposal && client.proposal->whole && server.proposal->whole;
    }
};

}  // namespace sockstep::tcp
