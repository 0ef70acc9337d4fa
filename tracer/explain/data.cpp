// tracer/explain/data.cpp - bytes, acknowledgements and windows in words.
#include <fmt/format.h>

#include <cstddef>
#include <string>

#include "explain/parts.hpp"
#include "explain/rules.hpp"

namespace sockstep::explain {

namespace {

void say_again(const Subject& subject, Story& story) {
    const tcp::Segment& segment = subject.segment;
    const std::string what = bytes(segment.bytes);
    const std::string when = segment.repeats ? ", " + after(*segment.repeats, segment.time) : "";
    if (segment.new_bytes == segment.length) {
        story.say(fmt::format("Carries {}, which the capture has not seen before though later bytes have passed: lost "
                              "before they came here, and now sent again.",
                              what),
                  rules::retransmission);
    } else {
        story.say(fmt::format("Sends {} again{}.", what, when), rules::retransmission);
    }
    if (segment.new_bytes > 0 && segment.new_bytes < segment.length) {
        story.say(fmt::format("{} of them {} new.", number(segment.new_bytes), segment.new_bytes == 1 ? "is" : "are"));
    }
    if (subject.has(tcp::Note::SpuriousRetransmission)) {
        story.say(
            fmt::format("The {} had acknowledged them already: that ACK was late or lost.", name(subject.peer())));
    } else if (subject.has(tcp::Note::FastRetransmission)) {
        story.say(fmt::format("Duplicate ACKs had asked for byte {}.", number(segment.bytes.from)),
                  rules::fast_retransmission);
    }
}

void say_new_bytes(const Subject& subject, Story& story) {
    const tcp::Segment& segment = subject.segment;
    story.say(fmt::format("Carries {}.", bytes(segment.bytes)), rules::data);
    if (subject.has(tcp::Note::OutOfOrder)) {
        story.say("They pass here after later ones: reordered on the way, not sent twice.", rules::order);
    }
    if (subject.has(tcp::Note::PreviousSegmentLost)) {
        story.say(
            "They do not follow on what has passed: the bytes between were lost before they came here, were not "
            "captured, or are late.",
            rules::order);
    }
    if (subject.has(tcp::Note::WindowFull)) {
        story.say(fmt::format("They fill the {}'s window to the last byte: nothing more may be sent until it says that "
                              "there is room.",
                              name(subject.peer())),
                  rules::window);
    } else if (segment.in_flight && *segment.in_flight > segment.length) {
        story.say(fmt::format("{} are now on the way, not yet acknowledged.", count(*segment.in_flight, "byte")));
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

void say_room(const Subject& subject, Story& story) {
    const tcp::Segment& segment = subject.segment;
    const std::string_view peer = name(subject.peer());
    if (subject.has(tcp::Note::ZeroWindow)) {
        story.say(fmt::format("It closes its window: the {} may send no more until it opens.", peer),
                  rules::zero_window);
    } else if (segment.may_send) {
        story.say(fmt::format("The {} may send {} more.", peer, count(*segment.may_send, "byte")), rules::window);
    }
}

/// SACK blocks before the acknowledgement number report duplicates, those after it gaps.
void say_sack(const Subject& subject, Story& story) {
    for (std::size_t i = 0; i < subject.packet.options.sack_count; ++i) {
        const decode::SackBlock& block = subject.packet.options.sack_blocks[i];
        const std::int32_t to = base::distance(subject.packet.ack, block.right);
        const std::int32_t from = base::distance(subject.packet.ack, block.left);
        const std::int64_t byte = subject.segment.ack - 1;
        if (from >= to) {
            continue;  // not a range
        }
        const std::string range = bytes({byte + from, byte + to});
        if (to <= 0) {
            story.say(fmt::format("It reports that {} arrived twice.", range), rules::dsack);
        } else {
            story.say(fmt::format("It holds {} already; something before them is missing.", range), rules::sack);
        }
    }
}

void say_probe(const Subject& subject, Story& story) {
    if (subject.segment.window_was_closed) {
        story.say(fmt::format("Carries nothing new: it begins before the next byte, so the {} has to answer, and the "
                              "answer states its window, which is closed.",
                              name(subject.peer())),
                  rules::zero_window);
    } else {
        story.say(fmt::format("Carries nothing new on purpose: it begins before the next byte, so the {} has to answer "
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
        story.say(fmt::format("{} the handshake: the {}'s SYN has arrived.",
                              comes_with_more ? "It completes" : "Completes", name(subject.peer())),
                  rules::open);
    } else {
        const std::string time =
            news.rtt && !comes_with_more ? fmt::format(", {}", after(*news.latest, segment.time)) : "";
        story.say(fmt::format("{} that {} {} arrived{}.", comes_with_more ? "It also says" : "Says",
                              what_has_arrived(subject), news.bytes.length() > 1 || news.fin ? "have" : "has", time),
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
    const std::string next = number(segment.ack - 1);  // as a stream byte
    if (subject.has(tcp::Note::ZeroWindow)) {
        story.say(fmt::format("Says that its window is closed: the {} may send nothing from byte {} on.",
                              name(subject.peer()), next),
                  rules::zero_window);
    } else if (subject.has(tcp::Note::WindowUpdate)) {
        story.say("Acknowledges nothing new, but changes its window.", rules::window);
        say_room(subject, story);
    } else if (subject.has(tcp::Note::KeepAliveAck)) {
        story.say(fmt::format("Answers: it is there, and waits for byte {}.", next), rules::keep_alive);
    } else if (subject.has(tcp::Note::DuplicateAck)) {
        story.say(fmt::format("Says once more that byte {} is the next it waits for (duplicate {} in a row).", next,
                              number(segment.duplicate_acks)),
                  rules::duplicate_ack);
    } else if (segment.acknowledges_fin) {
        story.say(
            fmt::format("Acknowledges nothing new: all that the {} sent, its FIN included.", name(subject.peer())),
            rules::acknowledgement);
    } else if (subject.packet.flags.ack()) {
        story.say(fmt::format("Acknowledges nothing new: byte {} is the next it waits for.", next),
                  rules::acknowledgement);
        say_room(subject, story);
    } else {
        story.say("Carries no data, acknowledges nothing, opens and closes nothing.");
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
        story.say(fmt::format("Only {} of its {} were captured.",
                              number(static_cast<std::int64_t>(subject.packet.payload.size())),
                              count(subject.segment.length, "byte")));
    }
    if (options.malformed) {
        story.say("Its options break off in the middle, so the rest of them is unknown.");
    }
    if (options.mptcp_subtype) {
        story.say("It speaks Multipath TCP.", rules::mptcp);
    }
    if (options.fast_open && subject.packet.flags.syn()) {
        story.say("It carries a Fast Open option.", rules::fast_open);
    }
    if (subject.packet.flags.urg()) {
        story.say("It marks urgent data.", rules::urgent);
    }
    if ((subject.packet.flags.ece() || subject.packet.flags.cwr()) && !subject.packet.flags.syn()) {
        story.say(
            subject.packet.flags.ece() ? "It reports congestion (ECE)." : "It has slowed down after congestion (CWR).",
            rules::ecn);
    }
}

}  // namespace sockstep::explain
