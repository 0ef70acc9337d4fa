// tracer/findings/busy_loop.cpp - a non-blocking call is repeated without a pause until it succeeds.
#include <algorithm>
#include <chrono>

#include "findings/rules.hpp"

namespace sockstep::findings {

namespace {

/// Some programs look a few times before they sleep.
constexpr std::size_t fewest_calls = 1000;
/// The shortest sleep of Linux takes longer: its timers have a slack of 50 us. Source: prctl(2), PR_SET_TIMERSLACK
constexpr base::Duration no_pause = std::chrono::microseconds{40};

/// It asked, was told "not now", and did not wait.
bool is_in_vain(const Call& call) {
    // An event loop that has other work asks epoll between its pieces: asyncio with coroutines that only compute.
    const bool is_loop = call.begin.name.starts_with("epoll");
    const bool polls =
        is(call, CallKind::Wait) && !is_loop && !call.begin.waits && succeeded(call) && call.end->result == 0;
    const bool tries = would_block(call) && !call.begin.waits &&
                       (is(call, CallKind::Receive) || is(call, CallKind::Send) || is(call, CallKind::Accept));
    return polls || tries;
}

/// The longest of the shortest tenth.
base::Duration shortest_tenth(std::vector<base::Duration> durations) {
    const auto tenth = durations.begin() + static_cast<std::ptrdiff_t>(durations.size() / 10);
    std::ranges::nth_element(durations, tenth);
    return *tenth;
}

/// Being traced takes time, and more of it on a machine that has much to do: about as much within a call as between
/// two. So the gaps are compared with the calls, which do not sleep. A program that pauses does so in all gaps; one
/// that does not may be kept from running in some: so the shortest tell.
bool has_no_pauses(const std::vector<const Call*>& calls) {
    std::vector<base::Duration> gaps;
    std::vector<base::Duration> within;
    for (std::size_t i = 1; i < calls.size(); ++i) {
        gaps.push_back(began(*calls[i]) - calls[i - 1]->end->time);
        within.push_back(calls[i]->duration());
    }
    return shortest_tenth(gaps) < shortest_tenth(within) + no_pause;
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

/// Each name once, in the order of the first calls: "accept and recv".
std::string names_of(const std::vector<const Call*>& calls) {
    std::vector<std::string> names;
    for (const Call* call : calls) {
        if (std::ranges::find(names, call->begin.name) == names.end()) {
            names.push_back(call->begin.name);
        }
    }
    std::string text = names.front();
    for (std::size_t i = 1; i < names.size(); ++i) {
        text += (i + 1 == names.size() ? " and " : ", ") + names[i];
    }
    return text;
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
        const bool polls = std::ranges::any_of(stretch, [](const Call* call) { return is(*call, CallKind::Wait); });
        findings.push_back(finding(
            "busy-loop", Severity::Warning, {{id_of(stretch.front()), id_of(stretch.back())}, {}},
            fmt::format("{} called {} {} times in a row without a pause, and each time it had nothing to give{}: the "
                        "program keeps a processor busy with waiting.",
                        stretch.front()->begin.program, names_of(stretch), explain::number(std::ssize(stretch)),
                        polls ? "" : " (EAGAIN)"),
            "Wait with poll (or epoll) until the socket is ready, with a timeout that is not 0; or leave it "
            "blocking."));
    }
    return findings;
}

}  // namespace sockstep::findings
