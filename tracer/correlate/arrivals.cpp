// tracer/correlate/arrivals.cpp - what an end knows when it sends, and what becomes of a segment where it arrives.
#include <algorithm>

#include "correlate/joins.hpp"

namespace sockstep::correlate {

namespace {

/// Such a segment completes a handshake, if it acknowledges the SYN-ACK.
bool may_complete(const Segment& segment) {
    const decode::TcpFlags flags = segment.packet.flags;
    return flags.ack() && !flags.syn() && !flags.rst() && segment.facts.ack >= 1;
}

bool is_under_way(const Timeline& timeline, const Segment& segment) {
    return !segment.arrived && !is_lost(timeline, segment);
}

/// `lost` was the first to say `said`, or a part of it, and nobody has heard it.
void add_what_was_lost(const tcp::Acknowledgement& lost, std::optional<tcp::Acknowledgement>& said) {
    if (!said) {
        said = lost;
    } else {
        said->bytes.from = std::min(said->bytes.from, lost.bytes.from);
        said->syn = said->syn || lost.syn;
        said->fin = said->fin || lost.fin;
    }
    said->rtt.reset();  // it is not the first answer
}

}  // namespace

/// The tracker takes a segment to arrive when it is seen, so its facts are put right where the wire has told otherwise.
void Correlator::Joins::leave(ConnectionJoin& connection, Segment& segment) {
    tcp::Segment& facts = segment.facts;
    EndJoin& end = connection.of(facts.from);
    tcp::State& sender = connection.states.of(facts.from);
    facts.before = connection.states;
    expect_completion(connection, segment);
    say_what_lost_ones_said(end, segment);
    find_what_asked(connection, segment);
    const tcp::State before = sender;
    sender = after_sending(before, segment, end.has_said_more);
    if (before == tcp::State::Established && sender == tcp::State::SynReceived) {
        reopen(connection, segment);
    }
    end.has_said_more = end.has_said_more || !segment.packet.flags.syn();
    facts.after = connection.states;
}

/// What was taken to complete the handshake has not: its receiver says so by repeating its SYN-ACK.
void Correlator::Joins::reopen(ConnectionJoin& connection, const Segment& syn_ack) {
    if (connection.completes_handshake == 0) {
        return;
    }
    segment(connection.completes_handshake).facts.completes_handshake = false;
    std::erase(handshakes_[syn_ack.connection.server.endpoint.port], connection.completes_handshake);
    connection.completes_handshake = 0;
}

/// As far as can be told when it is sent: the other end waits for it, and none that would do is under way.
void Correlator::Joins::expect_completion(const ConnectionJoin& connection, Segment& segment) {
    tcp::Segment& facts = segment.facts;
    if (segment.packet.flags.syn()) {
        return;
    }
    const auto& before = connection.of(facts.from).segments;
    facts.completes_handshake = may_complete(segment) &&
                                connection.states.of(tcp::other(facts.from)) == tcp::State::SynReceived &&
                                std::ranges::none_of(before, [&](std::uint64_t id) {
                                    const Segment& earlier = timeline_.segment(id);
                                    return id != facts.id && may_complete(earlier) && is_under_way(timeline_, earlier);
                                });
}

/// An acknowledgement that repeats one which was lost is no duplicate to who hears it: it brings the news.
void Correlator::Joins::say_what_lost_ones_said(EndJoin& end, Segment& segment) {
    tcp::Segment& facts = segment.facts;
    const bool repeats = facts.notes.has(tcp::Note::DuplicateAck);
    end.duplicate_acks = repeats ? end.duplicate_acks + 1 : facts.acknowledges ? 0 : end.duplicate_acks;
    if (!segment.packet.flags.ack() || segment.packet.flags.rst()) {
        return;
    }
    for (auto id = end.segments.rbegin(); id != end.segments.rend(); ++id) {
        const Segment& earlier = timeline_.segment(*id);
        if (*id == facts.id) {
            continue;
        }
        if (!is_lost(timeline_, earlier)) {
            break;
        }
        if (earlier.facts.acknowledges) {
            add_what_was_lost(*earlier.facts.acknowledges, facts.acknowledges);
            end.duplicate_acks = 0;
        } else if (earlier.facts.notes.has(tcp::Note::DuplicateAck) && end.duplicate_acks > 1) {
            --end.duplicate_acks;
        }
    }
    if (repeats && end.duplicate_acks == 0) {
        facts.notes.remove(tcp::Note::DuplicateAck);
    }
    facts.duplicate_acks = repeats ? end.duplicate_acks : 0;
}

void Correlator::Joins::note_firsts(Firsts& firsts, const Segment& segment) const {
    const tcp::Segment& facts = segment.facts;
    const decode::TcpFlags flags = segment.packet.flags;
    if (counts_from_the_first_byte(segment)) {
        firsts.bytes.add(facts.bytes, facts.id);
    }
    const auto first = [&](std::uint64_t& place, bool is_it) { place = is_it && place == 0 ? facts.id : place; };
    first(firsts.syn_ack, flags.syn() && flags.ack());
    first(firsts.fin, flags.fin());
    first(firsts.data, facts.length > 0);
    firsts.rst = flags.rst() ? facts.id : firsts.rst;
    if (facts.acknowledges || facts.notes.has(tcp::Note::WindowUpdate)) {
        firsts.makers_of_room.push_back(facts.id);
    }
}

/// The kernel of the other end has got it.
void Correlator::Joins::arrive(Segment& segment, base::Timestamp time, Left left) {
    const tcp::Segment& facts = segment.facts;
    ConnectionJoin& connection = this->connection(facts.connection);
    EndJoin& end = connection.of(facts.from);
    tcp::State& receiver = connection.states.of(tcp::other(facts.from));
    const tcp::State before = receiver;
    segment.arrived = time;
    if (left != Left::No) {
        return;
    }
    end.arrivals.push_back(facts.id);
    note_firsts(end.arrived, segment);
    bool completes = facts.completes_handshake;
    if (travel_ == Travel::Recorded) {
        receiver = end.so_far.take(receiver, segment);
        completes = before == tcp::State::SynReceived && receiver != before && receiver != tcp::State::Closed;
    }
    if (completes && connection.completes_handshake == 0) {
        complete(connection, segment);
    }
    if (SocketJoin* socket = facts.length > 0 ? socket_of(connection.of(tcp::other(facts.from))) : nullptr) {
        settle(*socket, socket->received, false);
    }
}

/// One that was to complete the handshake may have been dropped after this one had been sent.
void Correlator::Joins::complete(ConnectionJoin& connection, Segment& segment) {
    connection.completes_handshake = segment.facts.id;
    handshakes_[segment.connection.server.endpoint.port].push_back(segment.facts.id);
    if (travel_ == Travel::AtOnce || segment.packet.flags.syn()) {
        return;
    }
    for (const std::uint64_t id : connection.of(segment.facts.from).segments) {
        this->segment(id).facts.completes_handshake = id == segment.facts.id;
    }
    if (!segment.facts.acknowledges) {
        segment.facts.acknowledges.emplace().syn = true;
        segment.facts.notes.remove(tcp::Note::DuplicateAck);
    }
}

/// A kernel is asked right after it has got a segment. That a connection is not open then may mean that it is not
/// through with the segment yet, unless there is a reason to let it lie.
Left Correlator::Joins::why_left(const Segment& segment, const record::Passage& passage) const {
    const tcp::Segment& facts = segment.facts;
    const ConnectionJoin& connection = connections_[facts.connection - 1];
    if (!may_complete(segment) || connection.states.of(tcp::other(facts.from)) != tcp::State::SynReceived) {
        return Left::No;
    }
    if (passage.opening && (passage.opening->is_open || passage.opening->queue_is_full)) {
        return passage.opening->is_open ? Left::No : Left::QueueFull;
    }
    const bool is_bare = facts.length == 0 && !segment.packet.flags.fin();
    return is_bare && defers_accept(segment.packet.destination) ? Left::Deferred : Left::No;
}

bool Correlator::Joins::defers_accept(const base::Endpoint& listener) const {
    return std::ranges::any_of(sockets_, [&](const auto& each) {
        const SocketJoin& socket = each.second;
        return socket.listens && socket.defers_accept && socket.local && socket.local->port == listener.port;
    });
}

/// Both ends as they are, and the handshake as it went.
void Correlator::Joins::report_what_arrived(std::uint64_t id) {
    tcp::Connection& report = timeline_.connections[id - 1];
    const ConnectionJoin& join = connection(id);
    report.client.state = join.states.client;
    report.server.state = join.states.server;
    if (report.syn_frame == 0 || report.crossing_syns) {
        return;
    }
    report.complete = join.completes_handshake != 0;
    const std::uint64_t completed = report.complete ? timeline_.segment(join.completes_handshake).facts.frame : 0;
    if (report.ack_frame != completed) {
        report.handshake_rtt.reset();
    }
    report.ack_frame = completed;
}

}  // namespace sockstep::correlate
