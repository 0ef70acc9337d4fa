// tracer/correlate/wakes.cpp - what let a blocked call return: the segment that brought what it waited for.
#include <algorithm>

#include "correlate/joins.hpp"

namespace sockstep::correlate {

namespace {

bool failed_with(const Call& call, std::string_view error) {
    return call.failed() && call.end->error == error;
}

bool timed_out(const Call& call) {
    return failed_with(call, "EAGAIN") || failed_with(call, "ETIMEDOUT") || failed_with(call, "EINPROGRESS");
}

}  // namespace

std::optional<base::Timestamp> Correlator::Joins::arrival_of(std::uint64_t segment) const {
    return segment == 0 ? std::nullopt : timeline_.segment(segment).arrived;
}

bool Correlator::Joins::arrived_within(std::uint64_t segment, const Call& call) const {
    const auto time = arrival_of(segment);
    return time && *time >= call.begin.time && *time <= call.end->time;
}

/// The one of `ids` that arrived first within the call.
std::uint64_t Correlator::Joins::first_within(const Call& call, const std::vector<std::uint64_t>& ids) const {
    std::uint64_t first = 0;
    for (const std::uint64_t id : ids) {
        if (arrived_within(id, call) && (first == 0 || *arrival_of(id) < *arrival_of(first))) {
            first = id;
        }
    }
    return first;
}

Wake Correlator::Joins::by_segment(std::uint64_t segment) {
    return segment == 0 ? Wake{.by = Waker::Unknown} : Wake{.by = Waker::Segment, .segment = segment};
}

void Correlator::Joins::find_wake(Call& call) {
    switch (call.end->fate) {
        case record::CallFate::Returned:
            call.woken_by = wake_of_return(call);
            break;
        case record::CallFate::Restarted:
        case record::CallFate::Interrupted:
            call.woken_by = {.by = Waker::Signal, .signal = call.end->signal};
            break;
        case record::CallFate::ThreadEnded:
            call.woken_by = {.by = Waker::ThreadEnded, .signal = call.end->signal};
            break;
        case record::CallFate::Unfinished:
            break;
    }
    if (call.woken_by.by == Waker::Segment) {
        segment(call.woken_by.segment).woke.push_back(call.begin.id);
    }
}

Wake Correlator::Joins::wake_of_return(const Call& call) {
    if (failed_with(call, "EINTR")) {
        return {.by = Waker::Signal, .signal = call.end->signal};
    }
    if (call.begin.waits_elsewhere) {
        return {.by = Waker::Unknown};
    }
    if (call.begin.kind == record::CallKind::Wait) {
        return wake_of_wait(call);
    }
    if (timed_out(call)) {
        return {.by = Waker::Timer};
    }
    const SocketJoin* socket = socket_of(call);
    if (call.begin.kind == record::CallKind::Accept) {
        const bool was_shut = failed_with(call, "EINVAL") && socket != nullptr && socket->shutdown_read != 0;
        return was_shut ? Wake{.by = Waker::Call, .call = socket->shutdown_read} : wake_of_accept(call);
    }
    if (call.begin.kind == record::CallKind::Connect) {
        return call.connection == 0 ? Wake{.by = Waker::Unknown} : wake_of_connect(call);
    }
    if (socket == nullptr || socket->connection == 0) {
        return {.by = Waker::Unknown};
    }
    if (call.begin.kind == record::CallKind::Receive) {
        return wake_of_receive(call, *socket);
    }
    if (call.begin.kind == record::CallKind::Close) {
        return wake_of_close(call, *socket);
    }
    return call.begin.kind == record::CallKind::Send ? wake_of_send(call, *socket) : Wake{.by = Waker::Unknown};
}

/// The segment with which the kernel took the handshake as complete. Where frames are only captured, that of a listener
/// with TCP_DEFER_ACCEPT is taken to be the one with the client's first bytes.
Wake Correlator::Joins::wake_of_accept(const Call& call) {
    if (call.connection == 0) {
        return {.by = Waker::Unknown};
    }
    const ConnectionJoin& join = connection(call.connection);
    const SocketJoin* listener = socket_of(call);
    const bool defers = travel_ == Travel::AtOnce && listener != nullptr && listener->defers_accept;
    const std::uint64_t id = defers ? join.of(tcp::Side::Client).arrived.data : join.completes_handshake;
    return by_segment(arrived_within(id, call) ? id : 0);
}

Wake Correlator::Joins::wake_of_connect(const Call& call) {
    const ConnectionJoin& join = connection(call.connection);
    const EndJoin& peer = join.of(tcp::other(*call.side));
    if (call.failed()) {
        return by_segment(failed_with(call, "ECONNREFUSED") || failed_with(call, "ECONNRESET") ? peer.arrived.rst : 0);
    }
    return by_segment(peer.arrived.syn_ack != 0 ? peer.arrived.syn_ack : join.completes_handshake);
}

/// The segment that brought the first missing byte, or the last one of those that were waited for; at the end of the
/// stream the FIN, or who shut the receiving side; after a failure the RST.
Wake Correlator::Joins::wake_of_receive(const Call& call, const SocketJoin& socket) {
    const EndJoin& peer = connection(socket.connection).of(tcp::other(socket.side));
    if (call.failed()) {
        return by_segment(failed_with(call, "ECONNRESET") || failed_with(call, "EPIPE") ? peer.arrived.rst : 0);
    }
    if (call.end->result == 0) {
        const bool was_shut =
            socket.shutdown_read != 0 && (peer.arrived.fin == 0 || *arrival_of(peer.arrived.fin) > call.end->time);
        if (was_shut) {
            return {.by = Waker::Call, .call = socket.shutdown_read};
        }
        // One that asks for no byte waits for one all the same, and leaves it there.
        const std::uint64_t next = call.begin.length == 0 ? peer.arrived.bytes.owner_of(socket.received.position) : 0;
        return by_segment(next != 0 && arrived_within(next, call) ? next : peer.arrived.fin);
    }
    if (!call.bytes) {
        return {.by = Waker::Unknown};
    }
    const auto room = static_cast<std::int64_t>(call.begin.length);
    const std::int64_t least = std::max<std::int64_t>(
        call.begin.waits_for_all ? room : std::min(room, socket.low_water), 1);  // Source: Linux, sock_rcvlowat()
    if (call.end->result < least) {
        const bool has_ended = peer.arrived.fin != 0 && *arrival_of(peer.arrived.fin) <= call.end->time;
        return by_segment(has_ended ? peer.arrived.fin : 0);  // without a FIN: a time limit, or a signal
    }
    const std::uint64_t brought = peer.arrived.bytes.owner_of(call.bytes->from + least - 1);
    return by_segment(arrived_within(brought, call) ? brought : 0);
}

/// The last segment of the peer, before the call returned, that made room. The kernel wakes a writer only when a third
/// of the buffer is free, so earlier ones made room too.
Wake Correlator::Joins::wake_of_send(const Call& call, const SocketJoin& socket) {
    const EndJoin& peer = connection(socket.connection).of(tcp::other(socket.side));
    if (call.failed()) {
        return by_segment(peer.arrived.rst);
    }
    if (call.begin.waits && !call.end->moved && call.end->result < static_cast<std::int64_t>(call.begin.length)) {
        return {.by = Waker::Unknown};  // a time limit, or a signal, ended it before all was taken
    }
    for (auto id = peer.arrived.makers_of_room.rbegin(); id != peer.arrived.makers_of_room.rend(); ++id) {
        if (*arrival_of(*id) <= call.end->time) {
            return by_segment(*arrival_of(*id) >= call.begin.time ? *id : 0);
        }
    }
    return {.by = Waker::Unknown};
}

/// With SO_LINGER close sleeps until the FIN is acknowledged, or the time is over. Source: socket(7), Linux,
/// sk_stream_wait_close()
Wake Correlator::Joins::wake_of_close(const Call& call, const SocketJoin& socket) const {
    const EndJoin& peer = connections_[socket.connection - 1].of(tcp::other(socket.side));
    for (const std::uint64_t id : peer.segments) {
        if (timeline_.segment(id).facts.acknowledges_fin && arrived_within(id, call)) {
            return by_segment(id);
        }
    }
    if (peer.arrived.rst != 0 && arrived_within(peer.arrived.rst, call)) {
        return by_segment(peer.arrived.rst);
    }
    const std::int32_t seconds = call.begin.socket->linger.value_or(0);
    return {.by = call.duration() >= std::chrono::seconds{seconds} ? Waker::Timer : Waker::Unknown};
}

std::uint64_t Correlator::Joins::reset_before_end(const Call& call, const SocketJoin& socket) const {
    if (socket.connection == 0) {
        return 0;
    }
    const std::uint64_t rst = connections_[socket.connection - 1].of(tcp::other(socket.side)).arrived.rst;
    return rst != 0 && *arrival_of(rst) <= call.end->time ? rst : 0;
}

/// The earliest segment that made one of the descriptors ready which it then reported.
Wake Correlator::Joins::wake_of_wait(const Call& call) {
    if (!call.failed() && call.end->result == 0) {
        return {.by = Waker::Timer};
    }
    std::uint64_t earliest = 0;
    for (const record::Awaited& awaited : call.end->ready) {
        const std::uint64_t made_ready = what_made_ready(call, awaited);
        if (made_ready == 0) {
            return {.by = Waker::Unknown};  // a pipe, a timer, another kind of socket: it may have been that
        }
        const bool is_earlier = earliest == 0 || *arrival_of(made_ready) < *arrival_of(earliest);
        earliest = is_earlier ? made_ready : earliest;
    }
    return by_segment(earliest);
}

std::uint64_t Correlator::Joins::what_made_ready(const Call& call, const record::Awaited& awaited) {
    const auto found = awaited.socket ? sockets_.find(*awaited.socket) : sockets_.end();
    if (found == sockets_.end()) {
        return 0;
    }
    const SocketJoin& socket = found->second;
    if (socket.connection == 0) {
        const bool is_known = travel_ == Travel::Recorded || !socket.defers_accept;
        return socket.listens && is_known ? first_handshake_within(call, socket) : 0;
    }
    const ConnectionJoin& join = connection(socket.connection);
    const EndJoin& peer = join.of(tcp::other(socket.side));
    std::vector<std::uint64_t> candidates;
    if (awaited.readable && socket.low_water > 1) {
        return 0;  // not each byte makes it ready
    }
    if (awaited.readable && std::ranges::binary_search(peer.urgent, socket.received.position)) {
        return 0;  // which byte is the next one depends on SO_OOBINLINE
    }
    if (awaited.readable || awaited.other) {
        candidates.push_back(peer.arrived.bytes.owner_of(socket.received.position));
        candidates.push_back(peer.arrived.fin);
        candidates.push_back(peer.arrived.rst);
    }
    if (awaited.writable) {
        candidates.push_back(peer.arrived.syn_ack);
        candidates.push_back(peer.arrived.rst);  // a send would fail at once
        candidates.push_back(first_arrived_since(call, peer.arrived.makers_of_room));
    }
    return first_within(call, candidates);
}

/// Of `ids`, which are in the order of their arrivals, the first that came after the call began.
std::uint64_t Correlator::Joins::first_arrived_since(const Call& call, const std::vector<std::uint64_t>& ids) const {
    const auto found =
        std::ranges::lower_bound(ids, call.begin.time, {}, [this](std::uint64_t id) { return *arrival_of(id); });
    return found == ids.end() ? 0 : *found;
}

/// The first handshake with a listener's address that was completed within the call.
std::uint64_t Correlator::Joins::first_handshake_within(const Call& call, const SocketJoin& listener) const {
    const auto completed = listener.local ? handshakes_.find(listener.local->port) : handshakes_.end();
    if (completed == handshakes_.end()) {
        return 0;
    }
    const base::IpAddress& address = listener.local->address;
    const bool is_any = std::ranges::all_of(address.octets, [](std::uint8_t octet) { return octet == 0; });
    const auto& ids = completed->second;
    const auto since =
        std::ranges::lower_bound(ids, call.begin.time, {}, [this](std::uint64_t id) { return *arrival_of(id); });
    const auto found = std::find_if(since, ids.end(), [&](std::uint64_t id) {
        return is_any || timeline_.segment(id).connection.server.endpoint.address == address;
    });
    return found != ids.end() && arrived_within(*found, call) ? *found : 0;
}

}  // namespace sockstep::correlate
