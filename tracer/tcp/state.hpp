// tracer/tcp/state.hpp - the states of RFC 9293, of both ends, as far as the wire shows them.
#pragma once

#include <cstdint>
#include <string_view>

/// tcp: segments to connections. Comes in: decoded segments in the order they were seen, with their frame numbers and
/// times. Goes out: each segment classified, and connections with the states of both ends. Called by whoever reads
/// frames; must not know files, the clock or how anything is printed.
namespace sockstep::tcp {

/// Which end of a connection: the client is the one that sent the SYN.
enum class Side : std::uint8_t { Client, Server };

inline Side other(Side side) {
    return side == Side::Client ? Side::Server : Side::Client;
}

/// Source: RFC 9293 section 3.3.2. Unknown: the capture does not tell.
enum class State : std::uint8_t {
    Unknown,
    Closed,
    Listen,
    SynSent,
    SynReceived,
    Established,
    FinWait1,
    FinWait2,
    CloseWait,
    Closing,
    LastAck,
    TimeWait,
};

/// "FIN-WAIT-1", as the RFC writes it; "unknown".
std::string_view name(State state);

/// The states of both ends at one point of time.
struct States {
    State client = State::Unknown;
    State server = State::Unknown;

    State of(Side side) const { return side == Side::Client ? client : server; }
    State& of(Side side) { return side == Side::Client ? client : server; }

    friend bool operator==(const States&, const States&) = default;
};

/// What a segment means to the two state machines. Each is at most one step of each end's machine; a segment may mean
/// several, in the order in which they stand here.
enum class Event : std::uint8_t {
    Syn,         // SYN without ACK
    SynAck,      // SYN that acknowledges the other's SYN
    AcksSyn,     // acknowledges the receiver's SYN
    FinArrives,  // follows its sender's FIN, before which nothing is missing any more: the receiver takes that FIN now
    AcksFin,     // acknowledges the receiver's FIN, which its sender has therefore taken
    FinCrosses,  // a FIN that was sent before the receiver's own had arrived: both close at once, figure 13
    Fin,         // a FIN with nothing missing before it: the receiver takes it
    FinAhead,    // a FIN that arrives beyond a gap: only its sender changes state
    Rst,         // a RST that the receiver accepts
    RstIgnored,  // a RST with an unacceptable sequence number
};

/// The states after `sender` has sent a segment that means `event`, and the other end has received it.
/// Source: RFC 9293 figure 5 and sections 3.10.4, 3.10.7.
States after(States before, Side sender, Event event);

}  // namespace sockstep::tcp
