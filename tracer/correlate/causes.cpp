// tracer/correlate/causes.cpp - who made a segment: a call, the end of a process, or the kernel on its own.
#include <algorithm>

#include "base/ip_address.hpp"
#include "correlate/joins.hpp"

namespace sockstep::correlate {

namespace {

bool is_repeat(const tcp::Segment& facts) {
    return facts.notes.has(tcp::Note::Retransmission) || facts.notes.has(tcp::Note::FastRetransmission) ||
           facts.notes.has(tcp::Note::SpuriousRetransmission);
}

/// A segment that the sender's kernel makes by its own clock, though it may carry a program's byte.
bool is_probe(const tcp::Segment& facts) {
    return facts.notes.has(tcp::Note::KeepAlive) || facts.notes.has(tcp::Note::ZeroWindowProbe);
}

/// The pointer says where the bytes after the urgent one begin, as BSD and Linux have it; to RFC 9293 it is the urgent
/// byte itself. Source: tcp(7), tcp_stdurg; RFC 6093 section 3.2
std::int64_t urgent_byte(const Segment& segment) {
    const std::int64_t first = segment.facts.seq - 1;  // the SYN takes the number before stream byte 0
    return first + segment.packet.urgent_pointer - 1;
}

void note_urgent(EndJoin& end, std::int64_t byte) {
    const auto place = std::ranges::lower_bound(end.urgent, byte);
    if (place == end.urgent.end() || *place != byte) {
        end.urgent.insert(place, byte);
    }
}

bool mentions(const record::CallBegin& begin, const std::string& address) {
    return std::ranges::any_of(begin.arguments, [&](const record::Argument& argument) {
        const auto* text = std::get_if<std::string>(&argument.value);
        return text != nullptr && *text == address;
    });
}

}  // namespace

void Correlator::Joins::set_cause(Segment& segment, Causer by, std::uint64_t call, int pid) {
    segment.cause = {by, call, pid, {}};
    if (call != 0) {
        segment.cause.calls = {call};
        add_caused(call, segment.facts.id);
    }
}

void Correlator::Joins::add_caused(std::uint64_t call, std::uint64_t segment) {
    std::vector<std::uint64_t>& caused = this->call(call).caused;
    const auto place = std::ranges::lower_bound(caused, segment);
    if (place == caused.end() || *place != segment) {
        caused.insert(place, segment);
    }
}

/// Files a segment that has just been seen under what it does, then asks who made it.
void Correlator::Joins::note_segment(Segment& segment) {
    const tcp::Segment& facts = segment.facts;
    const decode::TcpFlags flags = segment.packet.flags;
    ConnectionJoin& connection = this->connection(facts.connection);
    EndJoin& end = connection.of(facts.from);
    end.segments.push_back(facts.id);
    end.syn = flags.syn() && !flags.ack() && end.syn == 0 ? facts.id : end.syn;
    note_firsts(end.sent, segment);
    if (flags.urg() && counts_from_the_first_byte(segment)) {
        note_urgent(end, urgent_byte(segment));
    }
    if (travel_ == Travel::Recorded) {
        leave(connection, segment);
    }
    find_cause(segment);
    if (SocketJoin* sender = socket_of(end); sender != nullptr && facts.length > 0) {
        settle(*sender, sender->sent, true);  // its bytes may tell the order of calls made at the same time
    }
}

void Correlator::Joins::find_cause(Segment& segment) {
    const tcp::Segment& facts = segment.facts;
    const decode::TcpFlags flags = segment.packet.flags;
    SocketJoin* sender = socket_of(connection(facts.connection).of(facts.from));
    if (is_repeat(facts) || is_probe(facts)) {
        return set_cause(segment, Causer::Kernel);
    }
    if (flags.rst()) {
        return cause_of_rst(segment, sender);
    }
    if (flags.syn()) {
        return cause_of_syn(segment, sender);
    }
    if (facts.length > 0) {
        return cause_of_data(segment, sender);
    }
    if (flags.fin()) {
        return cause_of_fin(segment, sender);
    }
    set_cause(segment, Causer::Kernel);  // a bare ACK
}

void Correlator::Joins::cause_of_syn(Segment& segment, SocketJoin* sender) {
    if (segment.packet.flags.ack()) {
        return set_cause(segment, Causer::Kernel);
    }
    const std::uint64_t connect = sender != nullptr ? sender->connect : only_connect_to(segment.packet.destination);
    set_cause(segment, connect == 0 ? Causer::Unknown : Causer::Call, connect);
}

/// A connect call goes on, and its socket's port is not known before it returns. If only one goes to `destination` and
/// has sent no SYN yet, the SYN is its; once the port is known, that is checked. 0: none, or several.
std::uint64_t Correlator::Joins::only_connect_to(const base::Endpoint& destination) const {
    const std::string address = to_string(destination);
    std::uint64_t found = 0;
    for (const std::uint64_t id : connecting_) {
        const Call& connect = timeline_.call(id);
        if (connect.connection != 0 || !connect.caused.empty() || !mentions(connect.begin, address)) {
            continue;
        }
        if (found != 0) {
            return 0;
        }
        found = id;
    }
    return found;
}

void Correlator::Joins::cause_of_data(Segment& segment, SocketJoin* sender) {
    set_cause(segment, Causer::Unknown);
    if (sender == nullptr || !counts_from_the_first_byte(segment)) {
        return;
    }
    for (const std::uint64_t call : sender->sent.calls.owners_in(segment.facts.bytes)) {
        add_sender(segment, call);
    }
    const Closer* closer = segment.packet.flags.fin() ? closer_of_fin(*sender, segment.time) : nullptr;
    if (closer != nullptr && closer->call != 0) {
        add_sender(segment, closer->call);  // its FIN rides on the last bytes
    }
}

/// `call` has put bytes into `segment`, behind those of the calls that are known to have. What the kernel repeats, it
/// repeats on its own.
void Correlator::Joins::add_sender(Segment& segment, std::uint64_t call) {
    if (is_repeat(segment.facts) || is_probe(segment.facts)) {
        return;
    }
    Cause& cause = segment.cause;
    cause.by = Causer::Call;
    cause.calls.push_back(call);
    cause.call = cause.calls.front();
    add_caused(call, segment.facts.id);
}

/// The first shutdown for writing; without one, the latest of those who gave the socket up before the FIN: whoever
/// gives it up while others hold it sends nothing.
const Closer* Correlator::Joins::closer_of_fin(const SocketJoin& socket, base::Timestamp time) {
    const Closer* latest = nullptr;
    for (const Closer& closer : socket.closers) {
        if (closer.time > time) {
            break;
        }
        if (closer.shuts_down) {
            return &closer;
        }
        latest = &closer;
    }
    return latest;
}

void Correlator::Joins::cause_of_fin(Segment& segment, const SocketJoin* sender) {
    const Closer* closer = sender == nullptr ? nullptr : closer_of_fin(*sender, segment.time);
    if (closer == nullptr) {
        return set_cause(segment, Causer::Unknown);
    }
    set_cause(segment, closer->call != 0 ? Causer::Call : Causer::Exit, closer->call, closer->pid);
}

/// A RST that answers a segment is the kernel's. Otherwise a socket was closed with bytes unread, or with SO_LINGER 0,
/// or it was a listener whose connections nobody had accepted. A RST of the second kind carries an ACK; one that
/// answers an acknowledging segment does not. Source: RFC 9293 section 3.5.2, group 1, and Linux,
/// tcp_send_active_reset() and inet_csk_listen_stop()
void Correlator::Joins::cause_of_rst(Segment& segment, const SocketJoin* sender) {
    const bool may_be_made = segment.packet.flags.ack() && !segment.connection.refused;
    const Closer* closer = !may_be_made        ? nullptr
                           : sender != nullptr ? closer_by_rst(segment, *sender)
                                               : closer_of_listener(segment);
    if (closer != nullptr) {
        return set_cause(segment, closer->call != 0 ? Causer::Call : Causer::Exit, closer->call, closer->pid);
    }
    const bool answers = segment.facts.answers || segment.connection.refused;
    set_cause(segment, answers || (sender != nullptr && !may_be_made) ? Causer::Kernel : Causer::Unknown);
}

/// Null: nobody was giving the socket up at that moment.
const Closer* Correlator::Joins::closer_by_rst(const Segment& segment, const SocketJoin& socket) const {
    const Closer* last = nullptr;
    for (const Closer& each : socket.closers) {
        last = each.time <= segment.time && !each.shuts_down ? &each : last;
    }
    return last != nullptr && is_at_it(*last, segment.time) ? last : nullptr;
}

/// The connection was made by the kernel, and its listener goes before accept has taken it.
const Closer* Correlator::Joins::closer_of_listener(const Segment& segment) const {
    const Closer* found = nullptr;
    for (const auto& [inode, socket] : sockets_) {
        if (!socket.listens || !socket.local || socket.local->port != segment.packet.source.port) {
            continue;
        }
        for (const Closer& each : socket.closers) {
            if (is_at_it(each, segment.time)) {
                found = found == nullptr ? &each : nullptr;
            }
        }
    }
    return found;
}

/// The call goes on, or the process has decided to end and has not ended yet.
bool Correlator::Joins::is_at_it(const Closer& closer, base::Timestamp time) const {
    if (closer.call != 0) {
        return goes_on_at(closer.call, time);
    }
    const auto ended = ended_processes_.find(closer.pid);
    const bool has_ended = ended != ended_processes_.end() && ended->second >= closer.time && ended->second < time;
    return closer.time <= time && !has_ended;
}

bool Correlator::Joins::goes_on_at(std::uint64_t id, base::Timestamp time) const {
    const Call& call = timeline_.call(id);
    return call.begin.time <= time && (!call.end || time <= call.end->time);
}

void Correlator::Joins::note_closer(const Call& call, SocketJoin& socket) {
    const record::CallBegin& begin = call.begin;
    const bool shuts_down = begin.kind == record::CallKind::Shutdown && begin.writes;
    const bool disconnects = dissolves(begin) && socket.connection != 0;  // TCP aborts the connection
    const bool stops_listening = begin.kind == record::CallKind::Shutdown && begin.reads && socket.listens;
    if (shuts_down || disconnects || stops_listening || begin.kind == record::CallKind::Close) {
        socket.closers.push_back({begin.time, begin.id, begin.pid, shuts_down && !stops_listening});
    }
    // close_range gives up several, dup2 what stood where its copy goes.
    if (begin.kind == record::CallKind::Close || begin.kind == record::CallKind::Duplicate) {
        for (const record::Awaited& each : begin.awaited) {
            if (each.socket && *each.socket != begin.socket->inode) {
                sockets_[*each.socket].closers.push_back({begin.time, begin.id, begin.pid, false});
            }
        }
    }
}

}  // namespace sockstep::correlate
