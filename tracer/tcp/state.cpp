// tracer/tcp/state.cpp - the transitions of RFC 9293 figure 5, as an observer of the wire can follow them.
#include "tcp/state.hpp"

namespace sockstep::tcp {

namespace {

/// A program that closes makes its kernel send a FIN. Source: RFC 9293 section 3.10.4.
State after_sending_fin(State state) {
    switch (state) {
        case State::SynReceived:
        case State::Established:
            return State::FinWait1;
        case State::CloseWait:
            return State::LastAck;
        case State::Unknown:  // FIN-WAIT-1 or LAST-ACK: it depends on a FIN that may have come before the capture began
        case State::Closed:
        case State::Listen:
        case State::SynSent:
        case State::FinWait1:
        case State::FinWait2:
        case State::Closing:
        case State::LastAck:
        case State::TimeWait:
            return state;
    }
    return state;
}

/// Source: RFC 9293 section 3.10.7.4, eighth check.
State after_receiving_fin(State state) {
    switch (state) {
        case State::SynReceived:
        case State::Established:
            return State::CloseWait;
        case State::FinWait1:  // had the segment acknowledged our FIN, AcksFin would have come first
            return State::Closing;
        case State::FinWait2:
            return State::TimeWait;
        case State::Unknown:
        case State::Closed:
        case State::Listen:
        case State::SynSent:
        case State::CloseWait:
        case State::Closing:
        case State::LastAck:
        case State::TimeWait:
            return state;
    }
    return state;
}

/// Source: RFC 9293 section 3.10.7.4, fifth check.
State after_fin_is_acknowledged(State state) {
    switch (state) {
        case State::FinWait1:
            return State::FinWait2;
        case State::Closing:
            return State::TimeWait;
        case State::LastAck:
            return State::Closed;
        case State::Unknown:
        case State::Closed:
        case State::Listen:
        case State::SynSent:
        case State::SynReceived:
        case State::Established:
        case State::FinWait2:
        case State::CloseWait:
        case State::TimeWait:
            return state;
    }
    return state;
}

/// A SYN tells what its sender is in; whether anybody listens at the other end will show only in the answer.
States after_syn(States states, Side sender) {
    State& sending = states.of(sender);
    State& receiving = states.of(other(sender));
    if (sending != State::Unknown && sending != State::Closed && sending != State::SynSent) {
        return states;  // an old duplicate: RFC 9293 section 3.5.3
    }
    sending = State::SynSent;
    if (receiving == State::SynSent) {  // simultaneous open: RFC 9293 figure 7
        receiving = State::SynReceived;
    } else if (receiving != State::SynReceived) {
        receiving = State::Unknown;
    }
    return states;
}

States after_syn_ack(States states, Side sender) {
    State& sending = states.of(sender);
    if (sending == State::Unknown || sending == State::Closed || sending == State::Listen ||
        sending == State::SynSent) {
        sending = State::SynReceived;
    }
    State& receiving = states.of(other(sender));
    if (receiving == State::Unknown || receiving == State::SynSent || receiving == State::SynReceived) {
        receiving = State::Established;
    }
    return states;
}

}  // namespace

std::string_view name(State state) {
    switch (state) {
        case State::Unknown:
            return "unknown";
        case State::Closed:
            return "CLOSED";
        case State::Listen:
            return "LISTEN";
        case State::SynSent:
            return "SYN-SENT";
        case State::SynReceived:
            return "SYN-RECEIVED";
        case State::Established:
            return "ESTABLISHED";
        case State::FinWait1:
            return "FIN-WAIT-1";
        case State::FinWait2:
            return "FIN-WAIT-2";
        case State::CloseWait:
            return "CLOSE-WAIT";
        case State::Closing:
            return "CLOSING";
        case State::LastAck:
            return "LAST-ACK";
        case State::TimeWait:
            return "TIME-WAIT";
    }
    return "unknown";
}

States after(States before, Side sender, Event event) {
    States states = before;
    State& sending = states.of(sender);
    State& receiving = states.of(other(sender));
    switch (event) {
        case Event::Syn:
            return after_syn(states, sender);
        case Event::SynAck:
            return after_syn_ack(states, sender);
        case Event::AcksSyn:
            if (sending == State::SynSent) {  // it has seen the SYN-ACK, though the capture has not
                sending = State::Established;
                receiving = receiving == State::Unknown ? State::SynReceived : receiving;
            }
            if (receiving == State::SynReceived) {
                receiving = State::Established;
            }
            return states;
        case Event::AcksFin:
            sending = after_receiving_fin(sending);
            receiving = after_fin_is_acknowledged(receiving);
            return states;
        case Event::FinArrives:
            receiving = after_receiving_fin(receiving);
            return states;
        case Event::FinCrosses:
            sending = State::FinWait1;  // the other's FIN counted as delivered when it passed; it had not arrived yet
            return states;
        case Event::Fin:
            sending = after_sending_fin(sending);
            receiving = after_receiving_fin(receiving);
            return states;
        case Event::FinAhead:
            sending = after_sending_fin(sending);
            return states;
        case Event::Rst:
            sending = State::Closed;
            receiving = State::Closed;
            return states;
        case Event::RstIgnored:  // an old one, or a stranger's: it tells nothing of its sender's state now
            return states;
    }
    return states;
}

}  // namespace sockstep::tcp
