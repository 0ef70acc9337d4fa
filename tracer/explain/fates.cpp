// tracer/explain/fates.cpp - segments of a run: what they do, who made them, what our wire did with them.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdint>

#include "explain/calls.hpp"
#include "explain/parts.hpp"
#include "explain/rules.hpp"
#include "explain/words.hpp"
#include "tcp/sent_queue.hpp"

namespace sockstep::explain {

namespace {

using correlate::Timeline;
using correlate::Way;
using correlate::WayEnd;

/// What was known when it was sent, and what became of it. It is a repeat, or not: the picture shows the rest.
Explanation explain_lost(const decode::TcpSegment& packet, const tcp::Segment& facts, const correlate::Segment& segment,
                         const Way& way) {
    const Subject subject{packet, facts, segment.connection};
    Story story;
    if (subject.has(tcp::Note::Retransmission)) {
        say_repeat(subject, story);
    }
    const std::string_view peer = name(subject.peer());
    if (way.fate == WayEnd::Dropped) {
        story.say(fmt::format("Lost on the wire, {}: the {} never gets it.", why_lost(way.why), peer), rules::loss);
    } else {
        story.say(fmt::format("A bit of it is flipped on the wire: the {}'s kernel finds the checksum wrong and drops "
                              "it.",
                              peer),
                  rules::checksum);
    }
    return story.take();
}

/// The facts of a repeat, with what had come to its sender in between. The tracker sees segments as they enter the
/// wire; only one that has arrived can have asked for a repeat.
tcp::Segment as_heard(const Timeline& timeline, const correlate::Segment& repeat) {
    tcp::Segment facts = repeat.facts;
    const bool is_syn = repeat.packet.flags.syn() && !repeat.packet.flags.ack();  // which nothing asks for
    if (!facts.resends || is_syn || !correlate::way_of(timeline, repeat)) {
        return facts;
    }
    constexpr std::chrono::minutes longest_way{1};
    facts.resends->heard.reset();
    facts.resends->is_unasked = repeat.time - facts.resends->latest.time >= tcp::SentQueue::shortest_timer;
    for (std::uint64_t id = facts.id - 1; id > 0; --id) {
        const correlate::Segment& other = timeline.segment(id);
        if (other.time + longest_way < facts.resends->latest.time) {
            break;
        }
        if (other.facts.connection != facts.connection || other.facts.from == facts.from || !other.arrived ||
            *other.arrived <= facts.resends->latest.time || *other.arrived > repeat.time) {
            continue;
        }
        facts.resends->heard = facts.resends->heard ? facts.resends->heard : tcp::Reference{id, other.time};
        const bool asks = repeat.time - *other.arrived < tcp::SentQueue::shortest_timer;  // kernels answer at once
        facts.resends->is_unasked = facts.resends->is_unasked && !asks;
    }
    return facts;
}

/// What had become of the copy before this one.
std::string fate_of_latest_copy(const Timeline& timeline, const correlate::Segment& segment) {
    const tcp::Reference& latest = segment.facts.resends->latest;
    const correlate::Segment& copy = timeline.segment(latest.segment);
    const auto way = correlate::way_of(timeline, copy);
    if (!way) {
        return "";
    }
    if (way->fate == WayEnd::Dropped) {
        return fmt::format(" {} was lost on the wire.", number_sign(latest));
    }
    if (way->fate == WayEnd::Corrupted) {
        return fmt::format(" {} was damaged on the wire.", number_sign(latest));
    }
    return copy.arrived && *copy.arrived <= segment.time ? fmt::format(" {} had arrived.", number_sign(latest)) : "";
}

/// What the kernel did with it that got it and did not take it.
std::string why_left(const Timeline& timeline, const correlate::Segment& segment, correlate::Left left) {
    const std::string_view peer = name(tcp::other(segment.facts.from));
    if (left == correlate::Left::Deferred) {
        return fmt::format(
            " The {}'s kernel does not take it: TCP_DEFER_ACCEPT makes it wait for data, so it stays in "
            "SYN-RECEIVED.",
            peer);
    }
    const auto is_kept = [&](std::size_t index) {
        const auto& opening = timeline.passages[index].what.opening;
        return opening && opening->is_kept;
    };
    return fmt::format(" The {}'s kernel does not take it, because the accept queue is full: {}.", peer,
                       std::ranges::any_of(segment.passages, is_kept)
                           ? "it stays in SYN-RECEIVED"
                           : "its SYN-ACK was a SYN cookie, so nothing of the connection is kept");
}

}  // namespace

Explanation explain(const Timeline& timeline, const correlate::Segment& segment) {
    decode::TcpSegment packet = segment.packet;
    packet.payload = {reinterpret_cast<const std::uint8_t*>(segment.data.data()), segment.data.size()};
    const auto way = correlate::way_of(timeline, segment);
    const tcp::Segment facts = as_heard(timeline, segment);
    const bool is_lost = way && (way->fate == WayEnd::Dropped || way->fate == WayEnd::Corrupted);
    Explanation explanation = is_lost ? explain_lost(packet, facts, segment, *way)
                                      : explain(packet, facts, segment.connection, why_reset(timeline, segment));
    if (const correlate::Left left = correlate::left(timeline, segment); left != correlate::Left::No) {
        explanation.says += why_left(timeline, segment, left);
        explanation.rules.push_back(left == correlate::Left::Deferred ? rules::defer_accept : rules::accept_queue);
    }
    if (segment.facts.resends) {
        explanation.says += fate_of_latest_copy(timeline, segment);
    }
    if (segment.cause.by == correlate::Causer::Call || segment.cause.by == correlate::Causer::Exit) {
        explanation.says += fmt::format(" Made by {}.", cause_of(timeline, segment));
    }
    return explanation;
}

std::string_view why_lost(record::DropReason reason) {
    switch (reason) {
        case record::DropReason::None:
            return "";
        case record::DropReason::Loss:
            return "by chance, as --loss asks";
        case record::DropReason::FullQueue:
            return "the link is slower, and its queue was full";
        case record::DropReason::Rule:
            return "as a rule says";
        case record::DropReason::Hand:
            return "by your hand";
        case record::DropReason::NoHost:
            return "no host has that address";
        case record::DropReason::Kernel:
            return "the receiving kernel had no room";
    }
    return "";
}

}  // namespace sockstep::explain
