// tracer/findings/peer_does_not_read.cpp - a send sleeps to the end because the other program does not read.
#include <algorithm>

#include "findings/rules.hpp"

namespace sockstep::findings {

namespace {

/// The first comes after some 200 ms, each later one after twice the pause of the one before.
constexpr std::size_t fewest_probes = 3;

/// Segments by which the kernel of `end` asks whether the window is still closed.
std::vector<std::uint64_t> probes(const Run& run, const End& end, base::Timestamp since, base::Timestamp until) {
    std::vector<std::uint64_t> ids;
    for (const Segment& segment : run.timeline().segments) {
        const bool is_its = segment.facts.connection == end.connection && segment.facts.from == end.side;
        if (is_its && segment.time >= since && segment.time < until && segment.facts.window_was_closed &&
            (segment.facts.notes.has(tcp::Note::ZeroWindowProbe) || segment.facts.notes.has(tcp::Note::KeepAlive))) {
            ids.push_back(segment.facts.id);
        }
    }
    return ids;
}

/// The last segment of `end` before `until`, if it offers no window.
const Segment* closes_window(const Run& run, const End& end, base::Timestamp until) {
    const Segment* last = nullptr;
    for (const Segment& segment : run.timeline().segments) {
        if (segment.facts.connection == end.connection && segment.facts.from == end.side && segment.time < until) {
            last = &segment;
        }
    }
    return last != nullptr && last->facts.window == 0U && !last->packet.flags.rst() ? last : nullptr;
}

/// The signal that ended the program let the call return first, with what it had done by then.
bool was_cut_off(const Run& run, const Call& send) {
    return send.begin.waits && moved(send) > 0 && moved(send) < static_cast<std::int64_t>(send.begin.length) &&
           run.ended_with_the_run(send);
}

const Call* sleeping_send(const Run& run, const End& end) {
    const auto found = std::ranges::find_if(end.calls, [&](const Call* call) {
        return is(*call, CallKind::Send) && (run.slept_to_the_end(*call) || was_cut_off(run, *call));
    });
    return found == end.calls.end() ? nullptr : *found;
}

/// It gave up the processor, or the window was closed in the end: it is not merely at work.
bool sleeps(const Run& run, const Call& send, const End& peer, base::Timestamp until) {
    return (send.end && send.end->slept.value_or(0) > 0) || closes_window(run, peer, until) != nullptr;
}

bool reads(const End& end, base::Timestamp since, base::Timestamp until) {
    return std::ranges::any_of(end.calls, [&](const Call* call) {
        return is(*call, CallKind::Receive) && (!call->end || call->end->time >= since) && began(*call) < until;
    });
}

Finding wait_for_each_other(const End& a, const Call& send, const End& b, const Call& other) {
    return finding(
        "peer-does-not-read", Severity::Error, {{id_of(&send), id_of(&other)}, {}},
        fmt::format("{} sleeps in {} because {} does not read, and {} sleeps in {} because {} does not: there is no "
                    "more room for either, so both wait for ever.",
                    a.program, send.begin.name, b.program, b.program, other.begin.name, a.program),
        "Read while you send: let poll tell which of the two is possible, or send from a thread of its own.");
}

/// Both send, neither reads.
std::optional<Finding> both_send(const Run& run, const End& end, const Call& send) {
    const Call* other = end.other->outlasting(send);
    const base::Timestamp until = ended(send);
    if (other == nullptr || !run.ended_with_the_run(*other) || reads(end, began(send), until)) {
        return std::nullopt;
    }
    const base::Timestamp since = std::max(began(send), began(*other));
    if (!run.only_thread_can_use(end, send, since) || !run.only_thread_can_use(*end.other, *other, since) ||
        !sleeps(run, send, *end.other, until) || !sleeps(run, *other, end, until)) {
        return std::nullopt;
    }
    if (end.made_by != nullptr && is(*end.made_by, CallKind::Accept)) {
        return wait_for_each_other(*end.other, *other, end, send);
    }
    return wait_for_each_other(end, send, *end.other, *other);
}

std::optional<Finding> window_stays_closed(const Run& run, const End& end, const Call& send) {
    const base::Timestamp until = ended(send);
    const Segment* closed = closes_window(run, *end.other, until);
    std::vector<std::uint64_t> segments = probes(run, end, began(send), until);
    const std::size_t asked = segments.size();
    if (closed == nullptr || asked < fewest_probes) {
        return std::nullopt;
    }
    segments.push_back(closed->facts.id);
    return finding("peer-does-not-read", Severity::Warning, {{id_of(&send)}, segments},
                   fmt::format("{} slept in {} to the end: {} has not called recv meanwhile, and its window is closed. "
                               "{}'s kernel asked {} times whether it has opened.",
                               end.program, send.begin.name, end.other->program, end.program, asked),
                   "Let the receiver read whenever bytes arrive, and keep what it cannot handle yet; or let the sender "
                   "send less until it is answered.");
}

}  // namespace

/// A send that slept until the run ended, while nobody on the other end began or continued a receive, although its
/// process lived. A slow reader is none of it: it reads. One that pauses for long could be: so either both sleep in
/// send, or the kernel has asked more than once whether the window has opened, after ever longer pauses.
/// Source: RFC 9293 sections 3.8.6 and 3.8.6.1
std::vector<Finding> peer_does_not_read(const Run& run) {
    std::vector<Finding> findings;
    std::vector<const End*> told;
    for (const End& end : run.ends()) {
        const Call* send = sleeping_send(run, end);
        if (!run.timeline().complete || send == nullptr || end.other == nullptr ||
            std::ranges::find(told, end.other) != told.end()) {
            continue;
        }
        const base::Timestamp until = ended(*send);
        const auto gone = end.other->given_up();
        if (reads(*end.other, began(*send), until) || (gone && *gone < until)) {
            continue;
        }
        std::optional<Finding> found = both_send(run, end, *send);
        found = found ? found : window_stays_closed(run, end, *send);
        if (found) {
            findings.push_back(std::move(*found));
            told.push_back(&end);
        }
    }
    return findings;
}

}  // namespace sockstep::findings
