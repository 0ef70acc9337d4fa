// tracer/findings/refused.cpp - connect was refused: by whom nobody listens for, or for a port in the wrong order.
#include <algorithm>
#include <array>
#include <charconv>
#include <variant>

#include "findings/rules.hpp"

namespace sockstep::findings {

namespace {

/// A program that is refused at more ports looks for open ones.
constexpr std::size_t most_ports = 4;

/// Where a connect call goes: its address as written, and the port.
struct Target {
    std::string address;
    std::uint16_t port = 0;
};

std::optional<Target> target_of(const Call& call) {
    if (!is(call, CallKind::Connect) || call.begin.arguments.empty()) {
        return std::nullopt;
    }
    const auto* text = std::get_if<std::string>(&call.begin.arguments.front().value);
    const std::size_t colon = text == nullptr ? std::string::npos : text->rfind(':');
    if (colon == std::string::npos || !call.begin.socket || call.begin.socket->kind != record::SocketKind::Tcp) {
        return std::nullopt;
    }
    Target target{*text, 0};
    const char* end = text->data() + text->size();
    const auto [last, error] = std::from_chars(text->data() + colon + 1, end, target.port);
    return error == std::errc{} && last == end ? std::optional{target} : std::nullopt;
}

bool tells_of_refusal(const Call& call) {
    const bool asked = call.begin.name == "getsockopt" && call.end && call.end->error.empty() &&
                       std::ranges::any_of(call.end->results, [](const record::Argument& result) {
                           const auto* text = std::get_if<std::string>(&result.value);
                           return text != nullptr && *text == "ECONNREFUSED";
                       });
    const bool moves = is(call, CallKind::Send) || is(call, CallKind::Receive);
    return asked || (moves && failed_with(call, "ECONNREFUSED"));
}

/// The call that told its program of the refusal: itself, or where it did not wait a later one of the same socket
/// (SO_ERROR, a send); null if none did.
const Call* told_by(const Run& run, const Call& connect) {
    if (failed_with(connect, "ECONNREFUSED")) {
        return &connect;
    }
    const End* end = run.end_of(connect);
    if (end == nullptr || !failed_with(connect, "EINPROGRESS")) {
        return nullptr;
    }
    for (const Call* each : end->calls) {
        if (began(*each) > began(connect) && is(*each, CallKind::Connect)) {
            // one that sent no SYN asks what became of the first; otherwise it is another attempt
            return failed_with(*each, "ECONNREFUSED") && each->caused.empty() ? each : nullptr;
        }
        if (began(*each) > began(connect) && tells_of_refusal(*each)) {
            return each;
        }
    }
    return nullptr;
}

/// It only asks what became of an earlier connect of its socket, which counts.
bool asks_for_another(const Run& run, const Call& call) {
    const End* end = run.end_of(call);
    return end != nullptr && std::ranges::any_of(end->calls, [&](const Call* each) {
               return each != &call && is(*each, CallKind::Connect) && told_by(run, *each) == &call;
           });
}

/// A non-blocking connect learns it later; if it does not ask, the RST tells.
bool was_refused(const Run& run, const Call& call) {
    const bool is_seen = failed_with(call, "EINPROGRESS") && call.connection != 0 &&
                         run.timeline().connection(call.connection).handshake() == tcp::Handshake::Refused;
    return (is_seen || told_by(run, call) != nullptr) && !asks_for_another(run, call);
}

bool connected(const Run& run, const Call& call) {
    if (succeeded(call)) {
        return true;
    }
    const End* end = run.end_of(call);
    const bool talks = end != nullptr && std::ranges::any_of(end->calls, [](const Call* each) {
                           return moved(*each) > 0 && (is(*each, CallKind::Send) || is(*each, CallKind::Receive));
                       });
    const bool is_seen = call.connection != 0 && run.timeline().connection(call.connection).complete;
    return failed_with(call, "EINPROGRESS") && (talks || is_seen);
}

/// Trying the next address, waiting until the server is up, doing without a service: all that copes with a refusal. So
/// does a program that had reached the port before: its server has ended since.
bool copes(const Run& run, const Call& first, const Target& target) {
    return std::ranges::any_of(run.timeline().calls, [&](const Call& call) {
        const auto other = target_of(call);
        return call.begin.program == first.begin.program && other && connected(run, call) &&
               (began(call) > began(first) || other->port == target.port);
    });
}

std::uint16_t swapped(std::uint16_t port) {
    return static_cast<std::uint16_t>((port << 8U) | (port >> 8U));
}

/// Who listens at `port`: of the run's programs, or else as /proc told when the connect failed.
struct Listener {
    std::string who;
    std::string where;
    const Call* listens = nullptr;
    bool gone = false;  // it had closed its socket before the connect was refused
    std::string host{};
};

/// On a host of the lab a loopback address is that host itself, as the wildcard address is everywhere; 127.0.0.1 alone
/// is carried to the server.
bool stays_on_its_host(const Run& run, const Target& target) {
    constexpr std::array own{"[::1]:", "[::]:", "0.0.0.0:"};
    const bool is_own = std::ranges::any_of(own, [&](auto start) { return target.address.starts_with(start); }) ||
                        (target.address.starts_with("127.") && !target.address.starts_with("127.0.0.1:"));
    return run.timeline().has_wire && is_own;
}

/// One that still stood, or else one that was gone.
std::optional<Listener> listener_at(const Run& run, const Call& refused, std::uint16_t port) {
    std::optional<Listener> former;
    for (const End& end : run.ends()) {
        if (end.listens == nullptr || !end.local || end.local->port != port) {
            continue;
        }
        const auto given_up = end.given_up();
        const Listener listener{end.program, to_string(*end.local), end.listens,
                                given_up && *given_up <= ended(refused), end.listens->begin.host};
        if (!listener.gone) {
            return listener;
        }
        former = former ? former : listener;
    }
    const Call* told = told_by(run, refused);
    for (const record::PortHolder& holder : (told == nullptr ? refused : *told).end->holders) {
        if (holder.local.port == port && holder.state == "LISTEN") {
            return Listener{"a program outside this run", to_string(holder.local), nullptr, false, refused.begin.host};
        }
    }
    return former;
}

std::string hexadecimal(std::uint16_t port) {
    return fmt::format("{} (hexadecimal {:02x} {:02x})", port, port >> 8U, port & 0xFFU);
}

Finding swapped_port(const Call& call, const Target& target, const Listener& listener, Evidence evidence) {
    evidence.calls.push_back(id_of(listener.listens));
    return finding(
        "port-bytes-swapped", Severity::Error, evidence,
        fmt::format("{} was refused at port {}, but {} listens at port {}: the same two bytes in the other "
                    "order.",
                    call.begin.program, hexadecimal(target.port), listener.who, hexadecimal(swapped(target.port))),
        "Put the port into sin_port with htons on both sides: the network's byte order is not this machine's.");
}

Finding nobody_there(const Run& run, const Call& call, const Target& target, std::size_t times, Evidence evidence) {
    std::string why = fmt::format("nobody listens at {}", target.address);
    std::string advice = run.network() == Network::Private
                             ? "Start the server within the run, with -s: the run has a private network of its own, "
                               "from which a server outside it cannot be reached."
                             : "Start the server first, and give both the same port.";
    if (const auto listener = listener_at(run, call, target.port)) {
        evidence.calls.push_back(id_of(listener->listens));
        const bool later = listener->listens != nullptr && began(*listener->listens) > began(call);
        if (stays_on_its_host(run, target) && listener->host != call.begin.host) {
            why = fmt::format(
                "in the lab that address is {}'s own host, where nobody listens at it; {} listens at {} "
                "on the host {}",
                call.begin.program, listener->who, listener->where, listener->host);
            advice = fmt::format(
                "Connect to the name of its host, {}; the server's host is also reached as 127.0.0.1 "
                "and fd00::1.",
                listener->host);
        } else if (listener->gone) {
            why =
                fmt::format("{} had listened at {}, and had closed its socket by then", listener->who, listener->where);
            advice = "Let the server accept in a loop, and end it after its last client.";
        } else {
            why = later ? fmt::format("{} listened there only later", listener->who)
                        : fmt::format("nobody listens at {}; {} listens at {}", target.address, listener->who,
                                      listener->where);
            advice =
                later
                    ? "Start the client when the server listens, or let it try again after a pause."
                    : "Connect to the address at which the server listens, or bind the server to the wildcard address.";
        }
    }
    const std::string how_often = times == 1 ? "" : fmt::format(" {} times", times);
    return finding("refused", Severity::Error, evidence,
                   fmt::format("{}'s {} to {} was refused{}: {}.", call.begin.program, call.begin.name, target.address,
                               how_often, why),
                   advice);
}

/// `calls` are all that were refused at the port of `target`, which is the last one's.
Finding at_port(const Run& run, const std::vector<const Call*>& calls, const Target& target) {
    const Call& call = *calls.back();
    Evidence evidence{{id_of(calls.front()), id_of(calls.back()), id_of(told_by(run, call))}, {}};
    if (call.connection != 0) {
        for (const Segment& segment : run.timeline().segments) {
            const bool is_rst = segment.facts.connection == call.connection && segment.packet.flags.rst();
            evidence.segments.push_back(is_rst ? segment.facts.id : 0);
        }
    }
    const std::uint16_t other_order = swapped(target.port);
    const auto other = listener_at(run, call, other_order);
    if (other && !other->gone && other_order != target.port && !listener_at(run, call, target.port)) {
        return swapped_port(call, target, *other, evidence);
    }
    return nobody_there(run, call, target, calls.size(), evidence);
}

}  // namespace

/// Source: connect(2): "ECONNREFUSED: A connect() on a stream socket found no one listening on the remote address";
/// RFC 9293 section 3.10.7.1
std::vector<Finding> refused(const Run& run) {
    std::map<std::string, std::map<std::uint16_t, std::vector<const Call*>>> refusals;
    for (const Call& call : run.timeline().calls) {
        if (const auto target = target_of(call); target && was_refused(run, call)) {
            refusals[call.begin.program][target->port].push_back(&call);
        }
    }
    std::vector<Finding> findings;
    for (const auto& [program, ports] : refusals) {
        for (const auto& [port, calls] : ports) {
            const Target target = *target_of(*calls.back());
            if (ports.size() <= most_ports && !copes(run, *calls.front(), target)) {
                findings.push_back(at_port(run, calls, target));
            }
        }
    }
    return findings;
}

}  // namespace sockstep::findings
