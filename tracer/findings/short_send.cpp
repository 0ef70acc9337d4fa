// tracer/findings/short_send.cpp - a send took only a part of its bytes, and the rest was never sent.
#include <algorithm>
#include <string_view>

#include "findings/rules.hpp"

namespace sockstep::findings {

namespace {

bool begins_alike(std::string_view a, std::string_view b) {
    const std::size_t length = std::min(a.size(), b.size());
    return a.substr(0, length) == b.substr(0, length);
}

/// It left something that is known to be there: splice, and sendfile at the end of its file, had no more to take.
bool is_short(const Call& call) {
    return is(call, CallKind::Send) && moved(call) > 0 && moved(call) < static_cast<std::int64_t>(call.begin.length) &&
           !call.end->rest.empty();
}

/// The next send begins with the rest, as far as can be told: so it is in a correct program.
bool is_resumed_at_once(const End& end, const Call& send) {
    const auto next = std::find_if(first_after(end, send), end.calls.end(),
                                   [](const Call* call) { return is(*call, CallKind::Send); });
    return next != end.calls.end() && begins_alike(send.end->rest, (*next)->begin.data);
}

std::vector<const Call*> sends_after(const End& end, const Call& send) {
    std::vector<const Call*> later;
    std::copy_if(first_after(end, send), end.calls.end(), std::back_inserter(later),
                 [](const Call* call) { return is(*call, CallKind::Send); });
    return later;
}

/// The next send that moved bytes begins with others, and no later one begins with the rest: the stream has a hole.
/// Where the rest looks like what follows, nothing can be told.
const Call* goes_on_without_the_rest(const Call& send, const std::vector<const Call*>& later) {
    const std::string& rest = send.end->rest;
    const bool resumes = std::ranges::any_of(
        later, [&](const Call* call) { return call->begin.data.empty() || begins_alike(rest, call->begin.data); });
    const auto next = std::ranges::find_if(later, [](const Call* call) { return moved(*call) > 0; });
    return rest.empty() || resumes || next == later.end() ? nullptr : *next;
}

/// The program may have given up on a slow reader: then it has waited for room (with SO_SNDTIMEO, in the send itself),
/// or tried again. One that has not is not aware of the rest.
bool may_have_given_up(const Run& run, const End& end, const Call& send, base::Timestamp until) {
    for (const auto& [tid, thread] : run.threads()) {
        for (const Call* call : thread.calls) {
            if (thread.pid != send.begin.pid || began(*call) < began(send) || began(*call) > until) {
                continue;
            }
            const bool knows_whom = !call->begin.awaited.empty();
            const bool for_room = std::ranges::any_of(call->begin.awaited, [&](const record::Awaited& awaited) {
                return awaited.socket == end.socket && awaited.to_write;
            });
            if (is(*call, CallKind::Wait) && (!knows_whom || for_room)) {
                return true;
            }
        }
    }
    return false;
}

/// Its FIN tells the peer that this was all.
const Call* ends_stream(const End& end, const Call& send) {
    const auto found = std::ranges::find_if(end.calls, [&](const Call* call) {
        const bool shuts = is(*call, CallKind::Shutdown) && call->begin.writes;
        return (shuts || is(*call, CallKind::Close)) && began(*call) > send.end->time;
    });
    return found == end.calls.end() ? nullptr : *found;
}

/// The peer's program is gone, or its FIN or RST has come: nobody wants the rest.
bool peer_has_left(const End& end, base::Timestamp until) {
    const auto gone = end.other != nullptr ? end.other->given_up() : std::nullopt;
    return (gone && *gone <= until) || std::ranges::any_of(end.calls, [&](const Call* call) {
               const bool told = failed_with(*call, "EPIPE") || failed_with(*call, "ECONNRESET") ||
                                 (is(*call, CallKind::Receive) && succeeded(*call) && call->end->result == 0);
               return told && call->end->time <= until;
           });
}

Finding short_of(const End& end, const Call& send, const Call& evidence, const std::string& what_then) {
    const std::int64_t missing = static_cast<std::int64_t>(send.begin.length) - moved(send);
    return finding(
        "short-send", Severity::Error, {{id_of(&send), id_of(&evidence)}, {}},
        fmt::format("{} asked {} to take {}; it took {}. The "
                    "other {} were never sent: {}.",
                    end.program, send.begin.name, explain::count(static_cast<std::int64_t>(send.begin.length), "byte"),
                    explain::number(moved(send)), explain::number(missing), what_then),
        "Call send in a loop until all is taken, each time from the first byte that was not.");
}

}  // namespace

/// Two things are certain. The stream goes on with other bytes, so it has a hole where the rest belongs. Or it was
/// ended by close or shutdown, right away, with a peer that was still there. Source: send(2)
std::vector<Finding> short_send(const Run& run) {
    std::vector<Finding> findings;
    for (const End& end : run.ends()) {
        for (const Call* send : end.calls) {
            if (!is_short(*send) || !send->end->signal.empty() || is_resumed_at_once(end, *send)) {
                continue;
            }
            const std::vector<const Call*> later = sends_after(end, *send);
            if (const Call* next = goes_on_without_the_rest(*send, later)) {
                findings.push_back(short_of(end, *send, *next, "the next send begins with other bytes"));
                break;
            }
            const Call* last = ends_stream(end, *send);
            if (later.empty() && last != nullptr && !may_have_given_up(run, end, *send, began(*last)) &&
                !peer_has_left(end, began(*last)) && !end.has_option("SO_SNDTIMEO")) {
                findings.push_back(short_of(end, *send, *last, fmt::format("{} followed", last->begin.name)));
                break;
            }
        }
    }
    return findings;
}

}  // namespace sockstep::findings
