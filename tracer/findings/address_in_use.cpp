// tracer/findings/address_in_use.cpp - bind or listen failed with EADDRINUSE.
#include <algorithm>
#include <string_view>

#include "findings/rules.hpp"

namespace sockstep::findings {

namespace {

const record::PortHolder* holder_in(std::string_view state, const Call& call) {
    const auto found = std::ranges::find(call.end->holders, state, &record::PortHolder::state);
    return found == call.end->holders.end() ? nullptr : &*found;
}

/// A program that then takes another port, or waits until this one is free, copes; so does one that has the port
/// already, for its other address family.
bool copes(const Run& run, const Call& failed) {
    const record::PortHolder* holder = holder_in("LISTEN", failed);
    const End* other = holder == nullptr ? nullptr : run.end_of(holder->inode);
    return (other != nullptr && other->program == failed.begin.program) ||
           std::ranges::any_of(run.timeline().calls, [&](const Call& call) {
               return call.begin.program == failed.begin.program && is(call, CallKind::Listen) && succeeded(call) &&
                      began(call) > began(failed);
           });
}

/// Then a connection in TIME-WAIT is in the way only if its own socket had not set it, which is not known.
bool has_set_reuse(const Run& run, const Call& call) {
    const End* end = run.end_of(call);
    return end != nullptr && end->has_option("SO_REUSEADDR");
}

bool has_a_port(const Call& call) {
    return call.begin.socket &&
           (call.begin.socket->kind == record::SocketKind::Tcp || call.begin.socket->kind == record::SocketKind::Udp);
}

std::string who(const Run& run, const record::PortHolder& holder) {
    const End* end = holder.inode == 0 ? nullptr : run.end_of(holder.inode);
    return end != nullptr ? fmt::format("{} listens there ({})", end->program, to_string(holder.local))
                          : fmt::format("a program outside this run listens there ({})", to_string(holder.local));
}

}  // namespace

/// Source: bind(2), tcp(7), socket(7) on SO_REUSEADDR; RFC 9293 section 3.6.1 on TIME-WAIT
std::vector<Finding> address_in_use(const Run& run) {
    std::vector<Finding> findings;
    for (const Call& call : run.timeline().calls) {
        const bool refused = (is(call, CallKind::Bind) || is(call, CallKind::Listen)) &&
                             failed_with(call, "EADDRINUSE") && has_a_port(call);
        const bool told = std::ranges::any_of(findings, [&](const Finding& each) {
            return run.timeline().call(each.calls.front()).begin.program == call.begin.program;
        });
        if (!refused || told || copes(run, call)) {
            continue;
        }
        std::string reason = "what holds it was not seen";
        std::string advice = "Choose another port, or end the program that has it.";
        if (const record::PortHolder* listener = holder_in("LISTEN", call)) {
            reason = who(run, *listener);
        } else if (const record::PortHolder* bound = holder_in("BOUND", call)) {
            const End* end = run.end_of(bound->inode);
            const bool could_listen = call.end->socket && call.end->socket->kind == record::SocketKind::Tcp;
            reason = fmt::format("a socket of {} is bound there ({}){}", end == nullptr ? "a program" : end->program,
                                 to_string(bound->local), could_listen ? ", and does not listen" : "");
        } else if (const record::PortHolder* closed = holder_in("TIME-WAIT", call);
                   closed != nullptr && !has_set_reuse(run, call)) {
            reason = fmt::format("a closed connection of {} is still in TIME-WAIT", to_string(closed->local));
            advice = "Set SO_REUSEADDR before bind: then old connections in TIME-WAIT do not matter.";
        } else if (!call.end->holders.empty() && holder_in("TIME-WAIT", call) == nullptr) {
            reason = fmt::format("{} has it, in {}", to_string(call.end->holders.front().local),
                                 call.end->holders.front().state);
        }
        findings.push_back(finding(
            "address-in-use", Severity::Error, {{id_of(&call)}, {}},
            fmt::format("{} of {} failed with EADDRINUSE: {}.", call.begin.name, call.begin.program, reason), advice));
    }
    return findings;
}

}  // namespace sockstep::findings
