// tracer/explain/endings.cpp - who made a segment, and what a call that ends a connection sent.
#include <fmt/format.h>

#include "base/timestamp.hpp"
#include "explain/call_parts.hpp"
#include "explain/call_rules.hpp"
#include "explain/rules.hpp"
#include "explain/words.hpp"

namespace sockstep::explain {

namespace {

using correlate::Call;
using correlate::Timeline;
using record::CallKind;

bool closes_known_socket(const Call& call) {
    return call.begin.kind == CallKind::Close && call.begin.socket.has_value();
}

/// Bytes that had arrived when `call` closed its socket; 0 where that is not known.
std::int64_t unread_at_close(const Call& call) {
    return closes_known_socket(call) ? call.begin.socket->receive_queue.value_or(0) : 0;
}

bool is_of_listener(const Call& call) {
    return call.begin.socket && call.begin.socket->state == "LISTEN";
}

bool lingers_not(const Call& call) {
    return closes_known_socket(call) && call.begin.socket->linger == 0;
}

/// The RST that a close sent: with bytes unread, or because it aborts; `rst` may follow a FIN.
void say_reset(const Timeline& timeline, const Call& call, const correlate::Segment& rst, Story& story) {
    const bool fin_was_sent = call.side && timeline.connection(call.connection).of(*call.side).fin_frame != 0 &&
                              timeline.connection(call.connection).of(*call.side).fin_frame < rst.facts.frame;
    const std::string went_out =
        fmt::format("a RST (#{}) went out{}", rst.facts.id, fin_was_sent ? ", after its FIN" : " instead of a FIN");
    const std::int64_t unread = unread_at_close(call);
    if (unread > 0) {
        return story.say(fmt::format("{} had not been read, so {}.", count(unread, "byte"), went_out),
                         rules::close_unread);
    }
    if (lingers_not(call)) {
        return story.say(fmt::format("SO_LINGER is 0, so {}.", went_out), rules::close_abort);
    }
    story.say(fmt::format("It was the last descriptor: {}.", went_out), rules::reset);
}

void say_linger(const Call& call, Story& story) {
    if (call.woken_by.by == correlate::Waker::Timer) {
        story.say("Not all was acknowledged in SO_LINGER's time; the kernel goes on with it alone.",
                  rules::close_lingers);
    }
}

}  // namespace

void say_ending(const Timeline& timeline, const Call& call, Story& story) {
    if (is_of_listener(call)) {
        if (!call.caused.empty()) {
            story.say(fmt::format("Connections that nobody had accepted were aborted: {}.", list_of(call.caused)),
                      rules::close_listener);
        }
        return;
    }
    const Rule& rule = call.begin.kind == CallKind::Shutdown    ? rules::shutdown_call
                       : call.begin.kind == CallKind::Duplicate ? rules::duplicate_closes
                                                                : rules::close_call;
    for (const std::uint64_t id : call.caused) {
        const correlate::Segment& segment = timeline.segment(id);
        if (segment.packet.flags.rst()) {
            return say_reset(timeline, call, segment, story);
        }
        if (segment.packet.flags.fin()) {
            story.say(call.begin.kind == CallKind::Duplicate
                          ? fmt::format("It closed the socket that stood there: its FIN is #{}.", id)
                          : fmt::format("The FIN is #{}: nothing more will be sent this way.", id),
                      rule);
            return say_linger(call, story);
        }
    }
    const std::vector<int>& holders = call.begin.also_held_by;
    if (holders.empty()) {
        story.say("Nothing was sent for it before it returned.", rule);
    } else {
        story.say(fmt::format("Nothing was sent for it: {} the socket too.",
                              holders.size() == 1 ? fmt::format("process {} has", holders.front())
                                                  : fmt::format("{} other processes have", holders.size())),
                  rule);
    }
    say_linger(call, story);
}

std::string cause_of(const Timeline& timeline, const correlate::Segment& segment) {
    const correlate::Cause& cause = segment.cause;
    switch (cause.by) {
        case correlate::Causer::Unknown:
            return "unknown";
        case correlate::Causer::Kernel:
            return "the kernel, on its own";
        case correlate::Causer::Exit:
            return fmt::format("the end of process {}", cause.pid);
        case correlate::Causer::Call:
            break;
    }
    const record::CallBegin& begin = timeline.call(cause.call).begin;
    const std::string more =
        cause.calls.size() > 1
            ? fmt::format(" and {}", count(static_cast<std::int64_t>(cause.calls.size()) - 1, "more call"))
            : "";
    return fmt::format("{}'s {} (call {}){}", begin.program, begin.name, begin.id, more);
}

std::string why_reset(const Timeline& timeline, const correlate::Segment& segment) {
    if (segment.cause.by == correlate::Causer::Exit) {
        return fmt::format("the {}'s process ended", name(segment.facts.from));
    }
    if (segment.cause.by == correlate::Causer::Kernel && !segment.facts.answers) {
        return fmt::format("it answers a segment that no program of the {} can receive any more",
                           name(segment.facts.from));
    }
    if (segment.cause.by != correlate::Causer::Call) {
        return "";
    }
    const Call& call = timeline.call(segment.cause.call);
    const std::string_view who = name(segment.facts.from);
    if (const std::int64_t unread = unread_at_close(call); unread > 0) {
        return fmt::format("{} had not been read when the {}'s program closed the socket", count(unread, "byte"), who);
    }
    if (call.begin.kind == CallKind::Connect) {
        return fmt::format("the {}'s program dissolved it with connect to AF_UNSPEC", who);
    }
    if (is_of_listener(call)) {
        return fmt::format("the {}'s program gave up its listener before it had accepted the connection", who);
    }
    if (lingers_not(call)) {
        return fmt::format("the {}'s program closed the socket with SO_LINGER set to zero", who);
    }
    return fmt::format("the {}'s program let go of the socket", who);
}

}  // namespace sockstep::explain
