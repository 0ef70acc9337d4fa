// tracer/tcp/connection.cpp - what a connection's facts amount to.
#include "tcp/connection.hpp"

namespace sockstep::tcp {

std::string_view name(KnownBy known_by) {
    switch (known_by) {
        case KnownBy::Syn:
            return "syn";
        case KnownBy::SynAck:
            return "synack";
        case KnownBy::First:
            return "first";
    }
    return "first";
}

std::string_view name(Handshake handshake) {
    switch (handshake) {
        case Handshake::Complete:
            return "complete";
        case Handshake::Unanswered:
            return "unanswered";
        case Handshake::Refused:
            return "refused";
        case Handshake::Partial:
            return "partial";
        case Handshake::NotSeen:
            return "not-seen";
    }
    return "not-seen";
}

std::string_view name(Closed closed) {
    switch (closed) {
        case Closed::Fin:
            return "fin";
        case Closed::Rst:
            return "rst";
        case Closed::Open:
            return "open";
    }
    return "open";
}

Handshake Connection::handshake() const {
    if (is_to_itself) {
        return Handshake::Partial;
    }
    if (complete) {
        return Handshake::Complete;
    }
    if (refused) {
        return Handshake::Refused;
    }
    if (syn_frame == 0) {
        return syn_ack_frame == 0 ? Handshake::NotSeen : Handshake::Partial;
    }
    return server.segments == 0 ? Handshake::Unanswered : Handshake::Partial;
}

Closed Connection::closed() const {
    if (rst_frame != 0) {
        return Closed::Rst;
    }
    return client.fin_frame != 0 && server.fin_frame != 0 ? Closed::Fin : Closed::Open;
}

bool Connection::window_scaling() const {
    return client.proposal && server.proposal && client.proposal->window_scale && server.proposal->window_scale;
}

bool Connection::sack() const {
    return client.proposal && server.proposal && client.proposal->sack_permitted && server.proposal->sack_permitted;
}

bool Connection::timestamps() const {
    return client.proposal && server.proposal && client.proposal->timestamps && server.proposal->timestamps;
}

}  // namespace sockstep::tcp
