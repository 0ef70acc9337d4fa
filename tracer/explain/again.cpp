// tracer/explain/again.cpp - why a segment is sent again, as far as the times tell.
#include <fmt/format.h>

#include <string>

#include "explain/parts.hpp"
#include "explain/rules.hpp"

namespace sockstep::explain {

namespace {

/// A tail loss probe repeats the last segment of an open connection with selective acknowledgements, once.
/// Source: RFC 8985 section 7
bool probes_are_possible(const Subject& subject) {
    const tcp::Connection& connection = subject.connection;
    const bool without_sack = connection.knows_all_options() && !connection.sack();
    return !subject.packet.flags.syn() && !without_sack;
}

bool may_be_a_probe(const Subject& subject) {
    return probes_are_possible(subject) && subject.segment.resends->is_tail && !subject.segment.resends->interval;
}

/// `time` is `factor` times `other`, by and large: clocks of kernels tick every few milliseconds.
bool is_about(base::Duration time, int factor, base::Duration other) {
    const base::Duration whole = factor * other;
    return time > whole - whole / 10 && time < whole + whole / 10;
}

}  // namespace

std::string when_before(const Subject& subject) {
    const tcp::Segment& segment = subject.segment;
    if (!segment.repeats) {
        return "";
    }
    const tcp::Reference& first = *segment.repeats;
    const tcp::Reference& latest = segment.resends ? segment.resends->latest : first;
    if (latest.segment == first.segment) {
        return ", " + after(first, segment.time);
    }
    return fmt::format(", {} and {}, the first", after(latest, segment.time), after(first, segment.time));
}

void say_what_asked(const Subject& subject, Story& story) {
    const std::string_view peer = name(subject.peer());
    switch (subject.segment.resends ? subject.segment.resends->asked_by : tcp::Asking::Nothing) {
        case tcp::Asking::Nothing:
        case tcp::Asking::DuplicateAcks:
            return story.say(fmt::format("Duplicate ACKs had asked for {}.", byte_at(subject.segment.bytes.from)),
                             rules::fast_retransmission);
        case tcp::Asking::Sack:
            return story.say(fmt::format("No timer ran out: the {} had reported what was sent later.", peer),
                             rules::sack_recovery);
        case tcp::Asking::PartialAck:
            return story.say(
                fmt::format("No timer ran out: of what was on the way the {} had acknowledged only a part, "
                            "up to here.",
                            peer),
                rules::partial_ack);
    }
}

void say_timer(const Subject& subject, Story& story) {
    const tcp::Segment& segment = subject.segment;
    if (!segment.resends || !segment.resends->is_unasked || segment.window_was_closed ||
        subject.has(tcp::Note::FastRetransmission)) {
        return;
    }
    const std::string_view who = name(segment.from);
    if (may_be_a_probe(subject)) {
        story.say(
            fmt::format("Nothing asked for it: the {}'s retransmission timer (RTO) ran out, or, sooner, its timer "
                        "for a tail loss probe.",
                        who),
            rules::timer);
        return story.say("", rules::tail_loss_probe);
    }
    if (!segment.resends->interval) {
        return story.say(fmt::format("The {}'s retransmission timer (RTO) ran out.", who), rules::timer);
    }
    const bool is_second =
        segment.repeats && segment.resends->latest.time - segment.repeats->time == *segment.resends->interval;
    if (is_second && probes_are_possible(subject)) {
        story.say(fmt::format("The {}'s retransmission timer (RTO) ran out; the copy before may have been a tail loss "
                              "probe.",
                              who),
                  rules::timer);
        return story.say("", rules::tail_loss_probe);
    }
    const base::Duration time = segment.time - segment.resends->latest.time;
    const base::Duration before = *segment.resends->interval;
    const std::string how = is_about(time, 2, before)   ? ", after about twice as long: it is doubled each time"
                            : is_about(time, 1, before) ? ", after about as long: it was not doubled"
                                                        : fmt::format(", last time after {}", base::to_string(before));
    story.say(fmt::format("The {}'s retransmission timer (RTO) ran out again{}.", who, how), rules::timer);
}

}  // namespace sockstep::explain
