// tracer/explain/open.cpp - SYN and SYN-ACK in words.
#include <fmt/format.h>

#include <string>

#include "explain/parts.hpp"
#include "explain/rules.hpp"

namespace sockstep::explain {

namespace {

/// Source: RFC 7323 section 2.3: a larger shift is read as 14.
unsigned factor(std::uint8_t shift) {
    return 1U << (shift > 14 ? 14U : shift);
}

void say_mss(const Subject& subject, Story& story) {
    const auto& mss = subject.packet.options.mss;
    if (mss) {
        story.say(fmt::format("It takes segments of up to {} of data.", count(*mss, "byte")), rules::mss);
        return;
    }
    if (subject.packet.options.truncated || subject.packet.options.malformed) {
        return;  // the option may stand where we cannot read
    }
    const bool v4 = subject.packet.source.address.version == base::IpVersion::V4;
    story.say(
        fmt::format("It states no MSS, so segments to it may carry up to {} of data.", count(v4 ? 536 : 1220, "byte")),
        rules::mss);
}

std::string offers(const decode::TcpOptions& options) {
    std::string list;
    const auto add = [&list](std::string_view offer) {
        list += list.empty() ? "" : ", ";
        list += offer;
    };
    if (options.window_scale) {
        add(fmt::format("windows multiplied by {}", factor(*options.window_scale)));
    }
    if (options.sack_permitted) {
        add("selective acknowledgements");
    }
    if (options.timestamps) {
        add("time stamps");
    }
    return list;
}

void say_offers(const Subject& subject, Story& story) {
    const std::string list = offers(subject.packet.options);
    if (!list.empty()) {
        story.say(fmt::format("It offers {}.", list));
    }
    const decode::TcpOptions& options = subject.packet.options;
    if (options.window_scale) {
        story.say("", rules::window_scale);
    }
    if (options.sack_permitted) {
        story.say("", rules::sack_permitted);
    }
    if (options.timestamps) {
        story.say("", rules::timestamps);
    }
}

/// An option is in force when both SYNs carried it; that can be said only when both were seen.
void say_agreement(const Subject& subject, Story& story) {
    const tcp::Connection& connection = subject.connection;
    if (!connection.client.proposal || !connection.server.proposal) {
        say_offers(subject, story);
        return;
    }
    std::string agreed;
    std::string declined;
    const auto settle = [&](bool both, bool either, std::string_view what, const Rule& rule) {
        if (!either) {
            return;
        }
        std::string& list = both ? agreed : declined;
        list += list.empty() ? "" : ", ";
        list += what;
        story.say("", rule);
    };
    const tcp::Proposal& client = *connection.client.proposal;
    const tcp::Proposal& server = *connection.server.proposal;
    const std::string scaling = connection.window_scaling()
                                    ? fmt::format("window scaling (client x{}, server x{})",
                                                  factor(*client.window_scale), factor(*server.window_scale))
                                    : "window scaling";
    settle(connection.window_scaling(), client.window_scale || server.window_scale, scaling, rules::window_scale);
    settle(connection.sack(), client.sack_permitted || server.sack_permitted, "selective acknowledgements",
           rules::sack_permitted);
    settle(connection.timestamps(), client.timestamps || server.timestamps, "time stamps", rules::timestamps);
    if (!agreed.empty()) {
        story.say(fmt::format("Agreed: {}.", agreed));
    }
    if (!declined.empty() && connection.knows_all_options()) {
        story.say(fmt::format("Not in use, because only one end offered it: {}.", declined));
    }
}

void say_syn(const Subject& subject, Story& story) {
    const tcp::Segment& segment = subject.segment;
    if (subject.has(tcp::Note::OutOfOrder)) {
        story.say("Asks to open the connection. It passes here after later ones: reordered on the way, not sent twice.",
                  rules::order);
        return;
    }
    if (subject.has(tcp::Note::Retransmission)) {
        const bool unanswered = subject.connection.of(subject.peer()).segments == 0;
        story.say(fmt::format("The same SYN again{}{}.", when_before(subject),
                              unanswered ? ": no answer has passed here so far" : ""),
                  rules::retransmission);
        return say_timer(subject, story);
    }
    if (segment.before.of(subject.peer()) == tcp::State::SynSent) {
        story.say("Asks to open the same connection from the other side: the two SYNs cross.",
                  rules::simultaneous_open);
    } else {
        story.say("Asks to open a connection. Its first byte will be number 1.", rules::open);
    }
    if (subject.has(tcp::Note::PortReused)) {
        story.say("The same endpoints were used before; another initial sequence number makes this a new connection.",
                  rules::ports);
    }
    say_mss(subject, story);
    say_offers(subject, story);
}

void say_syn_ack(const Subject& subject, Story& story) {
    const tcp::Segment& segment = subject.segment;
    if (subject.has(tcp::Note::OutOfOrder)) {
        story.say("Agrees to open. It passes here after later ones: reordered on the way, not sent twice.",
                  rules::order);
        return;
    }
    if (subject.has(tcp::Note::Retransmission)) {
        const bool waits = segment.before.of(segment.from) == tcp::State::SynReceived;
        const std::uint64_t untaken = subject.connection.untaken_ack;
        const std::string why = untaken != 0 ? fmt::format(
                                                   ": when it was sent, the server had not taken #{}, the ACK "
                                                   "of it",
                                                   untaken)
                                : waits ? ": no ACK of it has passed here so far"
                                        : "";
        story.say(fmt::format("The same SYN-ACK again{}{}.", when_before(subject), why), rules::retransmission);
        if (segment.resends && segment.resends->heard && waits) {
            story.say(fmt::format("{} had come in between.", number_sign(*segment.resends->heard)));
        }
        return say_timer(subject, story);
    }
    if (subject.connection.crossing_syns) {
        story.say("Acknowledges the SYN that crossed its own, and repeats its own.", rules::simultaneous_open);
    } else {
        story.say(fmt::format("Agrees to open: acknowledges the {}'s SYN and asks the same for the other direction. "
                              "The kernel does so on its own; accept() only hands over what is open.",
                              name(subject.peer())),
                  rules::open);
    }
    say_mss(subject, story);
    say_agreement(subject, story);
}

}  // namespace

void say_open(const Subject& subject, Story& story) {
    if (subject.packet.flags.ack()) {
        say_syn_ack(subject, story);
    } else {
        say_syn(subject, story);
    }
    if (subject.segment.length > 0) {
        story.say(fmt::format("It carries {} of data already.", count(subject.segment.length, "byte")),
                  subject.packet.options.fast_open ? rules::fast_open : rules::early_data);
    }
}

}  // namespace sockstep::explain
