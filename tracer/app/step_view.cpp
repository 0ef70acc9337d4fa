// tracer/app/step_view.cpp - the timeline, followed; hosts, sockets and the wire, looked at.
#include "app/step_view.hpp"

#include <fmt/format.h>

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

void StepView::follow() {
    const correlate::Timeline& timeline = report_.timeline();
    for (; followed_ < timeline.moments.size(); ++followed_) {
        const correlate::Moment& moment = timeline.moments[followed_];
        follow(moment);
        if (auto event = render::event_of(timeline, moment)) {
            happened_.push_back(std::move(*event));
        }
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
        const record::Process& process = timeline.processes[moment.index];
        using Change = record::ProcessChange;
        if (process.change == Change::Start || process.change == Change::ThreadStart) {
            threads_[process.tid] = {process.program, 0};
        } else if (process.change == Change::ThreadExit || process.change == Change::Exit) {
            threads_.erase(process.tid);
        }
    }
}

render::Screen StepView::look(std::size_t stop, const step::Controller& controller, const StepActions& actions) {
    render::Screen screen;
    screen.stop = stop;
    screen.reason = controller.reason();
    screen.stops_at = name_of(controller.stops_at());
    screen.happened = std::exchange(happened_, {});
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
            screen.choices.push_back({call->call.program, call->call, {}});
        } else if (const labnet::Held* frame = actions.held(waiting.hold())) {
            screen.choices.push_back({{}, {}, segment_of(*frame)});
        }
    }
    return screen;
}

render::ScreenSegment StepView::segment_of(const labnet::Held& frame) const {
    const auto name = [&](int host) {
        return host < 0 ? std::string{"all"} : network_.hosts()[static_cast<std::size_t>(host)].name;
    };
    return {frame.id, name(frame.from), name(frame.to), frame.repeats, frame.repeats_of_answered};
}

render::ScreenHost StepView::look_at(const labnet::Host& host, const step::Controller& controller,
                                     const StepActions& actions) const {
    render::ScreenHost seen{host.name, to_string(host.ipv4), {}, {}};
    for (const PlannedProgram& program : plan_.programs) {
        if (plan_.lab->host_of.at(program.name) != host.name) {
            continue;
        }
        int number = 0;
        for (const auto& [tid, thread] : threads_) {
            if (thread.program != program.name) {
                continue;
            }
            render::ScreenThread shown{program.name, {}, thread.call, false};
            shown.name += ++number > 1 ? fmt::format("/{}", number) : "";
            for (const step::Waiting& waiting : controller.waiting()) {
                const auto* call = std::get_if<step::CallWaits>(&waiting.what);
                if (call != nullptr && call->call.tid == tid) {
                    shown.held = call->call;
                }
            }
            shown.waits_for_input =
                thread.call == 0 && !shown.held && controller.wanting_input().contains(program.name);
            seen.threads.push_back(std::move(shown));
        }
        for (calls::OpenSocketState& socket : actions.tracer->sockets(program.name)) {
            seen.sockets.push_back({program.name, socket.fd, std::move(socket.socket)});
        }
    }
    return seen;
}

}  // namespace sockstep::app
