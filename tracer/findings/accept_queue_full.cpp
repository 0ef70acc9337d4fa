// tracer/findings/accept_queue_full.cpp - a SYN, or a handshake's last ACK, was dropped because too many connections
// waited for accept.
#include <algorithm>

#include "findings/rules.hpp"

namespace sockstep::findings {

namespace {

/// Connections to `listener` whose handshake was complete and that nobody had accepted at `time`.
std::int64_t waiting_at(const Run& run, const base::Endpoint& listener, base::Timestamp time) {
    std::int64_t waiting = 0;
    for (const Segment& segment : run.timeline().segments) {
        const bool completes = segment.facts.completes_handshake && segment.connection.server.endpoint == listener;
        waiting += completes && segment.arrived.value_or(segment.time) < time ? 1 : 0;
    }
    for (const End& end : run.ends()) {
        const bool taken = end.made_by != nullptr && is(*end.made_by, CallKind::Accept) && end.local == listener;
        waiting -= taken && end.made_by->end->time < time ? 1 : 0;
    }
    return waiting;
}

/// A SYN that was sent again though the one before was not lost on the way.
bool is_syn_again(const Run& run, const Segment& segment) {
    if (!segment.packet.flags.syn() || segment.packet.flags.ack() || !segment.facts.resends) {
        return false;
    }
    const auto way = correlate::way_of(run.timeline(), run.timeline().segment(segment.facts.resends->latest.segment));
    return !way || (way->fate != correlate::WayEnd::Dropped && way->fate != correlate::WayEnd::Corrupted);
}

/// The handshake's last ACK, which the kernel let lie; where no kernel was asked, it shows by the SYN-ACK that came
/// again.
bool is_untaken_ack(const Run& run, const Segment& segment) {
    const bool came_again = segment.packet.flags.syn() && segment.packet.flags.ack() &&
                            segment.connection.untaken_ack != 0 && segment.facts.resends;
    return run.timeline().has_wire ? correlate::left(run.timeline(), segment) == correlate::Left::QueueFull
                                   : came_again;
}

std::optional<std::int64_t> limit_of(const End& listener) {
    const auto& socket = listener.listens->end->socket;
    if (socket && socket->accept_limit) {
        return std::int64_t{*socket->accept_limit};
    }
    return number_in(*listener.listens, "backlog");
}

std::string_view what_was_dropped(bool a_syn, bool an_ack) {
    if (a_syn && an_ack) {
        return "a client's SYN, which had to be sent again, and the last ACK of a handshake";
    }
    return a_syn ? "a client's SYN, which had to be sent again"
                 : "the last ACK of a handshake: the client was ESTABLISHED, the server was not";
}

}  // namespace

/// A queue in use is no mistake; one that is full drops the SYN, and the client's kernel sends it again a second
/// later, or it lets the handshake's last ACK lie. Two things must be seen: that this happened, and more connections
/// waiting than the backlog at that moment: Linux lets one more than the backlog wait.
/// Source: listen(2); Linux, tcp_conn_request(), tcp_v4_syn_recv_sock()
std::vector<Finding> accept_queue_full(const Run& run) {
    std::vector<Finding> findings;
    for (const End& listener : run.ends()) {
        if (listener.listens == nullptr) {
            continue;
        }
        Evidence evidence{{id_of(listener.listens)}, {}};
        std::int64_t most = 0;
        bool a_syn = false;
        bool an_ack = false;
        bool all_connected = true;
        const auto limit = limit_of(listener);
        for (const Segment& segment : run.timeline().segments) {
            const base::Endpoint& wanted = segment.connection.server.endpoint;
            const bool syn_again = is_syn_again(run, segment);
            const bool ack_untaken = is_untaken_ack(run, segment);
            if (!limit || (!syn_again && !ack_untaken) || !listener.listens_at(wanted)) {
                continue;
            }
            const std::int64_t waiting =
                waiting_at(run, wanted, ack_untaken ? segment.arrived.value_or(segment.time) : segment.time);
            if (waiting > *limit) {
                a_syn |= syn_again;
                an_ack |= ack_untaken;
                evidence.segments.push_back(segment.facts.id);
                most = std::max(most, waiting);
                all_connected = all_connected && run.timeline().connection(segment.facts.connection).complete;
            }
        }
        if (evidence.segments.empty()) {
            continue;
        }
        findings.push_back(finding(
            "accept-queue-full", all_connected ? Severity::Warning : Severity::Error, evidence,
            fmt::format("{} listens with backlog {}, and {} waited for accept: no more fit, so the kernel dropped {}.",
                        listener.program, *limit, explain::count(most, "connection"), what_was_dropped(a_syn, an_ack)),
            "Call accept soon and often, in a loop of its own, and give listen a larger backlog."));
    }
    return findings;
}

}  // namespace sockstep::findings
