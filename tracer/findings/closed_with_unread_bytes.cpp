// tracer/findings/closed_with_unread_bytes.cpp - bytes were unread at the close, so a RST went out instead of a FIN.
#include <algorithm>

#include "findings/rules.hpp"

namespace sockstep::findings {

namespace {

const Segment* rst_of(const Run& run, const Call& close) {
    for (const std::uint64_t id : close.caused) {
        if (run.timeline().segment(id).packet.flags.rst()) {
            return &run.timeline().segment(id);
        }
    }
    return nullptr;
}

/// The close that gave up the last descriptor, with bytes left to read.
const Call* closes_unread(const Run& run, const End& end) {
    const auto close = std::ranges::find_if(end.calls, [&](const Call* call) {
        const bool last = std::ranges::all_of(
            end.holders, [&](const Holding& each) { return each.until && *each.until <= began(*call); });
        return is(*call, CallKind::Close) && succeeded(*call) && last &&
               call->begin.socket->receive_queue.value_or(0) > 0;
    });
    if (close == end.calls.end()) {
        return nullptr;
    }
    return end.connection == 0 || rst_of(run, **close) != nullptr ? *close : nullptr;
}

/// Its FIN went out before.
bool has_ended_stream(const End& end, const Call& close) {
    return std::ranges::any_of(end.calls, [&](const Call* call) {
        return is(*call, CallKind::Shutdown) && call->begin.writes && succeeded(*call) && began(*call) < began(close);
    });
}

const Call* last_moved(const End& end, CallKind kind, base::Timestamp before) {
    const Call* last = nullptr;
    for (const Call* call : end.calls) {
        last = is(*call, kind) && moved(*call) > 0 && began(*call) < before ? call : last;
    }
    return last;
}

const Call* fails_by_it(const End& peer, base::Timestamp since) {
    const auto found = std::ranges::find_if(peer.calls, [&](const Call* call) {
        return is(*call, CallKind::Receive) && failed_with(*call, "ECONNRESET") && call->end->time >= since;
    });
    return found == peer.calls.end() ? nullptr : *found;
}

/// Nothing that `end` sent was lost to `peer`.
bool has_got_all(const End& end, const End& peer) {
    const auto sent = end.sent_by(base::Timestamp::max());
    const auto received = peer.received_by(base::Timestamp::max());
    return sent && received && *sent == *received;
}

bool ended_by_failing(const Run& run, const Call& close) {
    const ProcessLife* life = run.process(close.begin.pid);
    return life != nullptr && life->status.value_or(0) != 0 && life->last_signal.empty();
}

}  // namespace

/// Many correct programs close with bytes unread: one that has what it wants, one that gives up. It is a mistake where
/// it hurts: the peer's receive fails with ECONNRESET, or the program has just sent something that the RST may
/// overtake, to a peer that has not left yet. SO_LINGER says that a RST is wanted; a program that fails may abort.
/// Source: RFC 2525 section 2.17, RFC 1122 section 4.2.2.13: "it SHOULD send a RST to show that data was lost"
std::vector<Finding> closed_with_unread_bytes(const Run& run) {
    std::vector<Finding> findings;
    for (const End& end : run.ends()) {
        const Call* close = closes_unread(run, end);
        if (close == nullptr || end.other == nullptr || end.has_option("SO_LINGER") || ended_by_failing(run, *close)) {
            continue;
        }
        const auto peer_left = end.other->given_up();
        const Call* failed = fails_by_it(*end.other, began(*close));
        const Call* sent = last_moved(end, CallKind::Send, began(*close));
        const Call* read = last_moved(end, CallKind::Receive, began(*close));
        const bool answered =
            sent != nullptr && (read == nullptr || began(*sent) > began(*read)) && !has_got_all(end, *end.other);
        if ((peer_left && *peer_left <= began(*close)) || (failed == nullptr && !answered)) {
            continue;
        }
        const Segment* rst = rst_of(run, *close);
        const std::string harm =
            failed != nullptr
                ? fmt::format("{}'s {} failed with ECONNRESET", end.other->program, failed->begin.name)
                : fmt::format("what {} had sent just before may be lost to {}", end.program, end.other->program);
        findings.push_back(finding(
            "closed-with-unread-bytes", failed != nullptr ? Severity::Error : Severity::Warning,
            {{id_of(close), id_of(failed), failed == nullptr ? id_of(sent) : 0}, {rst == nullptr ? 0 : rst->facts.id}},
            fmt::format("{} closed its socket with {} unread. So its kernel sent a RST{}: {}.", end.program,
                        explain::count(*close->begin.socket->receive_queue, "byte"),
                        has_ended_stream(end, *close) ? "" : " instead of a FIN", harm),
            "Before close, read what the peer still sends: shutdown(SHUT_WR), then recv until it returns 0."));
    }
    return findings;
}

}  // namespace sockstep::findings
