// tracer/explain/call_errors.cpp - errno by errno.
#include "explain/call_errors.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/ip_address.hpp"
#include "explain/call_rules.hpp"
#include "explain/rules.hpp"

namespace sockstep::explain {

namespace {

using record::CallKind;

struct ErrorText {
    std::string_view name;
    std::string_view text;
};

/// Source: errno(3), and the texts of glibc's strerror(3).
constexpr std::array error_texts{
    ErrorText{"EACCES", "Permission denied"},
    ErrorText{"EADDRINUSE", "Address already in use"},
    ErrorText{"EADDRNOTAVAIL", "Cannot assign requested address"},
    ErrorText{"EAFNOSUPPORT", "Address family not supported by protocol"},
    ErrorText{"EAGAIN", "Resource temporarily unavailable"},
    ErrorText{"EALREADY", "Operation already in progress"},
    ErrorText{"EBADF", "Bad file descriptor"},
    ErrorText{"ECONNABORTED", "Software caused connection abort"},
    ErrorText{"ECONNREFUSED", "Connection refused"},
    ErrorText{"ECONNRESET", "Connection reset by peer"},
    ErrorText{"EDESTADDRREQ", "Destination address required"},
    ErrorText{"EFAULT", "Bad address"},
    ErrorText{"EHOSTUNREACH", "No route to host"},
    ErrorText{"EINPROGRESS", "Operation now in progress"},
    ErrorText{"EINTR", "Interrupted system call"},
    ErrorText{"EINVAL", "Invalid argument"},
    ErrorText{"EISCONN", "Transport endpoint is already connected"},
    ErrorText{"EMFILE", "Too many open files"},
    ErrorText{"EMSGSIZE", "Message too long"},
    ErrorText{"ENETUNREACH", "Network is unreachable"},
    ErrorText{"ENFILE", "Too many open files in system"},
    ErrorText{"ENOBUFS", "No buffer space available"},
    ErrorText{"ENOENT", "No such file or directory"},
    ErrorText{"ENOMEM", "Cannot allocate memory"},
    ErrorText{"ENOPROTOOPT", "Protocol not available"},
    ErrorText{"ENOTCONN", "Transport endpoint is not connected"},
    ErrorText{"ENOTSOCK", "Socket operation on non-socket"},
    ErrorText{"EOPNOTSUPP", "Operation not supported"},
    ErrorText{"EPERM", "Operation not permitted"},
    ErrorText{"EPIPE", "Broken pipe"},
    ErrorText{"EPROTONOSUPPORT", "Protocol not supported"},
    ErrorText{"EPROTOTYPE", "Protocol wrong type for socket"},
    ErrorText{"ETIMEDOUT", "Connection timed out"},
};

/// "127.0.0.1:5000 (LISTEN)": those who hold the very port, each once.
std::string holders_of(const record::CallEnd& end, std::string_view state) {
    std::string text;
    for (const record::PortHolder& holder : end.holders) {
        const std::string one = to_string(holder.local);
        if (holder.same_port && (state.empty() || holder.state == state) && text.find(one) == std::string::npos) {
            text += (text.empty() ? "" : ", ") + one;
        }
    }
    return text;
}

bool is_unix(const correlate::Call& call) {
    return call.begin.socket && call.begin.socket->kind == record::SocketKind::Unix;
}

/// An earlier call has set `option` for the same socket.
bool has_set(const correlate::Timeline& timeline, const correlate::Call& call, std::string_view option) {
    return std::ranges::any_of(timeline.calls, [&](const correlate::Call& each) {
        const bool is_of_it = each.begin.id < call.begin.id && each.begin.name == "setsockopt" && each.begin.socket &&
                              call.begin.socket && each.begin.socket->inode == call.begin.socket->inode;
        const bool is_off = std::ranges::any_of(each.begin.arguments, [](const record::Argument& argument) {
            return argument.name == "optval" && argument.value == std::variant<std::int64_t, std::string>{0};
        });
        return is_of_it && !is_off &&
               std::ranges::any_of(each.begin.arguments, [option](const record::Argument& argument) {
                   const auto* text = std::get_if<std::string>(&argument.value);
                   return text != nullptr && *text == option;
               });
    });
}

void say_address_in_use(const correlate::Timeline& timeline, const correlate::Call& call, Story& story) {
    const record::CallEnd& end = *call.end;
    if (is_unix(call)) {
        return story.say("That name is taken: a file of it that an earlier socket left must be removed before bind.",
                         rules::unix_name);
    }
    const std::string listening = holders_of(end, "LISTEN");
    if (!listening.empty()) {
        return story.say(fmt::format("Another socket listens there: {}.", listening), rules::bind_call);
    }
    const std::string bound = holders_of(end, "BOUND");
    if (!bound.empty()) {
        const bool could_listen = end.socket && end.socket->kind == record::SocketKind::Tcp;
        return story.say(
            fmt::format("Another socket is bound there{}: {}.", could_listen ? ", and does not listen" : "", bound),
            rules::bind_call);
    }
    const std::string waiting = holders_of(end, "TIME-WAIT");
    if (!waiting.empty() && !has_set(timeline, call, "SO_REUSEADDR")) {
        return story.say(
            fmt::format("A connection of {} is still in TIME-WAIT; without SO_REUSEADDR the port is kept from a new "
                        "socket until that is over.",
                        waiting),
            rules::reuse_address);
    }
    if (waiting.empty() && !end.holders.empty()) {
        return story.say(fmt::format("A connection still has it: {}, in {}.", to_string(end.holders.front().local),
                                     end.holders.front().state),
                         rules::bind_call);
    }
    story.say("Which socket has that address is not known.", rules::bind_call);
}

/// The holders are those of the caller's own host.
void say_refused(const correlate::Timeline& timeline, const correlate::Call& call, Story& story) {
    std::string by = call.woken_by.by == correlate::Waker::Segment
                         ? fmt::format("A RST (#{}) answered the SYN", call.woken_by.segment)
                         : "The SYN was refused";
    const std::string listening = timeline.has_wire ? "" : holders_of(*call.end, "LISTEN");
    by += listening.empty() ? ": nobody listens at that address and port."
                            : fmt::format(": on that port, only {} listened.", listening);
    story.say(by, rules::refusal);
}

void say_would_block(const correlate::Call& call, Story& story) {
    const bool timed_out = call.begin.waits;
    const std::string_view because =
        timed_out ? "its time (SO_RCVTIMEO or SO_SNDTIMEO) ran out" : "and it was not to sleep for it";
    switch (call.begin.kind) {
        case CallKind::Accept:
            return story.say(fmt::format("No finished connection waited, {}.", because), rules::accept_call);
        case CallKind::Receive:
            if (call.begin.beside_stream) {
                return story.say("Nothing of the kind waited; it never sleeps.");
            }
            return story.say(fmt::format("No byte waited, {}.", because), rules::receive_call);
        case CallKind::Connect:
            return story.say(fmt::format("The listener's queue had no room, {}.", because), rules::unix_name);
        case CallKind::Send:
            return story.say(fmt::format("There was no room in the send buffer, {}.", because), rules::send_call);
        default:
            return story.say("It could not be done at once.");
    }
}

/// Of a connect that returned before its handshake was known to have ended.
/// Source: connect(2), EINPROGRESS; the state is the kernel's, right after the call
std::string_view what_goes_on(const correlate::Call& call) {
    const std::string_view state = call.end->socket ? std::string_view{call.end->socket->state} : "";
    if (state == "ESTABLISHED") {
        return "It did not wait, but the handshake is complete already.";
    }
    if (state == "CLOSED") {
        return "It did not wait, but the connection has failed already: a later call on the socket tells.";
    }
    return call.begin.waits && call.blocked
               ? "Its time (SO_SNDTIMEO) ran out; the handshake goes on without the program."
               : "The SYN is on its way; the handshake goes on without the program.";
}

void say_broken_pipe(const correlate::Timeline& timeline, const correlate::Call& call, Story& story) {
    constexpr std::array<std::string_view, 5> ended_by_itself{"FIN-WAIT-1", "FIN-WAIT-2", "CLOSING", "LAST-ACK",
                                                              "TIME-WAIT"};
    const std::string state = call.begin.socket ? call.begin.socket->state : "";
    const bool fin_was_sent =
        call.connection != 0 && call.side && timeline.connection(call.connection).of(*call.side).fin_frame != 0;
    if (std::ranges::find(ended_by_itself, state) != ended_by_itself.end() || (fin_was_sent && call.reset_by == 0)) {
        return story.say("This end has ended its stream itself: nothing more can be sent.", rules::shutdown_call);
    }
    story.say(call.reset_by != 0
                  ? fmt::format("A RST (#{}) had ended the connection: nothing more can be sent.", call.reset_by)
                  : "Nothing more can be sent on this socket.",
              rules::broken_pipe);
}

}  // namespace

std::string_view text_of_error(std::string_view name) {
    const auto found = std::ranges::find(error_texts, name, &ErrorText::name);
    return found == error_texts.end() ? std::string_view{} : found->text;
}

void say_failure(const correlate::Timeline& timeline, const correlate::Call& call, Story& story) {
    const record::CallEnd& end = *call.end;
    const std::string_view error = end.error;
    if (error == "EADDRINUSE") {
        say_address_in_use(timeline, call, story);
    } else if (error == "ECONNREFUSED" && is_unix(call)) {
        story.say("Nobody listens on that name.", rules::unix_name);
    } else if (error == "ECONNREFUSED" && call.begin.kind == CallKind::Connect) {
        say_refused(timeline, call, story);
    } else if (error == "EINVAL" && call.begin.kind == CallKind::Accept) {
        story.say("The socket does not listen, or does no longer.", rules::accept_call);
    } else if (error == "EAGAIN") {
        say_would_block(call, story);
    } else if (error == "EPIPE") {
        say_broken_pipe(timeline, call, story);
    } else if (error == "EINPROGRESS") {
        story.say(what_goes_on(call), rules::connect_nonblocking);
    } else if (error == "EINTR") {
        story.say(end.signal.empty() ? std::string{"A signal interrupted it."}
                                     : fmt::format("{} interrupted it.", end.signal),
                  rules::interrupted);
    } else if (error == "ECONNRESET" && is_unix(call)) {
        story.say("The peer has closed its end with bytes unread.", rules::unix_name);
    } else if (error == "ECONNRESET") {
        story.say(call.reset_by != 0 ? fmt::format("A RST (#{}) has ended the connection.", call.reset_by)
                                     : "A RST had ended the connection.",
                  rules::reset);
    } else if (error == "ETIMEDOUT") {
        story.say("No answer came in time.",
                  call.begin.kind == CallKind::Connect ? rules::connect_call : rules::retransmission);
    } else {
        const std::string_view text = text_of_error(error);
        story.say(text.empty() ? fmt::format("It failed: {}.", error) : fmt::format("It failed: {}.", text));
    }
}

}  // namespace sockstep::explain
