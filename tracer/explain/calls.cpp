// tracer/explain/calls.cpp - what each kind of call does, in this very event.
#include "explain/calls.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/ip_address.hpp"
#include "base/timestamp.hpp"
#include "explain/call_errors.hpp"
#include "explain/call_parts.hpp"
#include "explain/call_rules.hpp"
#include "explain/rules.hpp"
#include "explain/words.hpp"

namespace sockstep::explain {

namespace {

using correlate::Call;
using correlate::Timeline;
using record::CallKind;

/// "MSG_OOB" among its flags.
bool has_flag(const Call& call, std::string_view flag) {
    return std::ranges::any_of(call.begin.arguments, [flag](const record::Argument& argument) {
        const auto* text = std::get_if<std::string>(&argument.value);
        return argument.name == "flags" && text != nullptr && text->find(flag) != std::string::npos;
    });
}

/// "the server's bytes 0-5" of a receive.
std::string whose_bytes(const Call& call) {
    const std::string_view peer = call.side ? name(tcp::other(*call.side)) : "peer";
    return fmt::format("{} of the {}'s stream", bytes(*call.bytes), peer);
}

/// Those that passed before the call returned.
std::vector<std::uint64_t> caused_in_time(const Timeline& timeline, const Call& call) {
    std::vector<std::uint64_t> segments;
    std::ranges::copy_if(call.caused, std::back_inserter(segments),
                         [&](std::uint64_t id) { return timeline.segment(id).time <= call.end->time; });
    return segments;
}

void say_socket(const Call& call, Story& story) {
    const std::string what = call.end->made ? call.end->made->what : "";
    if (call.begin.name == "socketpair") {
        return story.say(fmt::format("Makes two sockets that are connected with each other{}{}; nothing is sent.",
                                     what.empty() ? "" : ": ", what),
                         rules::socketpair_call);
    }
    story.say(
        what.empty() ? "Makes a socket; nothing is sent." : fmt::format("Makes a socket: {}; nothing is sent.", what),
        rules::socket_call);
}

void say_listen(const Call& call, Story& story) {
    const auto& limit = call.end->socket ? call.end->socket->accept_limit : std::nullopt;
    story.say(is_tcp(call) ? "From here on the kernel answers SYNs to this address by itself."
                           : "From here on others may connect.",
              rules::listen_call);
    if (limit) {
        story.say(fmt::format("Up to {} may wait for accept.",
                              count(std::int64_t{*limit} + 1, is_tcp(call) ? "finished connection" : "connection")));
    }
}

void say_accept(const Call& call, Story& story) {
    const bool knows_peer = call.end->made && call.end->made->peer;
    const std::string from = knows_peer ? fmt::format(" from {}", to_string(*call.end->made->peer)) : "";
    story.say(fmt::format("Hands over the connection{}{}.", from,
                          call.blocked || !is_tcp(call) ? "" : ", whose handshake was complete before"),
              rules::accept_call);
}

/// "AF_UNSPEC" as its address.
bool disconnects(const Call& call) {
    return std::ranges::any_of(call.begin.arguments, [](const record::Argument& argument) {
        const auto* text = std::get_if<std::string>(&argument.value);
        return text != nullptr && *text == "AF_UNSPEC";
    });
}

/// Source: Linux, tcp_disconnect(), tcp_need_reset()
void say_disconnect(const Call& call, Story& story) {
    constexpr std::array<std::string_view, 5> sends_rst{"SYN-RECEIVED", "ESTABLISHED", "FIN-WAIT-1", "FIN-WAIT-2",
                                                        "CLOSE-WAIT"};
    const std::string state = call.begin.socket ? call.begin.socket->state : "";
    if (!is_tcp(call)) {
        return story.say("The peer's address is forgotten; nothing is sent.", rules::connect_unspecified);
    }
    if (!call.caused.empty() || std::ranges::find(sends_rst, state) != sends_rst.end()) {
        return story.say(fmt::format("Aborts the connection with a RST{}; the socket may connect anew.",
                                     call.caused.empty() ? "" : ", " + list_of(call.caused)),
                         rules::connect_unspecified);
    }
    story.say(state == "SYN-SENT" ? "Gives up the handshake; nothing is sent." : "The socket has no peer any more.",
              rules::connect_unspecified);
}

void say_connect(const Call& call, Story& story) {
    if (disconnects(call)) {
        return say_disconnect(call, story);
    }
    const std::string state = call.end->socket ? call.end->socket->state : "";
    if (is_of(call, record::SocketKind::Udp)) {
        return story.say("The peer's address is noted; nothing is sent.", rules::connect_datagram);
    }
    story.say(state.empty() ? "The connection is open." : fmt::format("The connection is {} at this end.", state),
              rules::connect_call);
}

void say_send(const Timeline& timeline, const Call& call, Story& story) {
    const std::int64_t taken = call.end->moved ? static_cast<std::int64_t>(*call.end->moved) : call.end->result;
    const std::string what = call.bytes ? bytes(*call.bytes) : count(taken, "byte");
    if (is_of(call, record::SocketKind::Udp)) {
        return story.say("Sends a datagram.", rules::datagram);
    }
    story.say(fmt::format("Copied {} to the send buffer.", what), rules::send_call);
    if (taken < static_cast<std::int64_t>(call.begin.length) && !call.end->rest.empty()) {
        story.say(fmt::format("{} of {} were not taken.", number(static_cast<std::int64_t>(call.begin.length) - taken),
                              count(static_cast<std::int64_t>(call.begin.length), "byte")),
                  rules::send_short);
    }
    const bool knows_bytes =
        call.connection != 0 && call.bytes && timeline.connection(call.connection).known_by != tcp::KnownBy::First;
    if (!knows_bytes) {
        return;  // which segments they are in is not known
    }
    const std::vector<std::uint64_t> sent = caused_in_time(timeline, call);
    story.say(sent.empty()
                  ? "None of them had been sent when it returned."
                  : fmt::format("{} left before it returned; nothing is said of what arrived.", list_of(sent)));
}

/// recv returned 0: mostly the peer's FIN, but a receiving side that is shut down, or a RST told of before, reads as 0
/// too.
void say_end_of_stream(const Timeline& timeline, const Call& call, Story& story) {
    const std::string state = call.end->socket ? call.end->socket->state : "";
    if (state == "ESTABLISHED" || state == "FIN-WAIT-1" || state == "FIN-WAIT-2") {
        return story.say("Receiving is shut down at this end; the peer has not ended its stream.",
                         rules::shutdown_call);
    }
    if (call.connection != 0 && call.side) {
        const tcp::Connection& connection = timeline.connection(call.connection);
        if (connection.rst_frame != 0 && connection.of(tcp::other(*call.side)).fin_frame == 0) {
            return story.say("A RST has ended the connection: nothing more comes.", rules::reset);
        }
    }
    story.say("The end of the stream: the peer has sent all it will send, and all of it has been read.",
              rules::receive_end);
}

void say_beside_stream(const Call& call, Story& story) {
    if (!has_flag(call, "MSG_OOB")) {
        return story.say("Asked the error queue, not the stream.", rules::receive_errors);
    }
    if (call.end->result > 0) {
        story.say("Got the urgent byte; reads without MSG_OOB pass over its place in the stream.",
                  rules::receive_urgent);
    } else if (call.begin.length > 0) {
        story.say("There is no urgent byte, and none will come.", rules::receive_urgent);
    }
}

void say_receive(const Timeline& timeline, const Call& call, Story& story) {
    const record::CallEnd& end = *call.end;
    if (!is_tcp(call)) {
        return story.say(
            fmt::format("Got {}.", count(end.moved ? static_cast<std::int64_t>(*end.moved) : end.result, "byte")),
            rules::receive_call);
    }
    if (call.begin.beside_stream) {
        return say_beside_stream(call, story);
    }
    if (end.result == 0 && call.begin.length > 0) {
        return say_end_of_stream(timeline, call, story);
    }
    if (end.result == 0) {
        return story.say("Asked for no byte, and got none.", rules::receive_call);
    }
    const std::string_view got = call.begin.discards && !call.begin.peeks ? "Threw away" : "Got";
    story.say(call.bytes ? fmt::format("{} {}.", got, whose_bytes(call))
                         : fmt::format("{} {}; which ones of the stream is not known.", got, count(end.result, "byte")),
              call.begin.discards        ? rules::receive_truncated
              : call.begin.waits_for_all ? rules::receive_all
                                         : rules::receive_call);
    if (call.begin.peeks) {
        story.say("They stay to be read again.", rules::receive_peek);
    }
    if (!call.blocked && call.already_waiting > 0) {
        story.say(fmt::format("{} already waiting.",
                              call.already_waiting == 1 ? "1 byte was" : number(call.already_waiting) + " bytes were"));
    }
}

void say_wait(const Call& call, Story& story) {
    if (call.end->result == 0) {
        return story.say("Nothing became ready in its time.", rules::wait_call);
    }
    std::string list;
    for (const record::Awaited& each : call.end->ready) {
        list += list.empty() ? "" : ", ";
        const std::string_view how = each.readable && each.writable ? "readable and writable"
                                     : each.readable                ? "readable"
                                     : each.writable                ? "writable"
                                                                    : "";
        constexpr std::string_view more = "ended, failed or urgent";
        list += fmt::format("{} {}", each.fd, how.empty() ? more : how);
        list += each.other && !how.empty() ? fmt::format(" (and {})", more) : "";
    }
    story.say(list.empty() ? "Something is ready." : fmt::format("Ready: {}.", list), rules::wait_call);
}

void say_success(const Timeline& timeline, const Call& call, Story& story) {
    switch (call.begin.kind) {
        case CallKind::Socket:
            return say_socket(call, story);
        case CallKind::Bind:
            return story.say("The socket has that address now; nothing is sent.", rules::bind_call);
        case CallKind::Listen:
            return say_listen(call, story);
        case CallKind::Accept:
            return say_accept(call, story);
        case CallKind::Connect:
            return say_connect(call, story);
        case CallKind::Send:
            return say_send(timeline, call, story);
        case CallKind::Receive:
            return say_receive(timeline, call, story);
        case CallKind::Shutdown:
        case CallKind::Close:
            return call.connection != 0 || !call.caused.empty() ? say_ending(timeline, call, story) : void();
        case CallKind::Wait:
            return say_wait(call, story);
        case CallKind::NotFollowed:
            return story.say("What is done through it is not seen here.", rules::not_followed);
        case CallKind::Duplicate:
            return call.caused.empty() ? void() : say_ending(timeline, call, story);
        case CallKind::Option:
            return;
    }
}

void say_not_returned(const Call& call, Story& story) {
    const std::string& signal = call.end->signal;
    switch (call.end->fate) {
        case record::CallFate::Restarted:
            return story.say(fmt::format("{} interrupted it; the kernel begins it anew.",
                                         signal.empty() ? std::string{"A signal"} : signal),
                             rules::interrupted);
        case record::CallFate::Interrupted:
            return story.say(fmt::format("{} interrupted it.", signal.empty() ? std::string{"A signal"} : signal),
                             rules::interrupted);
        case record::CallFate::ThreadEnded:
            return story.say(signal.empty() ? std::string{"It never returned: its thread ended in it."}
                                            : fmt::format("It never returned: {} ended the program.", signal));
        case record::CallFate::Unfinished:
        case record::CallFate::Returned:
            return;
    }
}

}  // namespace

Explanation explain_end(const Timeline& timeline, const Call& call) {
    if (!call.end) {
        return explain_begin(call);
    }
    Story story;
    if (!call.returned()) {
        say_not_returned(call, story);
    } else if (call.failed()) {
        say_failure(timeline, call, story);
    } else {
        say_success(timeline, call, story);
    }
    return story.take();
}

}  // namespace sockstep::explain
