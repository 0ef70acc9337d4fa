// tracer/explain/data.cpp - bytes, acknowledgements and windows in words.
#include <fmt/format.h>

#include <cstddef>
#include <string>

#include "explain/parts.hpp"
#include "explain/rules.hpp"

namespace sockstep::explain {

namespace {

/// All of them are sent again, or fill a gap. A copy that the network made looks like one that was sent.
void say_again(const Subject& subject, Story& story) {
    const tcp::Segment& segment = subject.segment;
    const bool one = segment.length == 1;
    const std::string what = bytes(segment.bytes);
    const std::string when = when_before(subject);
    if (segment.new_bytes < segment.length) {
        const std::string part = segment.new_bytes > 0 ? fmt::format(", {} of them again{}.",
                                                                     number(segment.length - segment.new_bytes), when)
                                                       : fmt::format(" again{}.", when);
        story.say(fmt::format("Carries {}{}", what, part), rules::retransmission);
    } else if (subject.has(tcp::Note::SpuriousRetransmission)) {
        story.say(
            fmt::format("Carries {}, which the {} had acknowledged before: the capture has missed an earlier copy, "
                        "or shows this one late.",
                        what, name(subject.peer())),
            rules::retransmission);
        return;
    } else {
        story.say(fmt::format("Carries {}, which the capture has not seen before though later bytes have passed: lost "
                              "before {} came here and sent again, or very late.",
                              what, one ? "it" : "they"),
                  rules::retransmission);
    }
    if (subject.has(tcp::Note::SpuriousRetransmission)) {
        story.say(fmt::format("The {} had acknowledged {} already.", name(subject.peer()), one ? "it" : "them"));
    } else if (subject.has(tcp::Note::FastRetransmission)) {
        say_what_asked(subject, story);
    }
    say_timer(subject, story);
}

void say_new_bytes(const Subject& subject, Story& story) {
    const tcp::Segment& segment = subject.segment;
    const bool one = segment.length == 1;
    story.say(fmt::format("Carries {}.", bytes(segment.bytes)), rules::data);
    if (subject.has(tcp::Note::OutOfOrder)) {
        story.say(fmt::format("{} here after later ones, so soon that {} most likely late on the way, not sent twice.",
                              one ? "It passes" : "They pass", one ? "it was" : "they were"),
                  rules::order);
    }
    if (subject.has(tcp::Note::PreviousSegmentLost)) {
        story.say(fmt::format("{} not follow on what has passed: the bytes between were lost before they came here, "
                              "were not captured, or are late.",
                              one ? "It does" : "They do"),
                  rules::order);
    }
    if (subject.has(tcp::Note::WindowFull)) {
        story.say(fmt::format("{} the {}'s window to the last byte: nothing more may be sent until it says that there "
                              "is room.",
                              one ? "It fills" : "They fill", name(subject.peer())),
                  rules::window);
    } else if (segment.in_flight && *segment.in_flight > segment.length) {
        story.say(fmt::format("That makes {} sent and not yet acknowledged.", count(*segment.in_flight, "byte")));
    }
}

std::string what_has_arrived(const Subject& subject) {
    const tcp::Acknowledgement& news = *subject.segment.acknowledges;
    const std::string_view peer = name(subject.peer());
    if (news.bytes.length() > 0) {
        const std::string stream = fmt::format("the {}'s {}", peer, bytes(news.bytes));
        return news.fin ? stream + " and its FIN" : stream;
    }
    return fmt::format("the {}'s {}", peer, news.fin ? "FIN" : "SYN");
}

/// Whether what_has_arrived() names several.
bool is_plural(const tcp::Acknowledgement& news) {
    return news.bytes.length() > 1 || (news.bytes.length() == 1 && news.fin);
}

void say_room(const Subject& subject, Story& story) {
    const tcp::Segment& segment = subject.segment;
    const std::string_view peer = name(subject.peer());
    if (segment.acknowledges_fin) {
        return;  // nothing is left to be sent
    }
    if (subject.has(tcp::Note::ZeroWindow)) {
        story.say(fmt::format("It closes its window: the {} may send no more until it opens.", peer),
                  rules::zero_window);
    } else if (segment.may_send) {
        story.say(fmt::format("By its window the {} may send {} more.", peer, count(*segment.may_send, "byte")),
                  rules::window);
    }
}

/// Whether the first block lies inside the second: then, too, it reports bytes that came more than once.
bool repeats_a_part_of_the_second(const decode::TcpOptions& options) {
    const decode::SackBlock& first = options.sack_blocks[0];
    const decode::SackBlock& second = options.sack_blocks[1];
    return options.sack_count > 1 && base::distance(second.left, first.left) >= 0 &&
           base::distance(first.right, second.right) >= 0;
}

/// What takes the sequence numbers [from, to): bytes, and SYN and FIN, which take one each.
std::string what_takes(std::int64_t from, std::int64_t to, const Subject& subject) {
    const bool syn = from == 0 && subject.connection.of(subject.peer()).proposal.has_value();
    const bool fin = subject.segment.peer_fin && to == *subject.segment.peer_fin + 1;
    const tcp::StreamRange carried{from - (syn ? 0 : 1), to - (fin ? 2 : 1)};
    std::string what = syn ? "the SYN" : "";
    if (carried.length() > 0) {
        what += (what.empty() ? "" : ", ") + bytes(carried);
    }
    if (fin) {
        what += std::string{what.empty() ? "" : " and "} + "the FIN";
    }
    return what;
}

/// A block beyond the acknowledgement number reports what came after a gap; only the first may report a repeat.
void say_sack(const Subject& subject, Story& story) {
    for (std::size_t i = 0; i < subject.packet.options.sack_count; ++i) {
        const decode::SackBlock& block = subject.packet.options.sack_blocks[i];
        const std::int32_t to = base::distance(subject.packet.ack, block.right);
        const std::int32_t from = base::distance(subject.packet.ack, block.left);
        if (from >= to) {
            continue;  // not a range
        }
        const std::string range = what_takes(subject.segment.ack + from, subject.segment.ack + to, subject);
        if (i == 0 && (to <= 0 || repeats_a_part_of_the_second(subject.packet.options))) {
            story.say(fmt::format("It reports that {} arrived more than once.", range), rules::dsack);
        } else if (from > 0) {
            story.say(fmt::format("It holds {} already; something before is missing.", range), rules::sack);
        }
    }
}

void say_probe(const Subject& subject, Story& story) {
    if (subject.segment.window_was_closed) {
        story.say(fmt::format("Carries nothing new: it begins before the next byte, so the {} has to answer, and the "
                              "answer will state its window, which was closed.",
                              name(subject.peer())),
                  rules::zero_window);
    } else {
        story.say(fmt::format("Carries nothing new: it begins before the next byte, so the {} has to answer "
                              "if it still lives.",
                              name(subject.peer())),
                  rules::keep_alive);
    }
}

}  // namespace

void say_data(const Subject& subject, Story& story) {
    if (subject.has(tcp::Note::KeepAlive)) {
        say_probe(subject, story);
    } else if (subject.has(tcp::Note::ZeroWindowProbe)) {
        story.say(fmt::format("Tries {} although the {}'s window is closed: the answer will state the window.",
                              bytes(subject.segment.bytes), name(subject.peer())),
                  rules::zero_window);
    } else if (subject.segment.length == 0) {
        return;
    } else if (subject.has(tcp::Note::Retransmission)) {
        say_again(subject, story);
    } else {
        say_new_bytes(subject, story);
    }
}

void say_acknowledgement(const Subject& subject, Story& story) {
    const tcp::Segment& segment = subject.segment;
    if (!segment.acknowledges) {
        return;
    }
    const tcp::Acknowledgement& news = *segment.acknowledges;
    const bool comes_with_more = !story.empty();
    if (segment.completes_handshake) {
        story.say(fmt::format("{} last segment of the handshake: the {}'s SYN has arrived.",
                              comes_with_more ? "It is also the" : "The", name(subject.peer())),
                  rules::open);
    } else {
        const std::string time =
            news.rtt && !comes_with_more ? fmt::format(", {}", after(*news.latest, segment.time)) : "";
        story.say(fmt::format("{} that {} {} arrived{}.", comes_with_more ? "It also says" : "Says",
                              what_has_arrived(subject), is_plural(news) ? "have" : "has", time),
                  rules::acknowledgement);
    }
    if (news.unseen) {
        story.say("That is beyond what the capture has seen: some of it was not captured.");
    }
    if (!comes_with_more || subject.has(tcp::Note::ZeroWindow)) {
        say_room(subject, story);
    }
    say_sack(subject, story);
    if (news.fin && segment.after.of(segment.from) == tcp::State::TimeWait) {
        story.say(fmt::format("The {} waits in TIME-WAIT now.", name(segment.from)), rules::time_wait);
    }
}

void say_no_news(const Subject& subject, Story& story) {
    const tcp::Segment& segment = subject.segment;
    const std::string_view peer = name(subject.peer());
    const bool may_know_another = segment.ack < 1 && subject.connection.of(subject.peer()).proposal;
    const bool is_first = subject.connection.of(segment.from).segments == 1;
    const std::string waits = segment.acknowledges_fin
                                  ? fmt::format("it has all that the {} sent, its FIN included", peer)
                                  : fmt::format("{} is the next it waits for", byte_at(segment.ack - 1));
    if (!subject.packet.flags.ack()) {
        story.say("Carries no data, acknowledges nothing, opens and closes nothing.", rules::data);
    } else if (may_know_another) {
        story.say("Its acknowledgement number does not fit this connection: it may belong to an earlier one.",
                  rules::half_open);
    } else if (segment.ack_is_overtaken) {
        story.say("Acknowledges less than has been acknowledged before: it was overtaken on the way, or is a copy.",
                  rules::acknowledgement);
    } else if (subject.has(tcp::Note::ZeroWindow)) {
        story.say(fmt::format("Says that its window is closed; {}.", waits), rules::zero_window);
    } else if (subject.has(tcp::Note::WindowUpdate)) {
        story.say("Acknowledges nothing new, but changes its window.", rules::window);
        say_room(subject, story);
    } else if (subject.has(tcp::Note::KeepAliveAck)) {
        story.say(fmt::format("Answers: it is there; {}.", waits), rules::keep_alive);
    } else if (subject.has(tcp::Note::DuplicateAck)) {
        story.say(fmt::format("Says once more that {} (duplicate {} in a row).", waits, number(segment.duplicate_acks)),
                  rules::duplicate_ack);
    } else if (is_first) {
        story.say(fmt::format("Says that {}; the capture has not seen what it acknowledges.", waits),
                  rules::acknowledgement);
    } else {
        story.say(fmt::format("Acknowledges nothing new: {}.", waits), rules::acknowledgement);
        say_room(subject, story);
    }
    say_sack(subject, story);
}

void say_remarks(const Subject& subject, Story& story) {
    const decode::TcpOptions& options = subject.packet.options;
    if (subject.has(tcp::Note::BadChecksum)) {
        story.say(
            "Its checksum is wrong. If it arrives so, it is thrown away; a capture on the sending machine may show "
            "it before the network card has filled it in.",
            rules::checksum);
    }
    if (subject.has(tcp::Note::Truncated)) {
        const auto captured = static_cast<std::int64_t>(subject.packet.payload.size());
        story.say(fmt::format("The capture holds {} of its {}.", captured > 0 ? "only " + number(captured) : "none",
                              count(subject.segment.length, "byte")));
    }
    if (options.malformed) {
        story.say("Its options break the rules, so not all of them could be read.");
    }
    if (options.mptcp_subtype) {
        story.say("It carries a Multipath TCP option.", rules::mptcp);
    }
    if (options.fast_open && subject.packet.flags.syn()) {
        story.say("It carries a Fast Open option.", rules::fast_open);
    }
    if (subject.packet.flags.urg()) {
        story.say("It says that urgent data are under way.", rules::urgent);
    }
    if ((subject.packet.flags.ece() || subject.packet.flags.cwr()) && !subject.packet.flags.syn()) {
        const bool both = subject.packet.flags.ece() && subject.packet.flags.cwr();
        story.say(fmt::format("It sets {}.", both                         ? "ECE and CWR"
                                             : subject.packet.flags.ece() ? "ECE"
                                                                          : "CWR"),
                  rules::ecn);
    }
}

}  // namespace sockstep::explain
