// tracer/app/step_view.cpp - the timeline, followed; hosts, sockets and the wire, looked at.
#include "app/step_view.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <string_view>
#include <utility>
#include <variant>

namespace sockstep::app {

namespace {

std::string_view name_of(step::StopAt what) {
    switch (what) {
        case step::StopAt::Both:
            return "calls and segments";
        case step::StopAt::Calls:
            return "only calls";
        case step::StopAt::Segments:
            return "only segments";
    }
    return "";
}

}  // namespace

StepView::StepView(const RunPlan& plan, const labnet::Network& network, const RunReport& report)
    : plan_{plan}, network_{network}, report_{report} {
    for (const labnet::Host& host : network.hosts()) {
        hosts_.push_back(host.name);
        kernels_.emplace_back(network.network_of(host));
    }
}

void StepView::follow() {
    const correlate::Timeline& timeline = report_.timeline();
    for (; followed_ < timeline.moments.size(); ++followed_) {
        const correlate::Moment& moment = timeline.moments[followed_];
        if (auto event = render::event_of(timeline, moment, cast_, hosts_)) {
            happened_.push_back(std::move(*event));
        }
        follow(moment);
    }
}

void StepView::follow(const correlate::Moment& moment) {
    using What = correlate::Moment::What;
    const correlate::Timeline& timeline = report_.timeline();
    if (moment.what == What::CallBegins || moment.what == What::CallEnds) {
        const correlate::Call& call = timeline.calls[moment.index];
        const auto thread = threads_.find(call.begin.tid);
        if (thread != threads_.end()) {
            thread->second.call = moment.what == What::CallBegins ? call.begin.id : 0;
        }
    } else if (moment.what == What::Process) {
        follow(timeline.processes[moment.index]);
    }
}

/// The id of a process's first thread lasts as long as the process.
void StepView::follow(const record::Process& process) {
    using Change = record::ProcessChange;
    if (process.change == Change::Start || process.change == Change::ThreadStart) {
        threads_[process.tid] = {process.program, process.pid, cast_.name_of(process.program, process.pid, process.tid),
                                 0};
    } else if (process.change == Change::ThreadExit) {
        threads_.erase(process.tid);
        if (process.tid != process.pid) {
            cast_.forget(process.tid);
        }
    } else if (process.change == Change::Exit) {
        std::erase_if(threads_, [&](const auto& each) { return each.second.pid == process.pid; });
        cast_.forget(process.pid);
    }
}

render::Screen StepView::look(std::size_t stop, const step::Controller& controller, const StepActions& actions) {
    render::Screen screen;
    screen.stop = stop;
    screen.reason = controller.reason();
    screen.stops_at = name_of(controller.stops_at());
    screen.happened = std::exchange(happened_, {});
    screen.now = std::chrono::system_clock::now();
    for (const labnet::Host& host : network_.hosts()) {
        screen.hosts.push_back(look_at(host, controller, actions));
    }
    for (const labnet::Held& frame : actions.wire->held()) {
        if (frame.released) {
            screen.under_way.push_back(segment_of(frame));
        }
    }
    for (const step::Waiting& waiting : controller.waiting()) {
        if (const auto* call = std::get_if<step::CallWaits>(&waiting.what)) {
            screen.choices.push_back(
                {cast_.name_of(call->call.program, call->call.pid, call->call.tid), call->call, {}});
        } else if (const labnet::Held* frame = actions.held(waiting.hold())) {
            screen.choices.push_back({{}, {}, segment_of(*frame)});
        }
    }
    return screen;
}

render::ScreenSegment StepView::segment_of(const labnet::Held& frame) const {
    const auto name = [&](int host) { return host < 0 ? std::string{"all"} : hosts_[static_cast<std::size_t>(host)]; };
    return {frame.id, name(frame.from), name(frame.to), frame.repeats, frame.repeats_of_answered};
}

std::vector<std::string> StepView::programs_on(const std::string& host) const {
    std::vector<std::string> programs;
    for (const PlannedProgram& program : plan_.programs) {
        if (plan_.lab->host_of.at(program.name) == host) {
            programs.push_back(program.name);
        }
    }
    return programs;
}

std::vector<std::string> StepView::senders(const std::string& from, const decode::TcpSegment& packet,
                                           const StepActions& actions) {
    std::vector<std::string> programs = programs_on(from);
    if (programs.size() < 2) {
        return programs;
    }
    const auto known = std::ranges::find_if(senders_, [&](const Sender& each) {
        return each.source == packet.source && each.destination == packet.destination;
    });
    for (const std::string& program : programs) {
        for (const calls::OpenSocketState& each : actions.tracer->sockets(program)) {
            const record::Socket& socket = each.socket;
            const bool listens = socket.accept_queue && socket.local && socket.local->port == packet.source.port;
            const bool is_its = socket.local == packet.source && (!socket.peer || socket.peer == packet.destination);
            if (is_its || listens) {
                if (known == senders_.end()) {
                    senders_.push_back({packet.source, packet.destination, program});
                } else {
                    known->program = program;
                }
                return {program};
            }
        }
    }
    return known == senders_.end() ? programs : std::vector{known->program};
}

void StepView::add_threads(const std::string& program, const step::Controller& controller,
                           render::ScreenHost& host) const {
    for (const auto& [tid, thread] : threads_) {
        if (thread.program != program) {
            continue;
        }
        render::ScreenThread shown{thread.name, {}, thread.call, controller.wanting_input().contains(tid)};
        for (const step::Waiting& waiting : controller.waiting()) {
            const auto* call = std::get_if<step::CallWaits>(&waiting.what);
            if (call != nullptr && call->call.tid == tid) {
                shown.held = call->call;
            }
        }
        host.threads.push_back(std::move(shown));
    }
}

/// Programs with what they do and their sockets; then what the host's kernel has besides.
render::ScreenHost StepView::look_at(const labnet::Host& host, const step::Controller& controller,
                                     const StepActions& actions) {
    render::ScreenHost seen{host.name, to_string(host.ipv4), {}, {}};
    for (const std::string& program : programs_on(host.name)) {
        add_threads(program, controller, seen);
        for (calls::OpenSocketState& socket : actions.tracer->sockets(program)) {
            seen.sockets.push_back(
                {cast_.name_of(program, socket.pid, socket.pid), socket.fd, std::move(socket.socket)});
        }
    }
    std::vector<record::Socket> connections = kernels_[static_cast<std::size_t>(host.number)].connections();
    std::ranges::sort(connections, {}, [](const record::Socket& each) { return to_string(*each.peer); });
    for (record::Socket& connection : connections) {
        const auto known = std::ranges::find_if(seen.sockets, [&](const render::ScreenSocket& each) {
            return connection.inode != 0 && each.state.inode == connection.inode;
        });
        if (known != seen.sockets.end()) {
            known->state.peer =
                connection.peer;  // of SYN-SENT getpeername(2) tells none, and SIOCOUTQ leaves out the SYN
            known->state.send_queue = connection.send_queue;
        } else if (connection.peer->port != 0) {
            seen.sockets.push_back({{}, -1, std::move(connection)});
        }
    }
    return seen;
}

}  // namespace sockstep::app
