// tracer/findings/both_wait.cpp - both ends of a connection sleep in recv, each waiting for the other.
#include <algorithm>

#include "findings/rules.hpp"

namespace sockstep::findings {

namespace {

/// Who could still send on `end`? Another thread may be about to: one that reads the keyboard, or that hands on what a
/// third party says. Then nobody waits in vain, as far as can be seen. A socket with SO_RCVTIMEO wakes by itself.
bool waits_for_its_peer_alone(const Run& run, const End& end, const Call& receive, base::Timestamp time) {
    const bool shut = std::ranges::any_of(end.calls, [&](const Call* call) {
        return is(*call, CallKind::Shutdown) && call->begin.writes && began(*call) <= time;
    });
    return !shut && run.only_thread_can_use(end, receive, time) && !end.has_option("SO_RCVTIMEO");
}

/// All that `from` sent before `time` has been taken by `to`'s program.
bool nothing_on_the_way(const End& from, const End& to, base::Timestamp time) {
    const auto sent = from.sent_by(time);
    const auto received = to.received_by(time);
    return sent && received && *sent == *received;
}

}  // namespace

/// A receive that was never served, on both ends at once. The first of the two to end shows it: it was ended by the
/// run's end, which wakes the other with a FIN and ends it too. What somebody else ended, or woke, was no deadlock.
/// Both processes have one thread, so nothing but the peer could have woken them.
std::vector<Deadlock> deadlocks(const Run& run) {
    std::vector<Deadlock> found;
    if (!run.timeline().complete) {
        return found;
    }
    for (const End& end : run.ends()) {
        const auto sleeper = std::ranges::find_if(
            end.calls, [&](const Call* call) { return is(*call, CallKind::Receive) && run.slept_to_the_end(*call); });
        const bool is_known = std::ranges::any_of(
            found, [&](const Deadlock& each) { return each.ends[0] == &end || each.ends[1] == &end; });
        if (sleeper == end.calls.end() || end.other == nullptr || is_known) {
            continue;
        }
        const Call* beside = end.other->outlasting(**sleeper);
        if (beside == nullptr || beside->begin.ready == true || !run.ended_with_the_run(*beside)) {
            continue;
        }
        const base::Timestamp since = std::max(began(**sleeper), began(*beside));
        if (waits_for_its_peer_alone(run, end, **sleeper, since) &&
            waits_for_its_peer_alone(run, *end.other, *beside, since) && nothing_on_the_way(end, *end.other, since) &&
            nothing_on_the_way(*end.other, end, since)) {
            const bool accepted = end.made_by != nullptr && is(*end.made_by, CallKind::Accept);
            found.push_back(accepted ? Deadlock{{end.other, &end}, {beside, *sleeper}, since}
                                     : Deadlock{{&end, end.other}, {*sleeper, beside}, since});
        }
    }
    return found;
}

std::vector<Finding> both_wait(const Run& run) {
    std::vector<Finding> findings;
    for (const Deadlock& each : deadlocks(run)) {
        const auto sent = [&](int end) {
            return explain::count(each.ends[end]->sent_by(each.since).value_or(0), "byte");
        };
        findings.push_back(finding(
            "both-wait", Severity::Error, {{id_of(each.calls[0]), id_of(each.calls[1])}, {}},
            fmt::format("{} sleeps in {} and {} sleeps in {}: each waits for the other to send, so both wait for ever. "
                        "Nothing is on the way: all that {} sent ({}) and all that {} sent ({}) has been read.",
                        each.ends[0]->program, each.calls[0]->begin.name, each.ends[1]->program,
                        each.calls[1]->begin.name, each.ends[0]->program, sent(0), each.ends[1]->program, sent(1)),
            "Settle who speaks next, and how a receiver knows that a message is complete (its length, a newline, or "
            "the end of the stream by shutdown): then send what the other still waits for."));
    }
    return findings;
}

}  // namespace sockstep::findings
