// tracer/explain/end.cpp - FIN and RST in words.
#include <fmt/format.h>

#include "explain/parts.hpp"
#include "explain/rules.hpp"

namespace sockstep::explain {

namespace {

void say_fin_again(const Subject& subject, Story& story) {
    const tcp::Segment& segment = subject.segment;
    const tcp::State before = segment.before.of(segment.from);
    const bool waits = before == tcp::State::FinWait1 || before == tcp::State::Closing || before == tcp::State::LastAck;
    story.say(fmt::format("The {}'s FIN again{}{}.", name(segment.from), when_before(subject),
                          waits ? ": no ACK of it has passed here so far" : ""),
              rules::retransmission);
    if (segment.length == 0) {  // of data it has been said
        say_timer(subject, story);
    }
}

void say_what_stays_open(const Subject& subject, Story& story) {
    const tcp::Segment& segment = subject.segment;
    const std::string_view peer = name(subject.peer());
    if (!segment.is_second_fin) {
        story.say(fmt::format("The {} may still send.", peer));
    } else if (segment.acknowledges_fin) {
        story.say("The other direction had ended before, so both have now.");
    } else {
        story.say(fmt::format("It does not acknowledge the {}'s FIN: both ends close at once.", peer),
                  rules::simultaneous_close);
    }
}

void say_refused(const Subject& subject, Story& story) {
    story.say(
        fmt::format("Refuses the connection that {} asks for, as a kernel does where nobody listens on port {}; a "
                    "firewall may answer so in its place.",
                    number_sign(*subject.segment.answers), subject.packet.source.port),
        rules::refusal);
}

/// The form of the RST tells that much and no more: a firewall can send the same.
void say_no_such_connection(const Subject& subject, Story& story) {
    const tcp::End& self = subject.connection.of(subject.segment.from);
    const std::string_view who = name(subject.segment.from);
    story.say(fmt::format("Tells the {} to end the connection at once. Its number is the one that {} acknowledges: so "
                          "an end answers a segment that fits no connection it knows.",
                          name(subject.peer()), number_sign(*subject.segment.answers)),
              rules::reset);
    if (self.fin_frame != 0) {
        story.say(
            fmt::format("The {} had ended its direction before (its FIN is frame {}): if its program has closed "
                        "the socket, nobody is left to read what comes.",
                        who, self.fin_frame));
    }
}

void say_abort(const Subject& subject, Story& story) {
    if (!subject.why_reset.empty()) {
        return story.say(fmt::format("Aborts the connection, whatever is still on its way: {}.", subject.why_reset),
                         rules::reset);
    }
    story.say(
        fmt::format("Aborts the connection, whatever is still on its way. Why the {} does so cannot be told from the "
                    "wire: for example, its program closed the socket with bytes unread or with SO_LINGER set to "
                    "zero, its kernel gave up, or a firewall speaks in its place.",
                    name(subject.segment.from)),
        rules::reset);
}

}  // namespace

void say_fin(const Subject& subject, Story& story) {
    const tcp::Segment& segment = subject.segment;
    if (!subject.packet.flags.fin()) {
        return;
    }
    if (subject.connection.of(segment.from).fin_frame != segment.frame) {
        say_fin_again(subject, story);
        return;
    }
    const bool all_seen = subject.connection.of(segment.from).proposal && segment.bytes.to >= 0;
    story.say(fmt::format("{} the {}'s direction: {}.", segment.length > 0 ? "It ends" : "Ends", name(segment.from),
                          all_seen ? "it has sent " + count(segment.bytes.to, "byte") + " and sends no more"
                                   : std::string{"no byte follows"}),
              rules::close);
    say_what_stays_open(subject, story);
}

void say_reset(const Subject& subject, Story& story) {
    const tcp::Segment& segment = subject.segment;
    const tcp::State receiver = segment.before.of(subject.peer());
    if (receiver == tcp::State::Closed) {
        story.say("A RST for a connection that is over already: it changes nothing.", rules::reset);
    } else if (subject.has(tcp::Note::BadChecksum)) {
        story.say("A RST, which ends the connection if it arrives undamaged.", rules::reset);
    } else if (!segment.rst_is_taken) {
        story.say(receiver == tcp::State::SynSent
                      ? fmt::format("A RST that does not acknowledge the {}'s SYN, so it does not count.",
                                    name(subject.peer()))
                      : fmt::format("A RST whose number is not the one that the {} expects, as far as the capture "
                                    "shows: then it does not count.",
                                    name(subject.peer())),
                  rules::reset_taken);
    } else if (segment.answers && receiver == tcp::State::SynSent) {
        say_refused(subject, story);
    } else if (segment.answers) {
        say_no_such_connection(subject, story);
    } else {
        say_abort(subject, story);
    }
    if (segment.rst_is_beyond) {
        story.say(
            "Its number lies beyond what has passed here: it counts if the capture has only missed what lies between.",
            rules::reset_taken);
    }
    if (subject.packet.payload_length > 0) {
        story.say(fmt::format("It carries {}, no part of the stream.", count(subject.packet.payload_length, "byte")),
                  rules::reset_data);
    }
}

}  // namespace sockstep::explain
