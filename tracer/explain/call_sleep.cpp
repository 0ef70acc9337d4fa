// tracer/explain/call_sleep.cpp - why a call sleeps, and what woke it.
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
using correlate::Waker;

}  // namespace

Explanation explain_begin(const Call& call) {
    Story story;
    if (!call.blocked) {
        return story.take();
    }
    if (call.begin.ready == true && call.waited_for != correlate::AwaitedThing::SendSpace) {
        story.say("It slept, though what it asks for was there when it began: another call was there first.");
        return story.take();
    }
    switch (call.waited_for) {
        case correlate::AwaitedThing::Nothing:
            break;
        case correlate::AwaitedThing::Handshake:
            story.say(is_tcp(call) ? "Asleep: no connection with a finished handshake waits."
                                   : "Asleep: no connection waits.",
                      rules::accept_call);
            break;
        case correlate::AwaitedThing::SynAck:
            story.say("Asks for a connection and sleeps until the answer comes.", rules::connect_call);
            break;
        case correlate::AwaitedThing::Bytes:
            story.say(
                call.already_waiting == 0
                    ? "Asleep: all that has arrived in order has been read."
                    : fmt::format("Asleep: {} waiting, {}.",
                                  call.already_waiting == 1 ? "1 byte is" : number(call.already_waiting) + " bytes are",
                                  call.begin.peeks ? "none that it would be given (SO_RCVLOWAT, SO_PEEK_OFF)"
                                                   : "fewer than it wants at once (SO_RCVLOWAT)"),
                rules::receive_call);
            break;
        case correlate::AwaitedThing::AllBytes:
            story.say(fmt::format("Asleep until {} have arrived; {} so far.",
                                  count(static_cast<std::int64_t>(call.begin.length), "byte"),
                                  call.already_waiting == 0 ? "none" : number(call.already_waiting)),
                      rules::receive_all);
            break;
        case correlate::AwaitedThing::SendSpace: {
            const auto& space = call.begin.socket ? call.begin.socket->send_space : std::nullopt;
            story.say(space && is_tcp(call)
                          ? fmt::format("More than there is room for ({} free in the send buffer): it sleeps until "
                                        "the peer has acknowledged enough.",
                                        count(*space, "octet"))
                          : "Asleep: there is no room in the send buffer.",
                      rules::send_call);
            break;
        }
        case correlate::AwaitedThing::Readiness:
            story.say("Asleep: none of its descriptors is ready.", rules::wait_call);
            break;
        case correlate::AwaitedThing::FinAck:
            story.say(fmt::format("Asleep (SO_LINGER, {} s) until the peer has acknowledged every byte, and the FIN.",
                                  call.begin.socket ? call.begin.socket->linger.value_or(0) : 0),
                      rules::close_lingers);
            break;
        case correlate::AwaitedThing::Datagram:
            story.say("Asleep: nothing to receive waits.", rules::receive_call);
            break;
    }
    return story.take();
}

std::string wake_of(const Timeline& timeline, const Call& call) {
    switch (call.woken_by.by) {
        case Waker::None:
            return "";
        case Waker::Segment:
            return fmt::format("woken by #{}", call.woken_by.segment);
        case Waker::Timer:
            return "its time ran out";
        case Waker::Signal:
            return call.woken_by.signal.empty() ? "woken by a signal"
                                                : fmt::format("woken by {}", call.woken_by.signal);
        case Waker::Call: {
            const record::CallBegin& waker = timeline.call(call.woken_by.call).begin;
            return fmt::format("woken by {}'s {} (call {})", waker.program, waker.name, waker.id);
        }
        case Waker::ThreadEnded:
            return "never woken";
        case Waker::Unknown:
            return "by what is not known";
    }
    return "";
}

}  // namespace sockstep::explain
