// tracer/correlate/streams.cpp - which stream bytes a call moved: counted from the socket's first one.
#include <algorithm>

#include "correlate/joins.hpp"

namespace sockstep::correlate {

namespace {

/// So many calls at the same time on one socket are not put in order any more.
constexpr std::size_t most_unsettled = 64;

bool is_tcp(const Call& call) {
    return call.begin.socket && call.begin.socket->kind == record::SocketKind::Tcp;
}

/// Octets that the call moved; 0 if it failed, or has not returned.
std::int64_t moved_by(const Call& call) {
    if (!call.returned() || call.end->result <= 0) {
        return 0;
    }
    return call.end->moved ? static_cast<std::int64_t>(*call.end->moved) : call.end->result;
}

std::optional<std::int64_t> written_by(const record::Socket& socket) {
    if (!socket.bytes_written) {
        return std::nullopt;
    }
    return static_cast<std::int64_t>(*socket.bytes_written);
}

bool moves_stream(const Call& call) {
    const bool receives = call.begin.kind == record::CallKind::Receive && !call.begin.beside_stream;
    return is_tcp(call) && (receives || call.begin.kind == record::CallKind::Send);
}

/// How far the program has read, by the kernel's count; absent if it does not say: while an urgent byte lies ahead,
/// what waits is counted only up to there. The count of what arrived is asked
/// for before that of what waits, so what arrives in between makes the difference too small, never too large. A FIN
/// that has arrived is counted as a byte; whether it has cannot be told if it came while the state was asked for.
std::optional<std::int64_t> read_by(const record::Socket& socket, const CallStream& stream) {
    if (socket.state == "SYN-RECEIVED") {
        return std::nullopt;  // what came with the SYN (TCP_FASTOPEN) is not among what SIOCINQ counts
    }
    const bool fin_arrived =
        socket.state != "ESTABLISHED" && socket.state != "FIN-WAIT-1" && socket.state != "FIN-WAIT-2";
    if (!socket.bytes_received || !socket.receive_queue || (socket.hung_up && !fin_arrived) || socket.urgent_ahead ||
        socket.at_urgent || stream.urgent_taken) {
        return std::nullopt;
    }
    return static_cast<std::int64_t>(*socket.bytes_received) - *socket.receive_queue - (fin_arrived ? 1 : 0);
}

}  // namespace

/// Where the kernel has counted more than our calls moved, something that is not followed moved the rest (io_uring, a
/// program before it was traced): no call covers those bytes.
void Correlator::Joins::begin_moving(Call& call, SocketJoin& socket) {
    const bool sending = call.begin.kind == record::CallKind::Send;
    if (!moves_stream(call)) {
        return;
    }
    CallStream& stream = sending ? socket.sent : socket.received;
    const record::Socket& state = *call.begin.socket;
    const std::optional<std::int64_t> counted = sending ? written_by(state) : read_by(state, stream);
    if (stream.open.empty() && !stream.unsettled.empty()) {
        forget_order(stream);
    }
    if (stream.open.empty() && (!stream.lost || counted)) {
        stream.position = stream.lost ? *counted : std::max(stream.position, counted.value_or(0));
        stream.lost = false;
    }
    stream.open.push_back(call.begin.id);
    if (!sending && state.receive_queue) {
        call.already_waiting = *state.receive_queue;
    }
}

void Correlator::Joins::end_moving(Call& call, SocketJoin& socket) {
    const bool sending = call.begin.kind == record::CallKind::Send;
    const std::int64_t moved = moved_by(call);
    if (!moves_stream(call)) {
        const bool takes_urgent = call.begin.beside_stream && is_tcp(call) && !call.begin.peeks && moved > 0;
        socket.received.urgent_taken |= takes_urgent;
        return;
    }
    CallStream& stream = sending ? socket.sent : socket.received;
    std::erase(stream.open, call.begin.id);
    if (!sending && stream.open.empty() && stream.unsettled.empty()) {
        pass_over_urgent(call, socket);
    }
    if (call.begin.peeks && moved > 0) {
        if (stream.open.empty() && stream.unsettled.empty() && !stream.lost && !socket.peeks_ahead) {
            call.bytes = {stream.position, stream.position + moved};
        }
        return;
    }
    if (moved > 0 && !stream.lost) {
        stream.unsettled.push_back(call.begin.id);
    }
    settle(socket, stream, sending);
    if (stream.unsettled.size() > most_unsettled) {
        stream.unsettled.clear();
        stream.lost = true;
    }
}

/// A receive that comes to an urgent byte passes over it; so does the kernel by itself, when the next urgent byte
/// comes. The call's octets tell where it began, or the kernel's count of what was passed when it ended. Where both
/// leave it open, it is not known. Source: Linux, tcp_recvmsg() and tcp_check_urg()
void Correlator::Joins::pass_over_urgent(const Call& call, SocketJoin& socket) {
    CallStream& stream = socket.received;
    const record::Socket& before = *call.begin.socket;
    const record::Socket& after = call.end->socket ? *call.end->socket : before;
    const bool is_at_urgent = before.at_urgent && !call.begin.peeks;
    const std::int64_t moved = moved_by(call);
    if (is_at_urgent && (moved > 0 || !after.at_urgent)) {
        stream.urgent_taken = false;
        stream.position += moved > 0 ? 0 : 1;
    }
    const bool may_be = before.urgent_ahead || before.at_urgent || after.urgent_ahead || after.at_urgent ||
                        stream.urgent_taken || urgent_was_sent_to(socket);
    const std::optional<std::int64_t> counted = read_by(after, stream);
    if (moved <= 0 || stream.lost) {
        return;
    }
    if (!may_be) {
        stream.position += counted == stream.position + moved + 1 && call.already_waiting == 0 ? 1 : 0;
        return;
    }
    const std::vector<std::int64_t> places = places_of(call, socket);
    if (places.size() == 1) {
        stream.position = places.front();
    } else if (counted && !call.begin.peeks) {
        stream.position = std::max(stream.position, *counted - moved);
    } else {
        stream.lost = true;
    }
}

/// Where in the stream the octets that the call got can begin: at the next byte that was not read, or behind urgent
/// ones. None, if that was not captured.
std::vector<std::int64_t> Correlator::Joins::places_of(const Call& call, const SocketJoin& socket) const {
    std::vector<std::int64_t> places;
    if (!urgent_was_sent_to(socket)) {
        return places;
    }
    const auto& urgent = connections_[socket.connection - 1].of(tcp::other(socket.side)).urgent;
    std::int64_t place = socket.received.position;
    for (; std::ranges::binary_search(urgent, place); ++place) {
        places.push_back(place);
    }
    places.push_back(place);
    if (call.begin.socket->at_urgent && places.size() > 1) {
        places.erase(places.begin());
    }
    if (places.size() > 1) {
        std::erase_if(places, [&](std::int64_t each) { return !fits(call, socket, false, each); });
    }
    return places;
}

bool Correlator::Joins::urgent_was_sent_to(const SocketJoin& socket) const {
    return socket.connection != 0 && !connections_[socket.connection - 1].of(tcp::other(socket.side)).urgent.empty();
}

/// Calls that were made at the same time, and whose bytes did not tell in which order: together they end here.
void Correlator::Joins::forget_order(CallStream& stream) {
    for (const std::uint64_t id : stream.unsettled) {
        stream.position += moved_by(call(id));
    }
    stream.unsettled.clear();
}

/// Gives the calls that have ended their places, as far as these are certain.
void Correlator::Joins::settle(SocketJoin& socket, CallStream& stream, bool sending) {
    while (!stream.unsettled.empty() && settle_one(socket, stream, sending)) {
    }
}

bool Correlator::Joins::settle_one(SocketJoin& socket, CallStream& stream, bool sending) {
    if (stream.unsettled.size() == 1 && stream.open.empty()) {
        place(call(stream.unsettled.front()), socket, stream, sending);
        stream.unsettled.clear();
        return true;
    }
    // Several at the same time: the one whose bytes stand next in the stream, if it is the only one that can be.
    std::uint64_t next = 0;
    for (const std::uint64_t id : stream.unsettled) {
        if (fits(call(id), socket, sending, stream.position)) {
            if (next != 0) {
                return false;
            }
            next = id;
        }
    }
    if (next == 0) {
        return false;
    }
    const std::int64_t after = stream.position + moved_by(call(next));
    const bool others_may_fit = std::ranges::any_of(stream.open, [&](std::uint64_t id) {
        return sending ? fits(call(id), socket, sending, stream.position) : fits(call(next), socket, sending, after);
    });
    if (others_may_fit) {
        return false;
    }
    place(call(next), socket, stream, sending);
    std::erase(stream.unsettled, next);
    return true;
}

void Correlator::Joins::place(Call& call, SocketJoin& socket, CallStream& stream, bool sending) {
    call.bytes = {stream.position, stream.position + moved_by(call)};
    stream.position = call.bytes->to;
    stream.calls.add(*call.bytes, call.begin.id);
    if (!sending || socket.connection == 0) {
        return;
    }
    for (const std::uint64_t id : connection(socket.connection).of(socket.side).sent.bytes.owners_in(*call.bytes)) {
        add_sender(segment(id), call.begin.id);
    }
}

/// What is known of the call's octets stands in the stream from `position` on; false if nothing of either is known.
bool Correlator::Joins::fits(const Call& call, const SocketJoin& socket, bool sending, std::int64_t position) const {
    const std::string& data = sending ? call.begin.data : call.end->data;
    std::size_t compared = 0;
    const std::int64_t moved = call.end ? moved_by(call) : static_cast<std::int64_t>(call.begin.length);
    const auto length = std::min(data.size(), static_cast<std::size_t>(moved));
    for (std::size_t i = 0; i < length; ++i) {
        const auto byte = stream_byte(socket, sending, position + static_cast<std::int64_t>(i));
        if (byte && *byte != data[i]) {
            return false;
        }
        compared += byte ? 1U : 0U;
    }
    return compared > 0;
}

/// As it stood in the segment that brought it first; absent if that was not kept.
std::optional<char> Correlator::Joins::stream_byte(const SocketJoin& socket, bool sending, std::int64_t byte) const {
    if (socket.connection == 0) {
        return std::nullopt;
    }
    const tcp::Side sender = sending ? socket.side : tcp::other(socket.side);
    const std::uint64_t id = connections_[socket.connection - 1].of(sender).sent.bytes.owner_of(byte);
    if (id == 0) {
        return std::nullopt;
    }
    const Segment& segment = timeline_.segment(id);
    const auto at = static_cast<std::size_t>(byte - segment.facts.bytes.from);
    return at < segment.data.size() ? std::optional{segment.data[at]} : std::nullopt;
}

}  // namespace sockstep::correlate
