// tracer/findings/broken_pipe.cpp - a program sends to a peer that has closed, and dies of it or does not care.
#include <algorithm>
#include <variant>

#include "findings/rules.hpp"

namespace sockstep::findings {

namespace {

/// A failed send may be followed by that of a buffer's rest, when a file object is closed. A fourth has no excuse.
constexpr std::size_t most_excused = 3;

/// Nobody caught the SIGPIPE of this send: its thread never called again.
bool killed_its_program(const Run& run, const Call& send) {
    const ProcessLife* life = run.process(send.begin.pid);
    const bool quiet = std::ranges::any_of(send.begin.arguments, [](const record::Argument& argument) {
        const auto* flags = std::get_if<std::string>(&argument.value);
        return flags != nullptr && argument.name == "flags" && flags->find("MSG_NOSIGNAL") != std::string::npos;
    });
    return life != nullptr && life->signal == "SIGPIPE" && !quiet && run.next_of_thread(send) == nullptr;
}

/// Its RST had come, or nobody had its socket any more. Without that the connection may have ended otherwise: by
/// TCP_USER_TIMEOUT, or because the network went away.
bool peer_had_left(const End& end, const Call& send) {
    const auto gone = end.other == nullptr ? std::nullopt : end.other->given_up();
    const bool was_told = std::ranges::any_of(end.calls, [&](const Call* call) {
        const bool ended =
            is(*call, CallKind::Receive) && succeeded(*call) && call->end->result == 0 && call->begin.length > 0;
        return began(*call) < began(send) && (ended || failed_with(*call, "ECONNRESET"));
    });
    return send.reset_by != 0 || was_told || (gone && *gone <= ended(send));
}

std::string peer_of(const End& end) {
    return end.other != nullptr ? end.other->program : "the peer";
}

}  // namespace

/// One EPIPE that is taken for the end of the conversation is how a correct program learns of it. Source: send(2)
std::vector<Finding> broken_pipe(const Run& run) {
    std::vector<Finding> findings;
    for (const End& end : run.ends()) {
        std::vector<const Call*> failed;
        const Call* killed = nullptr;
        for (const Call* call : end.calls) {
            if (is(*call, CallKind::Shutdown) && call->begin.writes && succeeded(*call)) {
                break;  // its own FIN is out: from here on EPIPE tells nothing of the peer
            }
            if (!is(*call, CallKind::Send) || !end.peer || !call->end) {
                continue;
            }
            const bool broken = failed_with(*call, "EPIPE") || call->end->signal == "SIGPIPE";
            if (broken && peer_had_left(end, *call)) {
                failed.push_back(call);
                killed = killed_its_program(run, *call) ? call : nullptr;
            }
        }
        if (killed != nullptr) {
            findings.push_back(finding(
                "broken-pipe", Severity::Error, {{id_of(killed)}, {}},
                fmt::format("{} called {} on a connection that {} had closed; the kernel answered with SIGPIPE, and "
                            "nobody caught it: that ended the program.",
                            end.program, killed->begin.name, peer_of(end)),
                "Send with MSG_NOSIGNAL, or ignore SIGPIPE, and take EPIPE for the end of the conversation."));
        } else if (failed.size() > most_excused) {
            findings.push_back(finding(
                "broken-pipe", Severity::Error, {{id_of(failed.front()), id_of(failed.back())}, {}},
                fmt::format("{} failed with EPIPE, as {} had closed; {} tried again {} times on the same socket, in "
                            "vain.",
                            failed.front()->begin.name, peer_of(end), end.program, failed.size() - 1),
                "Look at what send returns, and close the socket when it says EPIPE: nothing can be sent any more."));
        }
    }
    return findings;
}

}  // namespace sockstep::findings
