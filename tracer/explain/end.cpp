// tracer/explain/end.cpp - FIN and RST in words.
#include <fmt/format.h>

#include "explain/parts.hpp"
#include "explain/rules.hpp"

namespace sockstep::explain {

namespace {

void say_fin_again(const Subject& subject, Story& story) {
    const tcp::Segment& segment = subject.segment;
    const bool known = segment.repeats.has_value();
    story.say(fmt::format("{} its FIN{}: when it was sent, no ACK of it had arrived.",
                          segment.length > 0 ? "It repeats" : "Repeats",
                          known ? ", " + after(*segment.repeats, segment.time) : ""),
              rules::retransmission);
}

void say_what_stays_open(const Subject& subject, Story& story) {
    const tcp::Segment& segment = subject.segment;
    const std::string_view peer = name(subject.peer());
    if (!segment.is_second_fin) {
        story.say(fmt::format("The {} may still send.", peer));
    } else if (segment.acknowledges_fin) {
        story.say("The other direction had ended before, so both have now.");
    } else {
        story.say(fmt::format("When it was sent, the {}'s FIN had not arrived: both ends close at once.", peer),
                  rules::simultaneous_close);
    }
}

void say_refused(const Subject& subject, Story& story) {
    story.say(
        fmt::format("Refuses the connection{}: nobody listens on port {} at this address, or a firewall answers so.",
                    subject.segment.answers ? " that " + number_sign(*subject.segment.answers) + " asks for" : "",
                    subject.packet.source.port),
        rules::refusal);
}

void say_no_such_connection(const Subject& subject, Story& story) {
    const tcp::End& self = subject.connection.of(subject.segment.from);
    const std::string_view who = name(subject.segment.from);
    story.say(
        fmt::format("Answers {}: the {} has no connection that it fits.", number_sign(*subject.segment.answers), who),
        rules::reset);
    if (self.fin_frame != 0) {
        story.say(fmt::format("The {} had closed before (its FIN is frame {}), so nobody is left to read what comes.",
                              who, self.fin_frame));
    }
}

void say_abort(const Subject& subject, Story& story) {
    story.say(
        fmt::format("Aborts the connection, whatever is still on its way. Why the {} does so cannot be told from the "
                    "wire: for example, its program closed the socket with bytes unread or with SO_LINGER set to "
                    "zero, or its kernel gave up.",
                    name(subject.segment.from)),
        rules::reset);
}

}  // namespace

void say_fin(const Subject& subject, Story& story) {
    const tcp::Segment& segment = subject.segment;
    if (!subject.packet.flags.fin()) {
        return;
    }
    if (subject.has(tcp::Note::Retransmission) && subject.connection.of(segment.from).fin_frame != segment.frame) {
        say_fin_again(subject, story);
        return;
    }
    const bool all_seen = subject.connection.of(segment.from).proposal.has_value();
    story.say(fmt::format("{} the {}'s direction: {}.", segment.length > 0 ? "It ends" : "Ends", name(segment.from),
                          all_seen ? "it has sent " + count(segment.bytes.to, "byte") + " and sends no more"
                                   : std::string{"no byte follows"}),
              rules::close);
    say_what_stays_open(subject, story);
}

void say_reset(const Subject& subject, Story& story) {
    const tcp::Segment& segment = subject.segment;
    if (!segment.rst_is_taken) {
        story.say(fmt::format("A RST whose number is not the one that the {} expects, so it does not count.",
                              name(subject.peer())),
                  rules::reset_taken);
    } else if (segment.answers && segment.before.of(subject.peer()) == tcp::State::SynSent) {
        say_refused(subject, story);
    } else if (segment.answers) {
        say_no_such_connection(subject, story);
    } else {
        say_abort(subject, story);
    }
    if (subject.packet.payload_length > 0) {
        story.say(fmt::format("It carries {} of explanation, which are not part of the stream.",
                              count(subject.packet.payload_length, "byte")));
    }
}

}  // namespace sockstep::explain
