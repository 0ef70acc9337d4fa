// tracer/findings/established_unaccepted.cpp - a connection was established though nobody ever called accept for it.
#include <algorithm>

#include "findings/rules.hpp"

namespace sockstep::findings {

namespace {

/// That `connect` reached: one that had been given up by then is not it.
const End* listener_at(const Run& run, const base::Endpoint& wanted, const Call& connect) {
    for (const End& end : run.ends()) {
        const auto gone = end.given_up();
        if (end.listens_at(wanted) && (!gone || *gone > began(connect))) {
            return &end;
        }
    }
    return nullptr;
}

bool waits_for_clients(const Call& call, const End& listener) {
    const bool accepts = is(call, CallKind::Accept) && call.begin.socket && call.begin.socket->inode == listener.socket;
    const bool polls = is(call, CallKind::Wait) &&
                       (call.begin.awaited.empty() || std::ranges::any_of(call.begin.awaited, [&](const auto& awaited) {
                            return awaited.socket == listener.socket;
                        }));
    return accepts || polls;
}

/// It slept until the run ended, or until the server's program did, which ends the connection too.
bool slept_in_vain(const Run& run, const Call& receive, const End& listener) {
    const auto gone = listener.given_up();
    const bool by_its_end = receive.begin.waits && receive.begin.ready == false && receive.end && moved(receive) <= 0 &&
                            gone && *gone <= receive.end->time && run.timeline().complete;
    return run.slept_to_the_end(receive) || by_its_end;
}

/// While the client slept, no thread of the listener's program was in accept, or asked whether to call it.
bool nobody_accepts(const Run& run, const End& listener, const Call& sleeping) {
    return std::ranges::none_of(run.timeline().calls, [&](const Call& call) {
        const bool overlaps = !call.end || call.end->time > began(sleeping);
        return call.begin.program == listener.program && overlaps && waits_for_clients(call, listener);
    });
}

}  // namespace

/// A connection that waits its turn is no surprise: this is for one whose turn never came, while its client slept in
/// recv to the end. Source: listen(2): the kernel completes handshakes by itself, accept(2) only hands over
std::vector<Finding> established_unaccepted(const Run& run) {
    std::vector<Finding> findings;
    for (const End& client : run.ends()) {
        const auto connect = std::ranges::find_if(
            client.calls, [](const Call* call) { return is(*call, CallKind::Connect) && succeeded(*call); });
        if (!run.timeline().complete || connect == client.calls.end() || !client.peer || client.other != nullptr) {
            continue;
        }
        const End* listener = listener_at(run, *client.peer, **connect);
        if (listener == nullptr) {
            continue;
        }
        const auto sleeping = std::ranges::find_if(client.calls, [&](const Call* call) {
            return is(*call, CallKind::Receive) && slept_in_vain(run, *call, *listener);
        });
        if (sleeping == client.calls.end() || !nobody_accepts(run, *listener, **sleeping)) {
            continue;
        }
        const std::int64_t sent = client.sent_by(began(**sleeping)).value_or(0);
        const std::string taken = sent == 0 ? ""
                                            : fmt::format(" Its kernel even took the {} that {} sent.",
                                                          explain::count(sent, "byte"), client.program);
        findings.push_back(finding(
            "established-unaccepted", Severity::Note,
            {{id_of(*connect), id_of(*sleeping), id_of(listener->listens)}, {}},
            fmt::format("{}'s connect succeeded although {} never called accept for it: the kernel completes "
                        "handshakes by itself, from listen on.{} {} waited in {} in vain.",
                        client.program, listener->program, taken, client.program, (*sleeping)->begin.name),
            "Do not take connect for a sign that the server is at work: let it say so. Call accept again while other "
            "clients are served: in a thread, a process, or with poll."));
    }
    return findings;
}

}  // namespace sockstep::findings
