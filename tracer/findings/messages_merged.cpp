// tracer/findings/messages_merged.cpp - two messages arrived in one recv, and were taken for one.
#include <algorithm>
#include <string_view>

#include "findings/rules.hpp"

namespace sockstep::findings {

namespace {

bool is_text(std::string_view data) {
    return std::ranges::all_of(data, [](char c) {
        const auto octet = static_cast<unsigned char>(c);
        return octet >= 0x20 || c == '\n' || c == '\r' || c == '\t';
    });
}

std::int64_t newlines(std::string_view text) {
    return std::ranges::count(text, '\n');
}

/// The sends whose bytes `receive` took: all of them whole, or none is given.
std::vector<const Call*> whole_sends_in(const End& sender, const Call& receive) {
    std::vector<const Call*> sends;
    std::int64_t next = receive.bytes->from;
    for (const Call* call : sender.calls) {
        if (is(*call, CallKind::Send) && call->bytes && call->bytes->from == next &&
            call->bytes->to <= receive.bytes->to) {
            sends.push_back(call);
            next = call->bytes->to;
        }
    }
    return next == receive.bytes->to ? sends : std::vector<const Call*>{};
}

/// Each is a message by itself, as far as that can be seen: a line each, or text without any newline.
bool are_messages(const std::vector<const Call*>& sends) {
    const auto whole = [](const Call* call) {
        return call->begin.data.size() == call->begin.length && is_text(call->begin.data);
    };
    const auto line = [](const Call* call) {
        return newlines(call->begin.data) == 1 && call->begin.data.back() == '\n';
    };
    const auto bare = [](const Call* call) { return newlines(call->begin.data) == 0; };
    return std::ranges::all_of(sends, whole) && (std::ranges::all_of(sends, line) || std::ranges::all_of(sends, bare));
}

/// Answers to one message, not to several: one send of one line at most, and no plain echo of all. What the answer
/// repeats of the messages does not count.
bool answers_once(const Call& answer, const Call& receive) {
    std::string_view text = answer.begin.data;
    const std::string_view asked = receive.end->data;
    if (text.size() != answer.begin.length || text == asked) {
        return false;
    }
    const std::size_t repeated = text.find(asked);
    const std::int64_t lines = newlines(text) - (repeated != std::string_view::npos ? newlines(asked) : 0);
    return is_text(text) && lines <= 1;
}

std::vector<const Call*> answers_between(const End& end, const Call& receive, const Call& next) {
    std::vector<const Call*> answers;
    std::ranges::copy_if(end.calls, std::back_inserter(answers), [&](const Call* call) {
        return is(*call, CallKind::Send) && moved(*call) > 0 && began(*call) > receive.end->time &&
               began(*call) < began(next);
    });
    return answers;
}

const Call* last_receive_before(const End& end, const Call& sleeping) {
    const Call* last = nullptr;
    for (const Call* call : end.calls) {
        const bool got = is(*call, CallKind::Receive) && moved(*call) > 0 && !call->begin.peeks && call->bytes;
        last = got && began(*call) < began(sleeping) ? call : last;
    }
    return last;
}

bool received_between(const End& end, const Call& first, const Call& last) {
    return std::ranges::any_of(end.calls, [&](const Call* call) {
        return is(*call, CallKind::Receive) && began(*call) > began(first) && began(*call) < began(last);
    });
}

}  // namespace

/// Reading several messages at once is no mistake: whoever frames them answers each. So this needs its consequence:
/// the two programs wait for each other, the last receive of one took several messages, which the other had sent
/// without waiting in between, and it answered once. Source: tcp(7), "stream-oriented": there are no message
/// boundaries; RFC 9293 section 3.7.4 (Nagle) and the receive buffer join what was sent apart.
std::vector<Finding> messages_merged(const Run& run) {
    std::vector<Finding> findings;
    for (const Deadlock& deadlock : deadlocks(run)) {
        for (const int which : {0, 1}) {
            const End& end = *deadlock.ends[which];
            const End& peer = *deadlock.ends[1 - which];
            const Call* receive = last_receive_before(end, *deadlock.calls[which]);
            if (receive == nullptr) {
                continue;
            }
            const std::vector<const Call*> sends = whole_sends_in(peer, *receive);
            const std::vector<const Call*> answers = answers_between(end, *receive, *deadlock.calls[which]);
            if (sends.size() < 2 || !are_messages(sends) || received_between(peer, *sends.front(), *sends.back()) ||
                answers.size() != 1 || !answers_once(*answers.front(), *receive)) {
                continue;
            }
            Evidence evidence{{id_of(receive), id_of(answers.front()), id_of(deadlock.calls[which])}, {}};
            for (const Call* send : sends) {
                evidence.calls.push_back(id_of(send));
            }
            findings.push_back(finding(
                "stream-taken-for-messages", Severity::Error, evidence,
                fmt::format("{} sent {} messages; one {} of {} took them together ({}), and {} answered once. Now it "
                            "waits for more, and {} for the missing answer.",
                            peer.program, sends.size(), receive->begin.name, end.program,
                            explain::bytes(*receive->bytes), end.program, peer.program),
                "TCP keeps no message boundaries: end each message with a newline or begin it with its length, and "
                "take the messages out of a buffer one by one."));
        }
    }
    return findings;
}

}  // namespace sockstep::findings
