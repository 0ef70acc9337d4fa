// tracer/findings/peer_does_not_read.cpp - a send sleeps to the end because the other program does not read.
#include <algorithm>

#include "findings/rules.hpp"

namespace sockstep::findings {

namespace {

bool is_at_work(const Call& call, base::Timestamp from) {
    return is(call, CallKind::Receive) && (!call.end || call.end->time >= from);
}

/// Segments by which the kernel of `end` asks whether the window is still closed.
std::vector<std::uint64_t> probes(const Run& run, const End& end, base::Timestamp since) {
    std::vector<std::uint64_t> ids;
    for (const Segment& segment : run.timeline().segments) {
        const bool is_its = segment.facts.connection == end.connection && segment.facts.from == end.side;
        if (is_its && segment.time >= since && segment.facts.window_was_closed &&
            (segment.facts.notes.has(tcp::Note::ZeroWindowProbe) || segment.facts.notes.has(tcp::Note::KeepAlive))) {
            ids.push_back(segment.facts.id);
        }
    }
    return ids;
}

/// The last segment of `end` before `until`, if it offers no window.
const Segment* closes_window(const Run& run, const End& end, std::optional<base::Timestamp> until) {
    const Segment* last = nullptr;
    for (const Segment& segment : run.timeline().segments) {
        if (segment.facts.connection == end.connection && segment.facts.from == end.side &&
            (!until || segment.time < *until)) {
            last = &segment;
        }
    }
    return last != nullptr && last->facts.window == 0U && !last->packet.flags.rst() ? last : nullptr;
}

const Call* sleeping_send(const End& end) {
    const auto found = std::ranges::find_if(
        end.calls, [](const Call* call) { return is(*call, CallKind::Send) && slept_to_the_end(*call); });
    return found == end.calls.end() ? nullptr : *found;
}

/// Both send, neither reads.
Finding both_send(const End& a, const Call& send, const End& b, const Call& other) {
    return finding(
        "peer-does-not-read", Severity::Error, {{id_of(&send), id_of(&other)}, {}},
        fmt::format("{} sleeps in {} because {} does not read, and {} sleeps in {} because {} does not: "
                    "both send buffers and both receive buffers are full, so both wait for ever.",
                    a.program, send.begin.name, b.program, b.program, other.begin.name, a.program),
        "Read while you send: let poll tell which of the two is possible, or send from a thread of its own.");
}

}  // namespace

/// A send that slept until the run ended, while nobody on the other end began or continued a receive, although its
/// process lived. A slow reader is none: it reads. One that pauses for long could be: so the kernel must have probed
/// the closed window twice, or the other program sleep to the end in a call that waits for something else.
/// Source: RFC 9293 sections 3.8.6 and 3.8.6.1
std::vector<Finding> peer_does_not_read(const Run& run) {
    std::vector<Finding> findings;
    for (const End& end : run.ends()) {
        const Call* send = sleeping_send(end);
        if (!run.timeline().complete || send == nullptr || end.other == nullptr) {
            continue;
        }
        const End& peer = *end.other;
        const base::Timestamp since = began(*send);
        const auto until = send->end ? std::optional{send->end->time} : std::nullopt;
        const auto gone = peer.given_up();
        const bool reads = std::ranges::any_of(peer.calls, [&](const Call* call) { return is_at_work(*call, since); });
        if (reads || (gone && (!until || *gone < *until))) {
            continue;
        }
        const Call* other = sleeping_send(peer);
        if (other != nullptr && other->end && send->end && other->end->time < send->end->time) {
            continue;  // it is told once, by the one that ended first
        }
        const bool alone = run.only_thread_can_use(end, *send, since) &&
                           (other == nullptr || run.only_thread_can_use(peer, *other, since));
        const bool end_reads =
            std::ranges::any_of(end.calls, [&](const Call* call) { return is_at_work(*call, since); });
        if (other != nullptr && alone && !end_reads) {
            const bool told = std::ranges::any_of(findings, [&](const Finding& each) {
                return std::ranges::find(each.calls, id_of(send)) != each.calls.end();
            });
            if (!told) {
                findings.push_back(both_send(end, *send, peer, *other));
            }
            continue;
        }
        const Segment* closed = closes_window(run, peer, until);
        const std::vector<std::uint64_t> asked = probes(run, end, since);
        if (closed == nullptr || asked.size() < 2) {
            continue;
        }
        std::vector<std::uint64_t> segments = asked;
        segments.push_back(closed->facts.id);
        findings.push_back(finding(
            "peer-does-not-read", Severity::Warning, {{id_of(send)}, segments},
            fmt::format("{} slept in {} to the end: {} has not called recv meanwhile, its receive buffer is full and "
                        "its window closed. {}'s kernel asked {} times whether it has opened.",
                        end.program, send->begin.name, peer.program, end.program, asked.size()),
            "Let the receiver read whenever bytes arrive, and keep what it cannot handle yet; or let the sender send "
            "less until it is answered."));
    }
    return findings;
}

}  // namespace sockstep::findings
