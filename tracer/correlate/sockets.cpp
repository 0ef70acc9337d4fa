// tracer/correlate/sockets.cpp - which socket is which end of which connection: by its addresses.
#include <utility>

#include "correlate/joins.hpp"

namespace sockstep::correlate {

std::size_t Correlator::Joins::PairHash::operator()(const Pair& pair) const {
    std::size_t hash = 0;
    const auto mix = [&hash](std::uint64_t value) { hash = (hash ^ value) * 0x9E3779B97F4A7C15U; };
    for (const base::Endpoint& endpoint : {pair.first, pair.second}) {
        for (const std::uint64_t half : endpoint.address.halves()) {
            mix(half);
        }
        mix(endpoint.port);
    }
    return hash;
}

SocketJoin* Correlator::Joins::socket_of(const Call& call) {
    const auto& state = call.begin.socket ? call.begin.socket : call.end ? call.end->socket : call.begin.socket;
    if (!state || state->inode == 0) {
        return nullptr;
    }
    const auto found = sockets_.find(state->inode);
    return found == sockets_.end() ? &learn(*state) : &found->second;
}

SocketJoin* Correlator::Joins::socket_of(const EndJoin& end) {
    const auto found = sockets_.find(end.socket);
    return end.socket == 0 || found == sockets_.end() ? nullptr : &found->second;
}

SocketJoin& Correlator::Joins::learn(const record::Socket& state) {
    SocketJoin& socket = sockets_[state.inode];
    socket.listens = state.state == "LISTEN";
    if (state.kind != record::SocketKind::Tcp || socket.connection != 0) {
        return socket;
    }
    if (state.local && !state.peer) {
        socket.local = state.local;  // bound, and perhaps listening
    }
    const bool is_news = state.local && state.peer && (state.local != socket.local || state.peer != socket.peer);
    socket.local = state.local ? state.local : socket.local;
    socket.peer = state.peer ? state.peer : socket.peer;
    if (is_news) {
        bind(state.inode, socket);
    }
    return socket;
}

void Correlator::Joins::bind(std::uint64_t inode, SocketJoin& socket) {
    const auto found = newest_.find({*socket.local, *socket.peer});
    if (found == newest_.end() || !take(inode, socket, found->second)) {
        homeless_[{*socket.local, *socket.peer}].push_back(inode);
    }
}

/// False if that end of the connection is another socket's: it is an earlier connection between the same endpoints.
bool Correlator::Joins::take(std::uint64_t inode, SocketJoin& socket, std::uint64_t id) {
    const tcp::Connection& seen = timeline_.connection(id);
    const tcp::Side side = seen.client.endpoint == *socket.local ? tcp::Side::Client : tcp::Side::Server;
    EndJoin& end = connection(id).of(side);
    if (end.socket != 0) {
        return false;
    }
    end.socket = inode;
    socket.connection = id;
    socket.side = side;
    for (const std::uint64_t call : std::exchange(socket.calls, {})) {
        give_connection(this->call(call), socket);
    }
    for (const std::uint64_t sent : end.segments) {
        find_cause(segment(sent));
    }
    return true;
}

/// The call's connection is its socket's, now or as soon as that is known.
void Correlator::Joins::give_connection(Call& call, SocketJoin& socket) {
    if (call.connection != 0) {
        return;  // a connect that failed had one of its own
    }
    if (socket.connection == 0) {
        socket.calls.push_back(call.begin.id);
        return;
    }
    call.connection = socket.connection;
    call.side = socket.side;
}

/// While a handshake goes on without its program (EINPROGRESS, EINTR, the end of its thread), the kernel names no peer,
/// and what waits for its end (poll) asks for no addresses: the SYN tells both.
void Correlator::Joins::take_pending(const Call& connect) {
    SocketJoin* socket = socket_of(connect);
    const bool goes_on = connect.end->error == "EINPROGRESS" || connect.end->error == "EINTR" || !connect.returned();
    const std::uint64_t syn = goes_on && socket != nullptr && socket->connection == 0 ? syn_of(connect, *socket) : 0;
    if (syn == 0) {
        return;
    }
    const decode::TcpSegment& packet = segment(syn).packet;
    socket->local = packet.source;
    socket->peer = packet.destination;
    bind((connect.begin.socket ? connect.begin.socket : connect.end->socket)->inode, *socket);
}

/// By the socket's port, if it still has one: a refusal may have come meanwhile.
std::uint64_t Correlator::Joins::syn_of(const Call& connect, const SocketJoin& socket) const {
    if (!socket.local || socket.local->port == 0) {
        return connect.caused.empty() ? 0 : connect.caused.front();
    }
    const auto& all = timeline_.segments;
    for (auto each = all.rbegin(); each != all.rend() && each->time >= connect.begin.time; ++each) {
        const decode::TcpFlags flags = each->packet.flags;
        if (flags.syn() && !flags.ack() && each->packet.source == *socket.local) {
            return each->facts.id;
        }
    }
    return 0;
}

/// The next connect of a socket whose connection was refused, got no answer or was dissolved is about another one.
void Correlator::Joins::leave(SocketJoin& socket) {
    if (socket.connection == 0) {
        return;
    }
    constexpr std::uint64_t nobody = ~std::uint64_t{0};  // no other socket can be that end either
    connection(socket.connection).of(socket.side).socket = nobody;
    SocketJoin anew;
    anew.low_water = socket.low_water;
    anew.peeks_ahead = socket.peeks_ahead;
    socket = std::move(anew);
}

void Correlator::Joins::learn_connection(const tcp::Connection& seen) {
    if (seen.id <= timeline_.connections.size()) {
        tcp::Connection& known = timeline_.connections[seen.id - 1];
        if (known.client.endpoint != seen.client.endpoint) {
            swap_ends(seen.id);
        }
        known = seen;
        return;
    }
    timeline_.connections.push_back(seen);
    connections_.emplace_back();
    const Pair pair{seen.client.endpoint, seen.server.endpoint};
    const Pair reverse{pair.second, pair.first};
    newest_[pair] = newest_[reverse] = seen.id;
    for (const Pair& ends : {pair, reverse}) {
        const auto waiting = homeless_.find(ends);
        if (waiting == homeless_.end()) {
            continue;
        }
        for (const std::uint64_t inode : waiting->second) {
            SocketJoin& socket = sockets_[inode];
            if (socket.connection == 0 && socket.closers.empty()) {
                take(inode, socket, seen.id);
            }
        }
        homeless_.erase(waiting);
    }
}

/// The guess which end is the client was wrong.
void Correlator::Joins::swap_ends(std::uint64_t id) {
    ConnectionJoin& join = connection(id);
    std::swap(join.ends[0], join.ends[1]);
    std::swap(join.states.client, join.states.server);
    for (Call& call : timeline_.calls) {
        if (call.connection == id && call.side) {
            call.side = tcp::other(*call.side);
        }
    }
    for (const tcp::Side side : {tcp::Side::Client, tcp::Side::Server}) {
        if (SocketJoin* socket = socket_of(join.of(side))) {
            socket->side = side;
        }
    }
}

}  // namespace sockstep::correlate
