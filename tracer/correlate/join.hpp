// tracer/correlate/join.hpp - the bookkeeping that joins one socket with one end of a connection.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "base/ip_address.hpp"
#include "base/timestamp.hpp"
#include "correlate/coverage.hpp"
#include "correlate/timeline.hpp"
#include "correlate/travel.hpp"
#include "tcp/state.hpp"

namespace sockstep::correlate {

/// One direction of a socket as its program uses it: what was handed over, or taken. Calls that do so at the same time
/// (two threads, one socket) are put in order by their bytes; where those do not tell, their places stay unknown.
struct CallStream {
    std::int64_t position = 0;             // stream bytes moved by the calls that are settled
    std::vector<std::uint64_t> open;       // calls that go on
    std::vector<std::uint64_t> unsettled;  // calls that have ended while others went on, in the order of their ends
    Coverage calls;                        // whose byte is it
    bool lost = false;                     // too many at the same time: `position` is not known
    bool urgent_taken = false;  // by MSG_OOB, and no read has passed its place: SIOCINQ counts up to there, and no sign
};

/// What may have made a socket send its FIN or RST.
struct Closer {
    base::Timestamp time;
    std::uint64_t call = 0;  // 0: the end of process `pid`
    int pid = 0;
    bool shuts_down = false;  // shutdown(SHUT_WR or SHUT_RDWR): sends the FIN whoever else holds the socket
};

/// A socket that programs use.
struct SocketJoin {
    std::optional<base::Endpoint> local;
    std::optional<base::Endpoint> peer;
    bool listens = false;
    bool defers_accept = false;    // TCP_DEFER_ACCEPT: accept wakes for a connection's first bytes
    std::uint64_t connection = 0;  // 0: none is known
    tcp::Side side = tcp::Side::Client;
    std::uint64_t connect = 0;         // the call that connects it
    std::uint64_t shutdown_read = 0;   // the call after which recv returns 0
    std::int64_t low_water = 1;        // SO_RCVLOWAT: so many bytes wake a receive, not fewer
    bool peeks_ahead = false;          // SO_PEEK_OFF: a peek does not begin at the next byte
    std::vector<std::uint64_t> calls;  // on it before the connection was known
    CallStream sent;
    CallStream received;
    std::vector<Closer> closers;  // ascending by time
};

/// Segments of one end that did something first. Ids; 0: none.
struct Firsts {
    Coverage bytes;                             // which segment carried this end's stream byte
    std::vector<std::uint64_t> makers_of_room;  // those that acknowledge something new, or open the window
    std::uint64_t syn_ack = 0;
    std::uint64_t fin = 0;
    std::uint64_t rst = 0;  // the last one
    std::uint64_t data = 0;
};

/// One end of a connection, on the wire.
struct EndJoin {
    std::uint64_t socket = 0;             // its inode; 0: not known
    std::vector<std::uint64_t> segments;  // that this end sent
    std::uint64_t syn = 0;
    Firsts sent;                          // in the order of sending
    Firsts arrived;                       // in the order in which they reached the other end
    std::vector<std::uint64_t> arrivals;  // its segments, in that order; without those that were let lie
    Arriving so_far;                      // what the other end has got
    std::vector<std::int64_t> urgent;     // the stream bytes that its urgent pointers mark, ascending
    bool has_said_more = false;           // than SYNs
    std::uint32_t duplicate_acks = 0;     // in a row, without those that say what only lost ones had said
};

/// The connection's beginning was seen: its stream bytes count from the first one, as those of calls do.
inline bool counts_from_the_first_byte(const Segment& segment) {
    return segment.connection.known_by != tcp::KnownBy::First;
}

struct ConnectionJoin {
    std::array<EndJoin, 2> ends;
    std::uint64_t completes_handshake = 0;  // by its arrival
    tcp::States states;                     // now, as the two kernels have them: only of what travels

    EndJoin& of(tcp::Side side) { return ends[side == tcp::Side::Client ? 0 : 1]; }
    const EndJoin& of(tcp::Side side) const { return ends[side == tcp::Side::Client ? 0 : 1]; }
};

}  // namespace sockstep::correlate
