// tracer/findings/busy_loop.cpp - a non-blocking call is repeated without a pause until it succeeds.
#include <algorithm>
#include <chrono>

#include "findings/rules.hpp"

namespace sockstep::findings {

namespace {

/// Some programs look a few times before they sleep.
constexpr std::size_t fewest_calls = 1000;
/// The shortest sleep of Linux takes longer: its timers have a slack of 50 us. Source: prctl(2), PR_SET_TIMERSLACK
constexpr base::Duration no_pause = std::chrono::microseconds{50};

/// It asked, was told "not now", and did not wait.
bool is_in_vain(const Call& call) {
    const bool polls = is(call, CallKind::Wait) && !call.begin.waits && succeeded(call) && call.end->result == 0;
    const bool tries = would_block(call) && call.end->time - began(call) < std::chrono::milliseconds{1} &&
                       (is(call, CallKind::Receive) || is(call, CallKind::Send) || is(call, CallKind::Accept));
    return polls || tries;
}

bool has_no_pauses(const std::vector<const Call*>& calls) {
    std::vector<base::Duration> gaps;
    for (std::size_t i = 1; i < calls.size(); ++i) {
        gaps.push_back(began(*calls[i]) - calls[i - 1]->end->time);
    }
    const auto middle = gaps.begin() + static_cast<std::ptrdiff_t>(gaps.size() / 2);
    std::ranges::nth_element(gaps, middle);
    return *middle < no_pause;
}

/// The longest stretch of calls in vain, one after the other.
std::vector<const Call*> longest_stretch(const Thread& thread) {
    std::vector<const Call*> longest;
    std::vector<const Call*> stretch;
    for (const Call* call : thread.calls) {
        if (is_in_vain(*call)) {
            stretch.push_back(call);
            continue;
        }
        longest = stretch.size() > longest.size() ? stretch : longest;
        stretch.clear();
    }
    return stretch.size() > longest.size() ? stretch : longest;
}

}  // namespace

/// A program that sleeps between its attempts shows as gaps between its calls; it is no busy loop.
/// Source: socket(7) on O_NONBLOCK, poll(2)
std::vector<Finding> busy_loop(const Run& run) {
    std::vector<Finding> findings;
    for (const auto& [tid, thread] : run.threads()) {
        const std::vector<const Call*> stretch = longest_stretch(thread);
        if (stretch.size() < fewest_calls || !has_no_pauses(stretch)) {
            continue;
        }
        const Call& call = *stretch.front();
        findings.push_back(finding(
            "busy-loop", Severity::Warning, {{id_of(stretch.front()), id_of(stretch.back())}, {}},
            fmt::format("{} called {} {} times in a row without a pause, and each time it had nothing to give{}: the "
                        "program keeps a processor busy with waiting.",
                        call.begin.program, call.begin.name, explain::number(static_cast<std::int64_t>(stretch.size())),
                        is(call, CallKind::Wait) ? "" : " (EAGAIN)"),
            "Wait with poll (or epoll) until the socket is ready, with a timeout that is not 0; or leave it "
            "blocking."));
    }
    return findings;
}

}  // namespace sockstep::findings
