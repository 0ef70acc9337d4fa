// tracer/findings/message_split.cpp - one message arrived in pieces, and the first piece was taken for all of it.
#include <algorithm>
#include <string_view>

#include "findings/rules.hpp"

namespace sockstep::findings {

namespace {

constexpr const char* read_whole_messages =
    "A recv returns what has arrived, not what was sent at once: receive in a loop until the message is complete, by "
    "its length or its end mark, and answer then.";

bool sends(const Call& call) {
    return is(call, CallKind::Send) && moved(call) > 0;
}

bool receives(const Call& call) {
    return is(call, CallKind::Receive) && moved(call) > 0 && !call.begin.peeks;
}

/// A receive that took a piece of one send, and the answer that its thread sent at once.
struct Piece {
    const Call* receive = nullptr;
    const Call* answer = nullptr;  // null: it did something else first

    /// As long as what came: an echo, or a filter that passes on what it changed. These may work piece by piece.
    bool may_be_a_stream() const { return moved(*answer) == moved(*receive); }
    bool is_answered_by_a_line() const {
        const std::string& text = answer->begin.data;
        return text.size() == answer->begin.length && text.back() == '\n';
    }
};

/// What took bytes of the stream, in its order.
std::vector<const Call*> receives_of(const End& end) {
    std::vector<const Call*> all;
    std::ranges::copy_if(end.calls, std::back_inserter(all),
                         [](const Call* call) { return receives(*call) && call->bytes; });
    std::ranges::sort(all, {}, [](const Call* call) { return call->bytes->from; });
    return all;
}

/// `receives` is what receives_of() says of `end`.
std::vector<Piece> pieces_of(const Run& run, const End& end, const std::vector<const Call*>& receives,
                             const Call& send) {
    std::vector<Piece> pieces;
    const auto first =
        std::ranges::upper_bound(receives, send.bytes->from, {}, [](const Call* call) { return call->bytes->to; });
    for (auto place = first; place != receives.end() && (*place)->bytes->from < send.bytes->to; ++place) {
        const Call* next = run.next_of_thread(**place);
        const bool answers = next != nullptr && sends(*next) && run.end_of(*next) == &end;
        pieces.push_back({*place, answers ? next : nullptr});
    }
    return pieces;
}

/// As far as the octets are known, there is no newline but at the very end.
bool is_one_line(const Call& send, const std::vector<Piece>& pieces) {
    const std::string_view text = send.begin.data;
    const std::size_t newline = text.find('\n');
    const bool begins_so = newline == std::string_view::npos || newline + 1 == send.begin.length;
    return begins_so && std::ranges::all_of(pieces, [&](const Piece& piece) {
               const std::size_t found = piece.receive->end->data.find('\n');
               const bool last = piece.receive->bytes->to == send.bytes->to;
               return found == std::string::npos ||
                      (last && found + 1 == static_cast<std::size_t>(moved(*piece.receive)));
           });
}

/// The sender took the first answer for that to its whole message: it had read no more than that when it sent the next
/// one, or closed.
bool sender_reads_one_answer(const End& sender, const Call& send, const Piece& first) {
    const auto from = first_after(sender, send);
    const auto goes_on = std::find_if(from, sender.calls.end(), [](const Call* call) {
        return is(*call, CallKind::Send) || is(*call, CallKind::Close) || is(*call, CallKind::Shutdown);
    });
    if (goes_on == sender.calls.end() || is(**goes_on, CallKind::Shutdown) || !first.answer->bytes) {
        return false;  // who has only ended its own stream may still read the other answers
    }
    std::int64_t read = 0;
    for (auto place = from; place != goes_on; ++place) {
        const bool in_time = receives(**place) && (*place)->end->time <= began(**goes_on);
        if (in_time && !(*place)->bytes) {
            return false;
        }
        read = in_time ? std::max(read, (*place)->bytes->to) : read;
    }
    return read == first.answer->bytes->to;
}

/// Each receive asked for exactly as much as each message holds, also when a piece of it was there already.
bool asks_for_messages(const Call& send, const std::vector<Piece>& pieces) {
    return std::all_of(pieces.begin(), pieces.begin() + 2, [&](const Piece& piece) {
        return piece.receive->begin.length == send.begin.length && !piece.receive->begin.waits_for_all;
    });
}

/// The call on the socket after `send`.
bool waits_for_the_answer(const End& sender, const Call& send) {
    const auto next = first_after(sender, send);
    return next != sender.calls.end() && is(**next, CallKind::Receive);
}

/// One send, after which its program waited for the answer, was answered after its first piece, and again after the
/// second. That may be meant so (reports of progress, an early answer), hence two things more must be seen. What was
/// answered is no message: a piece of a line without its end, or less than the receive asked for, which is what each
/// message holds. And the sender took the first answer for all, so that the second is taken for that to something else,
/// or is lost.
bool is_answered_by_pieces(const End& sender, const Call& send, const std::vector<Piece>& pieces) {
    if (pieces.size() < 2 || pieces[0].answer == nullptr || pieces[1].answer == nullptr ||
        pieces[0].receive->bytes->from != send.bytes->from || !waits_for_the_answer(sender, send) ||
        pieces[0].may_be_a_stream() || pieces[1].may_be_a_stream()) {
        return false;
    }
    const bool lines = pieces[0].is_answered_by_a_line() && pieces[1].is_answered_by_a_line();
    return ((lines && is_one_line(send, pieces)) || asks_for_messages(send, pieces)) &&
           sender_reads_one_answer(sender, send, pieces[0]);
}

std::optional<Finding> answered_by_pieces(const Run& run, const End& end) {
    const std::vector<const Call*> receives = receives_of(end);
    for (const Call* send : end.other->calls) {
        if (!sends(*send) || !send->bytes) {
            continue;
        }
        const std::vector<Piece> pieces = pieces_of(run, end, receives, *send);
        if (!is_answered_by_pieces(*end.other, *send, pieces)) {
            continue;
        }
        return finding(
            "stream-taken-for-messages", Severity::Error,
            {{id_of(send), id_of(pieces[0].receive), id_of(pieces[0].answer), id_of(pieces[1].receive),
              id_of(pieces[1].answer)},
             {}},
            fmt::format("{} sent one message of {} and waited for the answer. {} of {} took its first {} "
                        "only, and {} answered already then, and again after the next {}; {} went on after the "
                        "first answer.",
                        end.other->program, explain::count(moved(*send), "byte"), pieces[0].receive->begin.name,
                        end.program, explain::number(moved(*pieces[0].receive)), end.program,
                        explain::number(moved(*pieces[1].receive)), end.other->program),
            read_whole_messages);
    }
    return std::nullopt;
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
        if (auto found = answered_by_pieces(run, end)) {
            findings.push_back(std::move(*found));
        }
    }
    return findings;
}

}  // namespace sockstep::findings
