// tracer/correlate/joins.cpp - one record after the other, each to where it belongs.
#include "correlate/joins.hpp"

#include <algorithm>
#include <variant>

#include "decode/frame.hpp"

namespace sockstep::correlate {

namespace {

AwaitedThing awaited_by(const record::CallBegin& begin) {
    const bool is_stream = begin.socket && begin.socket->kind != record::SocketKind::Udp;
    if (begin.beside_stream || begin.waits_elsewhere) {
        return AwaitedThing::Nothing;  // the first never sleeps, the second for no socket
    }
    switch (begin.kind) {
        case record::CallKind::Accept:
            return AwaitedThing::Handshake;
        case record::CallKind::Connect:
            return AwaitedThing::SynAck;
        case record::CallKind::Receive:
            return !is_stream ? AwaitedThing::Datagram
                              : (begin.waits_for_all ? AwaitedThing::AllBytes : AwaitedThing::Bytes);
        case record::CallKind::Send:
            return AwaitedThing::SendSpace;
        case record::CallKind::Wait:
            return AwaitedThing::Readiness;
        case record::CallKind::Socket:
        case record::CallKind::Bind:
        case record::CallKind::Listen:
        case record::CallKind::Close:
            return begin.waits ? AwaitedThing::FinAck : AwaitedThing::Nothing;
        case record::CallKind::Shutdown:
        case record::CallKind::Duplicate:
        case record::CallKind::Option:
        case record::CallKind::NotFollowed:
            break;
    }
    return AwaitedThing::Nothing;
}

/// The value that setsockopt has given to `option`.
std::optional<std::int64_t> set_by(const Call& call, std::string_view option) {
    if (call.begin.kind != record::CallKind::Option || call.begin.name != "setsockopt" || call.failed()) {
        return std::nullopt;
    }
    bool is_it = false;
    for (const record::Argument& argument : call.begin.arguments) {
        const auto* text = std::get_if<std::string>(&argument.value);
        is_it |= argument.name == "optname" && text != nullptr && *text == option;
        const auto* value = std::get_if<std::int64_t>(&argument.value);
        if (is_it && argument.name == "optval" && value != nullptr) {
            return *value;
        }
    }
    return std::nullopt;
}

/// It gave up the processor; where that was not counted, it had to if what it waits for was not there.
bool is_blocked(const Call& call) {
    const bool unready = call.begin.ready.has_value() && !*call.begin.ready;
    return call.begin.waits && (call.end && call.end->slept ? *call.end->slept > 0 : unready);
}

}  // namespace

Correlator::Joins::Joins(std::uint64_t hash_seed, Travel travel)
    : travel_{travel},
      tracker_{[this](const tcp::Connection& connection) { timeline_.connections[connection.id - 1] = connection; },
               tcp::Detail::Segments, hash_seed} {
    timeline_.has_wire = travel == Travel::Recorded;
}

/// The call is a connect to the family AF_UNSPEC. Source: connect(2)
bool Correlator::Joins::dissolves(const record::CallBegin& begin) {
    return begin.kind == record::CallKind::Connect && begin.socket &&
           std::ranges::any_of(begin.arguments, [](const record::Argument& argument) {
               const auto* text = std::get_if<std::string>(&argument.value);
               return text != nullptr && *text == "AF_UNSPEC";
           });
}

bool Correlator::Joins::has_no_connection_any_more(const SocketJoin& socket, const record::Socket& state) const {
    const bool was_refused =
        socket.connection != 0 && timeline_.connection(socket.connection).handshake() == tcp::Handshake::Refused;
    return was_refused || state.state == "CLOSED";
}

void Correlator::Joins::append(Moment::What what, std::size_t index, base::Timestamp time) {
    timeline_.start = timeline_.start.value_or(time);
    timeline_.moments.push_back({what, index, time});
}

void Correlator::Joins::add(const record::Frame& frame) {
    const decode::Decoded decoded = decode::decode(frame.link, frame.bytes, frame.wire_length);
    if (const auto* packet = std::get_if<decode::TcpSegment>(&decoded)) {
        const auto [facts, connection] = tracker_.add(*packet, frame.number, frame.time);
        learn_connection(connection);
        const std::size_t kept = std::min(packet->payload.size(), most_segment_data);
        Segment& segment = timeline_.segments.emplace_back(
            Segment{frame.time,
                    *packet,
                    {packet->payload.begin(), packet->payload.begin() + static_cast<std::ptrdiff_t>(kept)},
                    facts,
                    connection});
        segment.packet.payload = {};
        append(Moment::What::Segment, timeline_.segments.size() - 1, frame.time);
        note_segment(segment);
        if (travel_ == Travel::AtOnce) {
            arrive(segment, frame.time, Left::No);
        }
        return;
    }
    timeline_.other_frames.add(decoded);
    if (std::holds_alternative<decode::NotTcp>(decoded)) {
        return;
    }
    timeline_.frames.push_back({frame.time, frame.number, decode::describe(decoded)});
    append(Moment::What::Frame, timeline_.frames.size() - 1, frame.time);
}

/// Of a frame that is no TCP segment nothing is told.
void Correlator::Joins::add(const record::Passage& passage) {
    const auto found = std::ranges::lower_bound(timeline_.segments, passage.frame, {},
                                                [](const Segment& each) { return each.facts.frame; });
    if (found == timeline_.segments.end() || found->facts.frame != passage.frame) {
        return;
    }
    Segment& segment = *found;
    const ConnectionJoin& connection = this->connection(segment.facts.connection);
    const bool arrives = passage.fate == record::Fate::Delivered && !passage.corrupted;
    Passage told{passage, segment.facts.id, connection.states, {}, arrives && !segment.arrived};
    if (arrives && (told.news || left(timeline_, segment) != Left::No)) {
        told.left = why_left(segment, passage);
        arrive(segment, passage.time, told.left);
    }
    told.after = connection.states;
    segment.passages.push_back(timeline_.passages.size());
    append(Moment::What::Passage, timeline_.passages.size(), passage.time);
    timeline_.passages.push_back(told);
}

void Correlator::Joins::add(record::CallBegin begin) {
    const base::Timestamp time = begin.time;
    Call& call = timeline_.calls.emplace_back(Call{std::move(begin), std::nullopt});
    append(Moment::What::CallBegins, timeline_.calls.size() - 1, time);
    call.waited_for = awaited_by(call.begin);
    call.blocked = is_blocked(call);
    SocketJoin* socket = socket_of(call);
    if (socket == nullptr) {
        return;
    }
    if (call.begin.kind == record::CallKind::Connect && has_no_connection_any_more(*socket, *call.begin.socket)) {
        leave(*socket);
    }
    give_connection(call, *socket);
    if (call.begin.kind == record::CallKind::Connect) {
        socket->connect = call.begin.id;
        connecting_.push_back(call.begin.id);
    }
    begin_moving(call, *socket);
    note_closer(call, *socket);
    if (call.begin.kind == record::CallKind::Shutdown && call.begin.reads && socket->shutdown_read == 0) {
        socket->shutdown_read = call.begin.id;
    }
}

void Correlator::Joins::add(record::CallEnd end) {
    if (end.id == 0 || end.id > timeline_.calls.size()) {
        return;  // of a call whose beginning is not in the trace
    }
    Call& call = this->call(end.id);
    append(Moment::What::CallEnds, end.id - 1, end.time);
    call.end = std::move(end);
    call.blocked = is_blocked(call);
    std::erase(connecting_, call.begin.id);
    if (call.end->made) {
        SocketJoin& made = learn(*call.end->made);
        if (const SocketJoin* listener = call.begin.kind == record::CallKind::Accept ? socket_of(call) : nullptr) {
            made.low_water = listener->low_water;
        }
        give_connection(call, made);
    }
    if (call.end->other) {
        learn(*call.end->other);
    }
    if (call.end->socket) {
        learn(*call.end->socket);
    }
    if (SocketJoin* socket = socket_of(call)) {
        end_moving(call, *socket);
        note_options(call, *socket);
        call.reset_by = call.failed() || !call.returned() ? reset_before_end(call, *socket) : 0;
        if (socket->shutdown_read == call.begin.id && call.failed()) {
            socket->shutdown_read = 0;
        }
    }
    if (call.begin.kind == record::CallKind::Connect) {
        take_pending(call);
    }
    if (dissolves(call.begin) && call.returned() && !call.failed()) {
        leave(sockets_[call.begin.socket->inode]);
    }
    if (call.begin.kind == record::CallKind::Connect && call.failed() && call.connection == 0 && !call.caused.empty()) {
        call.connection = segment(call.caused.front()).facts.connection;  // the socket has lost its port by now
        call.side = tcp::Side::Client;
    }
    if (call.blocked) {
        find_wake(call);
    }
}

/// Source: socket(7), tcp(7); Linux, sk_setsockopt(): a low-water mark of 0 is 1
void Correlator::Joins::note_options(const Call& call, SocketJoin& socket) {
    if (const auto low_water = set_by(call, "SO_RCVLOWAT")) {
        socket.low_water = std::max<std::int64_t>(*low_water, 1);
    } else if (const auto seconds = set_by(call, "TCP_DEFER_ACCEPT")) {
        socket.defers_accept = *seconds != 0;
    } else if (const auto offset = set_by(call, "SO_PEEK_OFF")) {
        socket.peeks_ahead = *offset >= 0;
    }
}

void Correlator::Joins::add(record::Process process) {
    if (process.change == record::ProcessChange::Exiting) {
        for (const std::uint64_t inode : process.sockets) {
            if (const auto found = sockets_.find(inode); found != sockets_.end()) {
                found->second.closers.push_back({process.time, 0, process.pid, false});
            }
        }
    }
    if (process.change == record::ProcessChange::Exit) {
        ended_processes_[process.pid] = process.time;
    }
    append(Moment::What::Process, timeline_.processes.size(), process.time);
    timeline_.processes.push_back(std::move(process));
}

void Correlator::Joins::add(record::Output output) {
    append(Moment::What::Output, timeline_.outputs.size(), output.time);
    timeline_.outputs.push_back(std::move(output));
}

void Correlator::Joins::finish() {
    tracker_.finish();
    if (travel_ == Travel::Recorded) {
        for (std::uint64_t id = 1; id <= connections_.size(); ++id) {
            report_what_arrived(id);
        }
    }
    timeline_.complete = true;
}

}  // namespace sockstep::correlate
