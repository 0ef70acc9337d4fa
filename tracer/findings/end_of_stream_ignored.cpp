// tracer/findings/end_of_stream_ignored.cpp - recv returned 0, and was called again and again.
#include <algorithm>
#include <string>
#include <variant>

#include "findings/rules.hpp"

namespace sockstep::findings {

namespace {

/// Buffered readers ask once more: stdio, Python's file objects. Nothing that knows the end asks a fourth time.
constexpr std::size_t most_questions = 3;

bool returned_end(const Call& call) {
    return is(call, CallKind::Receive) && succeeded(call) && call.end->result == 0 && !call.end->moved &&
           call.begin.length > 0 && !call.begin.peeks;
}

/// It only looks whether something is there.
bool looks(const Call& call) {
    return std::ranges::any_of(call.begin.arguments, [](const record::Argument& argument) {
        const auto* text = std::get_if<std::string>(&argument.value);
        return argument.name == "flags" && text != nullptr && text->find("MSG_DONTWAIT") != std::string::npos;
    });
}

/// Between two receives the thread did something else that a program does which knows of the end: it sent, accepted,
/// served another connection. Then the second receive may be no more than a look.
bool works_between(const Run& run, const Call& first, const Call& second) {
    for (const Call* call : run.later_of_thread(first)) {
        if (call == &second) {
            return false;
        }
        const bool moves = (is(*call, CallKind::Send) || is(*call, CallKind::Receive)) && moved(*call) > 0;
        if (moves || (is(*call, CallKind::Accept) && succeeded(*call))) {
            return true;
        }
    }
    return false;
}

/// From here on 0 tells nothing of the peer: the program has ended its own receiving, or knows that the connection is
/// reset.
bool ends_receiving(const Call& call) {
    const bool shuts = is(call, CallKind::Shutdown) && call.begin.reads && succeeded(call);
    return shuts || failed_with(call, "ECONNRESET");
}

}  // namespace

/// Source: recv(2): "When a stream socket peer has performed an orderly shutdown, the return value will be 0"
std::vector<Finding> end_of_stream_ignored(const Run& run) {
    std::vector<Finding> findings;
    for (const End& end : run.ends()) {
        if (!end.peer) {
            continue;
        }
        std::map<int, std::vector<const Call*>> by_thread;
        for (const Call* call : end.calls) {
            if (ends_receiving(*call)) {
                break;
            }
            if (returned_end(*call) && !looks(*call)) {
                std::vector<const Call*>& zeros = by_thread[call->begin.tid];
                if (zeros.size() <= most_questions && !zeros.empty() && works_between(run, *zeros.back(), *call)) {
                    zeros.clear();
                }
                zeros.push_back(call);
            }
        }
        for (const auto& [tid, zeros] : by_thread) {
            if (zeros.size() <= most_questions) {
                continue;
            }
            findings.push_back(finding(
                "end-of-stream-ignored", Severity::Error, {{id_of(zeros[0]), id_of(zeros[1]), id_of(zeros.back())}, {}},
                fmt::format("{} of {} returned 0: the peer has ended its stream, and nothing more will ever come. It "
                            "was called {} times more, and returned 0 each time.",
                            zeros.front()->begin.name, end.program,
                            explain::number(static_cast<std::int64_t>(zeros.size()) - 1)),
                "Take 0 for the end: leave the loop and close the socket."));
            break;
        }
    }
    return findings;
}

}  // namespace sockstep::findings
