// tracer/findings/never_closed.cpp - the peer ended its stream, and the program forgot its own socket.
#include <algorithm>

#include "findings/rules.hpp"

namespace sockstep::findings {

namespace {

/// The receive that told the program of the end, if it never closed, shut down or used the socket after it.
const Call* last_use(const End& end) {
    const Call* told = nullptr;
    for (const Call* call : end.calls) {
        if (is(*call, CallKind::Close) || is(*call, CallKind::Shutdown) || failed_with(*call, "ECONNRESET")) {
            return nullptr;
        }
        if (is(*call, CallKind::Receive) && succeeded(*call) && call->end->result == 0 && call->begin.length > 0) {
            told = told == nullptr ? call : told;
        } else if (told != nullptr && (is(*call, CallKind::Send) || is(*call, CallKind::Receive))) {
            return nullptr;
        }
    }
    return told;
}

/// The process had it until it ended, or has it now.
bool is_held_to_the_end(const Run& run, const End& end, int pid) {
    const ProcessLife* life = run.process(pid);
    if (life != nullptr && life->exiting) {
        return std::ranges::find(life->sockets, end.socket) != life->sockets.end();
    }
    return std::ranges::any_of(end.holders, [&](const Holding& each) { return each.pid == pid && !each.until; });
}

/// What shows that the program has turned to other things: its only thread waits for the next client, or it waits in
/// poll without this socket, twice. One that was ended before it came to its close does neither.
const Call* turned_away(const Run& run, const End& end, const Call& told) {
    if (!run.is_single_thread(told.begin.pid, told.end->time)) {
        return nullptr;
    }
    int waits_without_it = 0;
    for (const Call* call : run.later_of_thread(told)) {
        if (is(*call, CallKind::Accept) && call->begin.waits) {
            return call;
        }
        const bool knows_whom = is(*call, CallKind::Wait) && !call->begin.awaited.empty();
        const bool for_it = std::ranges::any_of(
            call->begin.awaited, [&](const record::Awaited& awaited) { return awaited.socket == end.socket; });
        waits_without_it += knows_whom && !for_it ? 1 : 0;
        if (waits_without_it == 2) {
            return call;
        }
    }
    return nullptr;
}

/// The parent that accepted it, forked and waits for the next client still has a descriptor, after the child that
/// served it has closed its own or ended: so no FIN goes out.
const Call* parent_keeps_it(const Run& run, const End& end) {
    if (end.made_by == nullptr || !is(*end.made_by, CallKind::Accept)) {
        return nullptr;
    }
    const int parent = end.made_by->begin.pid;
    const bool child_is_done = std::ranges::any_of(end.holders, [&](const Holding& each) {
        return each.pid != parent && each.until &&
               std::ranges::any_of(end.calls, [&](const Call* call) { return call->begin.pid == each.pid; });
    });
    const bool parent_uses_it =
        std::ranges::any_of(end.calls, [&](const Call* call) { return call->begin.pid == parent; });
    if (!child_is_done || parent_uses_it || !is_held_to_the_end(run, end, parent)) {
        return nullptr;
    }
    for (const Call* call : run.later_of_thread(*end.made_by)) {
        if (is(*call, CallKind::Accept) && call->begin.waits) {
            return call;
        }
    }
    return nullptr;
}

}  // namespace

/// A process that ends closes its sockets, and one that is ended had no time: so the program must have turned to other
/// things and never come back. Where the collector of a language closes it some day, the peer waits until then.
/// Source: RFC 9293 section 3.3.2, CLOSE-WAIT: "waiting for a connection termination request from the local user"
std::vector<Finding> never_closed(const Run& run) {
    std::map<std::string, Evidence> kept_by_parents;
    std::map<std::string, Evidence> forgotten;
    for (const End& end : run.ends()) {
        if (!run.timeline().complete || !end.peer) {
            continue;
        }
        const auto note = [&end](Evidence& evidence, const Call* first, const Call* second) {
            evidence.calls.insert(evidence.calls.end(), {id_of(first), id_of(second)});
        };
        if (const Call* accept = parent_keeps_it(run, end)) {
            note(kept_by_parents[end.program], end.made_by, accept);
            continue;
        }
        const Call* told = last_use(end);
        const Call* away = told == nullptr ? nullptr : turned_away(run, end, *told);
        if (away != nullptr && is_held_to_the_end(run, end, told->begin.pid)) {
            note(forgotten[end.program], told, away);
        }
    }
    std::vector<Finding> findings;
    findings.reserve(kept_by_parents.size() + forgotten.size());
    for (const auto& [program, evidence] : kept_by_parents) {
        findings.push_back(finding(
            "never-closed", Severity::Warning, evidence,
            fmt::format("{} accepted {} and forked. The child is done, but the parent kept its copy to the end: as "
                        "long as it has one, the kernel sends no FIN.",
                        program, explain::count(std::ssize(evidence.calls) / 2, "connection")),
            "After fork, close in each process the sockets that the other one uses: the parent its copy of the "
            "connection, the child its copy of the listener."));
    }
    for (const auto& [program, evidence] : forgotten) {
        const Call& told = run.timeline().call(evidence.calls[0]);
        const Call& away = run.timeline().call(evidence.calls[1]);
        findings.push_back(finding(
            "never-closed", Severity::Warning, evidence,
            fmt::format(
                "{} of {} returned 0, as the peer had ended its stream; {} went on with {} and never closed its own "
                "socket, to the end: so {} stayed in CLOSE-WAIT.",
                told.begin.name, program, program, away.begin.name,
                explain::count(std::ssize(evidence.calls) / 2, "connection")),
            "Close each socket when recv has returned 0, on every way out of the conversation."));
    }
    return findings;
}

}  // namespace sockstep::findings
