// tracer/findings/message_split.cpp - one message arrived in pieces, and the first piece was taken for all of it.
#include <algorithm>
#include <string_view>

#include "findings/rules.hpp"

namespace sockstep::findings {

namespace {

/// A receive that took a piece of one send, and the answer that its thread sent at once.
struct Piece {
    const Call* receive = nullptr;
    const Call* answer = nullptr;
};

bool is_a_line(std::string_view text, std::uint64_t length) {
    return text.size() == length && !text.empty() && text.back() == '\n';
}

/// As long as what came: an echo, or a filter that passes on what it changed. These may work piece by piece.
bool may_be_a_stream(const Piece& piece) {
    return moved(*piece.answer) == moved(*piece.receive);
}

bool is_on(const Call& call, const End& end, CallKind kind) {
    return is(call, kind) && call.begin.socket && call.begin.socket->inode == end.socket;
}

std::vector<Piece> pieces_of(const Run& run, const End& end, const Call& send) {
    std::vector<Piece> pieces;
    for (const Call* call : end.calls) {
        const bool within = is(*call, CallKind::Receive) && moved(*call) > 0 && !call->begin.peeks && call->bytes &&
                            call->bytes->from < send.bytes->to && call->bytes->to > send.bytes->from;
        if (within) {
            const Call* next = run.next_of_thread(*call);
            const bool answers = next != nullptr && is_on(*next, end, CallKind::Send) && moved(*next) > 0;
            pieces.push_back({call, answers ? next : nullptr});
        }
    }
    return pieces;
}

const Call* next_on(const End& end, const Call& call) {
    const auto place = std::ranges::find_if(end.calls, [&](const Call* each) { return began(*each) > call.end->time; });
    return place == end.calls.end() ? nullptr : *place;
}

/// The sender took the first answer for that to its whole message: when it next did anything but receive, it had read
/// no more than that.
bool sender_reads_one_answer(const End& sender, const Call& send, const Piece& first) {
    for (const Call* call : sender.calls) {
        const bool goes_on = is(*call, CallKind::Send) || is(*call, CallKind::Close) || is(*call, CallKind::Shutdown);
        if (goes_on && began(*call) > send.end->time) {
            return first.answer->bytes && sender.received_by(began(*call)) == first.answer->bytes->to;
        }
    }
    return false;
}

/// One send, after which its program waited for the answer, was answered twice: after its first piece, though all of it
/// was on its way, and after a later one. For a line of text with answers of whole lines that is enough. Otherwise the
/// answers might be reports of progress, so the sender must have taken the first one for all.
bool is_answered_by_pieces(const End& sender, const Call& send, const std::vector<Piece>& pieces) {
    const Call* next = next_on(sender, send);
    const bool waits = next != nullptr && is(*next, CallKind::Receive);
    if (!waits || pieces.size() < 2 || pieces.front().answer == nullptr || pieces.back().answer == nullptr ||
        pieces.front().receive->bytes->from != send.bytes->from ||
        pieces.front().receive->bytes->to >= send.bytes->to) {
        return false;
    }
    if (may_be_a_stream(pieces.front()) || may_be_a_stream(pieces.back()) ||
        began(*pieces.front().answer) < send.end->time) {
        return false;
    }
    const bool one_line =
        !send.begin.data.empty() && send.begin.data.find('\n') >= send.begin.data.size() - 1 &&
        pieces.back().receive->end->data.find('\n') + 1 == static_cast<std::size_t>(moved(*pieces.back().receive));
    const bool lines = is_a_line(pieces.front().answer->begin.data, pieces.front().answer->begin.length) &&
                       is_a_line(pieces.back().answer->begin.data, pieces.back().answer->begin.length);
    return (one_line && lines) || sender_reads_one_answer(sender, send, pieces.front());
}

/// Every receive asked for exactly what every send holds, N bytes, and got less once; the next asked for N again, not
/// for what was missing; and after as many receives as there were sends the program answered, though bytes that had
/// been sent were still missing. The stretch of calls that shows it; empty if it is not so.
std::vector<const Call*> counts_receives_as_messages(const End& sender, const End& end) {
    std::vector<const Call*> shown;
    std::vector<const Call*> sends;
    std::ranges::copy_if(sender.calls, std::back_inserter(sends),
                         [](const Call* call) { return moved(*call) > 0 && is(*call, CallKind::Send); });
    std::size_t receives = 0;
    std::int64_t received = 0;
    bool is_short = false;
    for (const Call* call : end.calls) {
        if (is(*call, CallKind::Send) && moved(*call) > 0) {
            const auto before = static_cast<std::size_t>(
                std::ranges::count_if(sends, [&](const Call* send) { return send->end->time < began(*call); }));
            const auto length = sends.empty() ? 0 : moved(*sends.front());
            const bool missing = received < static_cast<std::int64_t>(before) * length;
            const bool echo = moved(*call) == received;
            shown.push_back(call);
            return is_short && receives == before && missing && !echo && receives != 0 ? shown
                                                                                       : std::vector<const Call*>{};
        }
        if (!is(*call, CallKind::Receive) || call->begin.peeks) {
            continue;
        }
        const bool as_sent = std::ranges::all_of(sends, [&](const Call* send) {
            return send->begin.length == call->begin.length &&
                   moved(*send) == static_cast<std::int64_t>(call->begin.length);
        });
        if (!as_sent || call->begin.waits_for_all || moved(*call) <= 0) {
            return {};
        }
        ++receives;
        received += moved(*call);
        is_short = is_short || moved(*call) < static_cast<std::int64_t>(call->begin.length);
        shown.push_back(call);
    }
    return {};
}

Finding split(const End& sender, const End& end, const std::string& what, Evidence evidence) {
    return finding("stream-taken-for-messages", Severity::Error, std::move(evidence),
                   fmt::format("{} of {} {}", end.program, sender.program, what),
                   "A recv returns what has arrived, not what was sent at once: receive in a loop until the message is "
                   "complete, by its length or its end mark, and answer then.");
}

}  // namespace

/// Source: recv(2): "The receive calls normally return any data available, up to the requested amount, rather than
/// waiting for receipt of the full amount requested."
std::vector<Finding> message_split(const Run& run) {
    std::vector<Finding> findings;
    for (const End& end : run.ends()) {
        if (end.other == nullptr) {
            continue;
        }
        const End& sender = *end.other;
        if (const auto shown = counts_receives_as_messages(sender, end); !shown.empty()) {
            Evidence evidence;
            for (const Call* call : shown) {
                evidence.calls.push_back(id_of(call));
            }
            const auto length = static_cast<std::int64_t>(shown.front()->begin.length);
            findings.push_back(finding(
                "stream-taken-for-messages", Severity::Error, evidence,
                fmt::format("{} sends messages of {}; {} took each {} for one, though one returned less, and answered "
                            "after {} of {}.",
                            sender.program, explain::count(length, "byte"), end.program, shown.front()->begin.name,
                            explain::number(end.received_by(began(*shown.back())).value_or(0)),
                            explain::count(length * static_cast<std::int64_t>(shown.size() - 1), "byte")),
                "A recv returns what has arrived, not what was sent at once: receive in a loop until the message is "
                "complete, by its length or its end mark, and answer then."));
            continue;
        }
        for (const Call* send : sender.calls) {
            if (!is(*send, CallKind::Send) || moved(*send) < 2 || !send->bytes) {
                continue;
            }
            const std::vector<Piece> pieces = pieces_of(run, end, *send);
            if (!is_answered_by_pieces(sender, *send, pieces)) {
                continue;
            }
            findings.push_back(split(sender, end, "",
                                     {{id_of(send), id_of(pieces.front().receive), id_of(pieces.front().answer),
                                       id_of(pieces.back().receive), id_of(pieces.back().answer)},
                                      {}}));
            break;
        }
    }
    return findings;
}

}  // namespace sockstep::findings
