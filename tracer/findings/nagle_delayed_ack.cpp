// tracer/findings/nagle_delayed_ack.cpp - write, write, read: the second write waits for a delayed ACK.
#include <algorithm>
#include <chrono>
#include <string>
#include <variant>

#include "findings/rules.hpp"

namespace sockstep::findings {

namespace {

/// Linux delays an ACK by 40 ms or more; what is quicker was not delayed. Source: include/net/tcp.h, TCP_DELACK_MIN
constexpr base::Duration shortest_delay = std::chrono::milliseconds{25};
/// Once may be chance; a conversation that stalls has this pattern in each of its exchanges.
constexpr std::size_t fewest_stalls = 2;

struct Stall {
    const Call* first = nullptr;
    const Call* second = nullptr;
    const Segment* held = nullptr;  // that carries the second's bytes
    const Segment* ack = nullptr;   // that let it go
    base::Duration lasted{};
};

/// The segment that brought `call`'s first byte, if the call caused it.
const Segment* carrier_of(const Run& run, const Call& call) {
    return call.caused.empty() ? nullptr : &run.timeline().segment(call.caused.front());
}

/// The first segment that acknowledges all of `sent`, if it carries no bytes and left long after `sent` had arrived:
/// what came back late because the way is long was not delayed.
const Segment* late_ack(const Run& run, const End& end, const Segment& sent, const Segment& held) {
    for (std::uint64_t id = sent.facts.id + 1; id < held.facts.id; ++id) {
        const Segment& each = run.timeline().segment(id);
        const bool acknowledges = each.facts.connection == end.connection && each.facts.from != end.side &&
                                  each.facts.acknowledges && each.facts.acknowledges->bytes.to >= sent.facts.bytes.to;
        if (acknowledges) {
            const bool delayed = sent.arrived && each.time - *sent.arrived >= shortest_delay;
            return each.facts.length == 0 && delayed ? &each : nullptr;
        }
    }
    return nullptr;
}

/// The program itself asked for more to be waited for: then Nagle's algorithm holds nothing. Source: tcp(7), TCP_CORK;
/// send(2), MSG_MORE
bool is_corked(const End& end, const Call& first, const Call& second) {
    const auto says_more = [](const Call& call) {
        return std::ranges::any_of(call.begin.arguments, [](const record::Argument& argument) {
            const auto* text = std::get_if<std::string>(&argument.value);
            return argument.name == "flags" && text != nullptr && text->find("_MORE") != std::string::npos;
        });
    };
    return end.has_option("TCP_CORK") || says_more(first) || says_more(second);
}

std::optional<Stall> stall_between(const Run& run, const End& end, const Call& first, const Call& second) {
    const Segment* sent = carrier_of(run, first);
    const Segment* held = carrier_of(run, second);
    const bool sends = is(first, CallKind::Send) && is(second, CallKind::Send) && moved(first) > 0 && moved(second) > 0;
    const bool nagle = second.begin.socket && second.begin.socket->no_delay == false && !is_corked(end, first, second);
    if (!sends || sent == nullptr || held == nullptr || !nagle || held->facts.id == sent->facts.id ||
        held->facts.bytes.from < sent->facts.bytes.to || held->time < second.end->time + shortest_delay ||
        second.begin.time > sent->time + shortest_delay) {
        return std::nullopt;
    }
    const Segment* ack = late_ack(run, end, *sent, *held);
    return ack == nullptr ? std::nullopt
                          : std::optional{Stall{&first, &second, held, ack, held->time - second.end->time}};
}

}  // namespace

/// Nagle's algorithm holds a small segment while an earlier one is not acknowledged, and the receiver delays its ACK
/// because it hopes to answer; it cannot, as it lacks what is held. All of it must be seen: two sends with no receive
/// between them, the second's bytes leaving only after a bare ACK of the first's that took long; and more than once.
/// Source: RFC 9293 section 3.7.4, RFC 1122 section 4.2.3.2
std::vector<Finding> nagle_delayed_ack(const Run& run) {
    std::vector<Finding> findings;
    for (const End& end : run.ends()) {
        std::vector<Stall> stalls;
        const Call* before = nullptr;
        for (const Call* call : end.calls) {
            if (is(*call, CallKind::Send) || is(*call, CallKind::Receive)) {
                const auto stall =
                    before != nullptr && end.connection != 0 ? stall_between(run, end, *before, *call) : std::nullopt;
                if (stall) {
                    stalls.push_back(*stall);
                }
                before = call;
            }
        }
        if (stalls.size() < fewest_stalls) {
            continue;
        }
        const Stall& one = stalls.front();
        findings.push_back(finding(
            "nagle-delayed-ack", Severity::Warning,
            {{id_of(one.first), id_of(one.second), id_of(stalls.back().second)},
             {one.ack->facts.id, one.held->facts.id, stalls.back().held->facts.id}},
            fmt::format("{} sends a message with two {}s: {} and {}. {} times the second's bytes were held for {} or "
                        "so, until the "
                        "peer's delayed ACK of the first's came: Nagle's algorithm sends no small segment while an "
                        "earlier one is not acknowledged.",
                        end.program, one.first->begin.name, explain::count(moved(*one.first), "byte"),
                        explain::count(moved(*one.second), "byte"), stalls.size(), base::to_string(one.lasted)),
            "Hand over each message with one send (or one writev); or switch Nagle's algorithm off with TCP_NODELAY."));
    }
    return findings;
}

}  // namespace sockstep::findings
