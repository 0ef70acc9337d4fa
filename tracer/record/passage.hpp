// tracer/record/passage.hpp - what the wire did with a frame after it had entered.
#pragma once

#include <cstdint>
#include <optional>

#include "base/timestamp.hpp"

namespace sockstep::record {

/// A frame's way over the wire begins with its record::Frame, whose time is that of its entering, and goes on with one
/// or more of these. Held says where it is; Delivered and Dropped end the way of one copy.
enum class Fate : std::uint8_t {
    Held,       // stopped by hand or by a rule: until somebody says what happens to it
    Delivered,  // handed to the kernel of the host it is for
    Dropped,    // `why` says by whom
};

enum class DropReason : std::uint8_t {
    None,       // it was not
    Loss,       // by chance, as asked for with a loss rate
    FullQueue,  // the link's queue had no room: the link is slower than what is sent
    Rule,       // by a rule for this segment
    Hand,       // somebody who stopped it said so
    NoHost,     // no host has the address it is for
    Kernel,     // the kernel of the receiving side had no room for it
};

/// What the receiving kernel said right after a segment that may complete its handshake. Source: sock_diag(7)
struct Opening {
    bool is_open = false;        // it has taken the segment: the connection has left SYN-RECEIVED
    bool is_kept = false;        // it has the connection at all. It has not where its SYN-ACK was a SYN cookie: tcp(7)
    bool queue_is_full = false;  // the accept queue of its listener has no room

    friend bool operator==(const Opening&, const Opening&) = default;
};

/// Times of one kind never decrease from one record to the next; a Passage may be a few microseconds later than the
/// entering of the frame that is reported after it, because several frames can enter while one is delivered.
struct Passage {
    std::uint64_t frame = 0;  // its number
    base::Timestamp time{};   // of Delivered: just before the receiver's kernel got it
    Fate fate = Fate::Delivered;
    DropReason why = DropReason::None;
    int from = -1;                     // hosts, as the lab network counts them: 0 is the server
    int to = -1;                       // -1: nobody
    bool duplicate = false;            // the second copy that the wire made of it
    bool corrupted = false;            // a bit of it was flipped: the receiver's kernel will find the checksum wrong
    std::optional<Opening> opening{};  // of Delivered, where the kernel was asked

    friend bool operator==(const Passage&, const Passage&) = default;
};

}  // namespace sockstep::record
