// tracer/tcp/follow_states.cpp - the handshake, the two directions' ends, and the states of both ends.
#include <algorithm>
#include <chrono>
#include <utility>

#include "tcp/follower.hpp"

namespace sockstep::tcp {

namespace {

/// Kernels wait for an answer to a SYN-ACK so long at least; a second is usual. Source: RFC 6298 section 2.1
constexpr base::Duration shortest_syn_timer = std::chrono::milliseconds{200};

}  // namespace

/// A wrong checksum means damage, and the receiver discards the segment (RFC 9293 section 3.1), only if its sender is
/// known to be captured with checksums filled in. Otherwise it may be its network card that fills them in.
bool Follower::is_discarded(const Segment& now) const {
    return now.notes.has(Note::BadChecksum) && sender(now.from).a_checksum_was_right;
}

/// A discarded segment tells what its sender has done; its receiver knows nothing of it.
void Follower::step(const Segment& now, Event event) {
    const States states = after(connection_.states(), now.from, event);
    connection_.of(now.from).state = states.of(now.from);
    if (!is_discarded(now)) {
        connection_.of(other(now.from)).state = states.of(other(now.from));
    }
}

/// Windows are scaled if both SYNs carried the option; if one did not, they are surely not. Source: RFC 7323
/// section 2.2, and 2.3 for shifts above 14, which are read as 14.
///
/// A SYN-ACK carries the option only if the SYN did, so its sender's shift is known without having seen the SYN.
void Follower::settle_window_scales() {
    constexpr std::uint8_t largest = 14;
    const auto& client = connection_.client.proposal;
    const auto& server = connection_.server.proposal;
    const auto declines = [](const auto& end) { return end && end->whole && !end->window_scale; };
    if (declines(client) || declines(server)) {
        client_.shift = server_.shift = 0;
    } else if (connection_.window_scaling()) {
        client_.shift = std::min(*client->window_scale, largest);
        server_.shift = std::min(*server->window_scale, largest);
    } else if (server && server->window_scale && !connection_.crossing_syns) {
        server_.shift = std::min(*server->window_scale, largest);
    }
}

/// A SYN-ACK that is sent again after the ACK of it has passed, by an end that has said nothing else: it did not take
/// that ACK, or had not got it by then. The next one completes the handshake. Sooner than any timer it may be a copy
/// that the network has made.
bool Follower::took_no_ack(const decode::TcpSegment& segment, const Segment& now) const {
    const Sender& self = sender(now.from);
    return segment.flags.syn() && segment.flags.ack() && now.from == Side::Server && connection_.complete &&
           !connection_.crossing_syns && self.has_sent_syn && !self.has_said_more &&
           now.time - last_syn_ack_time_ >= shortest_syn_timer;
}

void Follower::reopen(Side server) {
    Sender& client = sender(other(server));
    connection_.complete = false;
    connection_.ack_frame = 0;
    connection_.untaken_ack = std::exchange(completed_by_, 0U);
    ack_of_syn_ack_ = 0;
    client.has_acknowledged = false;
    client.ack = client.highest_ack = 0;
    client.duplicate_acks = 0;
    connection_.of(server).state = State::SynReceived;
}

void Follower::follow_handshake(const decode::TcpSegment& segment, Segment& now) {
    End& end = connection_.of(now.from);
    if (segment.flags.syn()) {
        if (took_no_ack(segment, now)) {
            reopen(now.from);
        }
        if (segment.flags.ack()) {
            last_syn_ack_time_ = now.time;
        }
        if (!end.proposal) {
            const decode::TcpOptions& options = segment.options;
            end.proposal = Proposal{options.mss, options.window_scale, options.sack_permitted,
                                    options.timestamps.has_value(), !options.truncated};
            settle_window_scales();
        }
        if (!segment.flags.ack() && !connection_.complete) {
            last_syn_time_ = now.time;
        } else if (segment.flags.ack() && connection_.refused) {  // tried again after the refusal: now somebody listens
            connection_.rst_frame = 0;
            connection_.refused = false;
        }
        connection_.handshake_repeated = connection_.handshake_repeated || now.notes.has(Note::Retransmission);
        const bool crossing = now.from == (segment.flags.ack() ? Side::Client : Side::Server);
        connection_.crossing_syns = connection_.crossing_syns || crossing;
        std::uint64_t& frame = segment.flags.ack() ? connection_.syn_ack_frame : connection_.syn_frame;
        frame = frame == 0 && !crossing ? now.frame : frame;
        if (ack_of_syn_ack_ != 0 && connection_.syn_frame != 0) {  // captured after what it began
            connection_.complete = true;
            connection_.ack_frame = ack_of_syn_ack_;
        }
        return;
    }
    if (connection_.complete || segment.flags.rst() || !segment.flags.ack() || now.ack < 1) {
        return;
    }
    const bool acks_syn_ack = now.from == Side::Client && connection_.syn_ack_frame != 0;
    const bool last_of_three = acks_syn_ack && connection_.syn_frame != 0;
    if (acks_syn_ack && ack_of_syn_ack_ == 0) {
        ack_of_syn_ack_ = now.frame;
    }
    const bool both_crossing_syns = connection_.crossing_syns && sender(other(now.from)).highest_ack >= 1;
    if (last_of_three || both_crossing_syns) {
        connection_.complete = true;
        connection_.ack_frame = last_of_three ? now.frame : 0;
        connection_.handshake_rtt = now.time - last_syn_time_;
        now.completes_handshake = true;
        completed_by_ = now.id;
    }
}

/// A FIN is taken when nothing before it is missing. What the capture has missed cannot be told from what was lost, so
/// there an acknowledgement has to show that it has arrived.
bool Follower::takes_the_fin(const Segment& now) const {
    const Sender& self = sender(now.from);
    const Sender& peer = sender(other(now.from));
    const std::int64_t end = Sender::stream_byte(*self.fin);
    if (peer.has_acknowledged || connection_.of(now.from).proposal) {
        const std::int64_t arrived = peer.has_acknowledged ? Sender::stream_byte(peer.highest_ack) : 0;
        return self.seen.end_of_run(std::max<std::int64_t>(arrived, 0)) >= end;
    }
    if (self.seen.empty()) {
        return now.seq == *self.fin && !now.notes.has(Note::PreviousSegmentLost);
    }
    return self.seen.gaps() == 0 && self.seen.end() == end;
}

/// Source: RFC 9293 section 3.10.7.3 (a RST to a SYN must acknowledge it) and section 3.5.3 with RFC 5961 section 3.2
/// (otherwise its sequence number must be the one the receiver expects). One that lies in the window but beyond all
/// that was seen is taken too: the capture has missed what lies between, and with it what the receiver expects.
bool Follower::takes_the_rst(const decode::TcpSegment& segment, const Segment& now) const {
    const Sender& self = sender(now.from);
    const Sender& peer = sender(other(now.from));
    if (is_discarded(now)) {
        return false;
    }
    if (now.before.of(other(now.from)) == State::SynSent) {
        return segment.flags.ack() && now.ack >= 1 && now.ack <= peer.highest();  // of a SYN with data perhaps a part
    }
    if (!self.has_sent || now.seq == self.next || (peer.has_acknowledged && now.seq == peer.ack)) {
        return true;
    }
    const auto window = peer.scaled(peer.window, peer.window_scales);
    return now.seq > self.highest() && (!peer.has_acknowledged || !window || now.seq < peer.ack + *window);
}

/// Between the handshake and the first FIN or RST nothing changes: most segments are there.
bool Follower::is_in_mid_stream(const decode::TcpSegment& segment) const {
    constexpr std::uint8_t opening_or_closing = 0x07;  // RST, SYN, FIN
    return (segment.flags.bits & opening_or_closing) == 0 && connection_.client.state == State::Established &&
           connection_.server.state == State::Established && (connection_.complete || connection_.syn_frame == 0) &&
           !client_.fin && !server_.fin;
}

void Follower::follow_states(const decode::TcpSegment& segment, const Segment& now) {
    const Sender& self = sender(now.from);
    const Sender& peer = sender(other(now.from));
    if (segment.flags.rst()) {
        step(now, takes_the_rst(segment, now) ? Event::Rst : Event::RstIgnored);
        return;
    }
    if (segment.flags.syn()) {
        if (!connection_.complete) {  // otherwise it is an old duplicate: RFC 9293 section 3.5.3
            step(now, segment.flags.ack() ? Event::SynAck : Event::Syn);
        }
        return;
    }
    const bool saw_the_answer = now.before.of(now.from) == State::SynSent;  // a SYN-ACK that the capture has missed
    if (segment.flags.ack() && now.ack >= 1 && (saw_the_answer || connection_.of(other(now.from)).proposal)) {
        step(now, Event::AcksSyn);
    }
    if (self.fin && !segment.flags.fin() && !self.wrong_checksum_until && takes_the_fin(now)) {
        step(now, Event::FinArrives);
    }
    const bool knows_peers_fin = segment.flags.ack() && peer.fin && now.ack > *peer.fin;
    if (knows_peers_fin) {
        step(now, Event::AcksFin);
    }
    if (segment.flags.fin()) {
        const bool is_acknowledged = peer.has_acknowledged && peer.highest_ack > *self.fin;
        if (peer.fin && !knows_peers_fin && !is_acknowledged) {
            step(now, Event::FinCrosses);
        }
        step(now, takes_the_fin(now) ? Event::Fin : Event::FinAhead);
    }
    const bool both_talk = !self.seen.empty() && !peer.seen.empty() && !self.fin && !peer.fin;
    if (both_talk && now.before == States{} && self.has_acknowledged && peer.has_acknowledged) {
        connection_.client.state = connection_.server.state = State::Established;
    }
}

void Follower::follow_end(const decode::TcpSegment& segment, Segment& now) {
    End& end = connection_.of(now.from);
    const Sender& self = sender(now.from);
    const Sender& peer = sender(other(now.from));
    if (segment.flags.fin() && end.fin_frame == 0) {
        end.fin_frame = now.frame;
        now.is_second_fin = connection_.of(other(now.from)).fin_frame != 0;
    }
    const auto fin_is_known = [this](Side side) {
        const Sender& closer = sender(side);
        return closer.fin && sender(other(side)).has_acknowledged && sender(other(side)).highest_ack > *closer.fin;
    };
    now.acknowledges_fin = segment.flags.ack() && peer.fin && now.ack > *peer.fin;
    connection_.fins_acknowledged = connection_.fins_acknowledged || (now.acknowledges_fin && fin_is_known(now.from));
    if (!segment.flags.rst()) {
        return;
    }
    const bool answers_the_last = !segment.flags.ack() && peer.has_acknowledged && now.seq == peer.ack;
    const bool answers_a_syn = now.before.of(other(now.from)) == State::SynSent;
    if ((answers_the_last && !peer.last_is_one_of_many) || answers_a_syn) {
        now.answers = peer.last;
    }
    now.rst_is_taken = takes_the_rst(segment, now);
    if (!now.rst_is_taken) {
        return;
    }
    now.rst_is_beyond = self.has_sent && now.seq > self.highest();
    connection_.refused = connection_.refused || (answers_a_syn && now.from == Side::Server);
    if (connection_.rst_frame == 0) {
        connection_.rst_frame = now.frame;
        connection_.rst_from = now.from;
    }
}

}  // namespace sockstep::tcp
