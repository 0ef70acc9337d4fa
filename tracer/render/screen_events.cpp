// tracer/render/screen_events.cpp - what has happened, a line each.
#include <fmt/format.h>

#include "explain/calls.hpp"
#include "explain/words.hpp"
#include "render/call_text.hpp"
#include "render/names.hpp"
#include "render/screen.hpp"
#include "render/screen_text.hpp"

namespace sockstep::render {

using correlate::Call;
using correlate::Moment;
using correlate::Segment;
using correlate::Timeline;

std::string screen_text(const Segment& segment) {
    std::string text = fmt::format("#{}", segment.facts.id);
    for (const std::string_view flag : flag_names(segment.packet.flags)) {
        text += fmt::format(" {}", flag);
    }
    text += fmt::format("  seq {}", segment.facts.seq);
    if (segment.packet.flags.ack()) {
        text += fmt::format("  ack {}", segment.facts.ack);
    }
    if (segment.facts.length > 0) {
        text += fmt::format("  {} {}", explain::count(static_cast<std::int64_t>(segment.facts.length), "byte"),
                            quoted(segment.data, data_columns));
    }
    return text;
}

namespace {

ScreenEvent of_call(const Timeline& timeline, const Call& call, bool ends, Cast& cast) {
    const std::string& name = cast.name_of(call.begin.program, call.begin.pid, call.begin.tid);
    if (!ends) {
        return {fmt::format("{}: {} ...", name, call_text(call, data_columns)), explain::explain_begin(call)};
    }
    const std::string called = call.blocked ? short_call_text(call) : addressed_call_text(call);
    std::string text = fmt::format("{}: {} {}", name, called, result_text(call, data_columns));
    const std::string slept = sleep_text(timeline, call);
    return {slept.empty() ? text : text + ", " + slept, explain::explain_end(timeline, call)};
}

/// The host that sent it, or that it is for; where the wire did not tell, the side.
std::string host_of(const Timeline& timeline, const Segment& segment, bool sender,
                    const std::vector<std::string>& hosts) {
    for (const std::size_t index : segment.passages) {
        const record::Passage& passage = timeline.passages[index].what;
        const int number = sender ? passage.from : passage.to;
        if (number >= 0 && static_cast<std::size_t>(number) < hosts.size()) {
            return hosts[static_cast<std::size_t>(number)];
        }
    }
    return fmt::format("the {}", explain::name(sender ? segment.facts.from : tcp::other(segment.facts.from)));
}

std::string_view end_of(const record::Passage& passage) {
    switch (passage.fate) {
        case record::Fate::Held:
            return "is held";
        case record::Fate::Dropped:
            return "is lost";
        case record::Fate::Delivered:
            break;
    }
    return passage.corrupted ? "arrives damaged" : passage.duplicate ? "arrives a second time" : "arrives";
}

std::optional<ScreenEvent> of_passage(const Timeline& timeline, const correlate::Passage& passage, Cast& cast,
                                      const std::vector<std::string>& hosts) {
    if (passage.what.fate == record::Fate::Held) {
        return std::nullopt;
    }
    const Segment& segment = timeline.segment(passage.segment);
    const tcp::Side to = tcp::other(segment.facts.from);
    ScreenEvent event{fmt::format("#{} {}", passage.segment, end_of(passage.what)), {}};
    if (passage.before.of(to) != passage.after.of(to)) {
        event.text +=
            fmt::format(": {} is now {}", host_of(timeline, segment, false, hosts), name(passage.after.of(to)));
    }
    if (!passage.news) {
        return event;  // who was woken had the first copy
    }
    for (const std::uint64_t id : segment.woke) {
        const record::CallBegin& call = timeline.call(id).begin;
        event.text += fmt::format("; wakes {}'s {}", cast.name_of(call.program, call.pid, call.tid), call.name);
    }
    return event;
}

/// A process ends under its own name, which is the program's if it is its first.
std::optional<ScreenEvent> of_process(const record::Process& process, Cast& cast) {
    const std::string& name = cast.name_of(process.program, process.pid, process.tid);
    switch (process.change) {
        case record::ProcessChange::Start:
            return ScreenEvent{
                fmt::format("{} {}: process {}", name, process.parent == 0 ? "starts" : "is forked", process.pid), {}};
        case record::ProcessChange::ThreadStart:
            return ScreenEvent{fmt::format("{} starts: a thread", name), {}};
        case record::ProcessChange::ThreadExit:
            return process.tid == process.pid ? std::nullopt : std::optional{ScreenEvent{name + " ends: a thread", {}}};
        case record::ProcessChange::Exit:
            return ScreenEvent{process.signal.empty() ? fmt::format("{} ends with status {}", name, process.status)
                                                      : fmt::format("{} is killed by {}", name, process.signal),
                               {}};
        case record::ProcessChange::Signal:
            return ScreenEvent{fmt::format("{} gets {}", name, process.signal), {}};
        case record::ProcessChange::Stopped:
            return ScreenEvent{fmt::format("{} is stopped by {}", name, process.signal), {}};
        case record::ProcessChange::Continued:
            return ScreenEvent{fmt::format("{} goes on", name), {}};
        case record::ProcessChange::Exec:
        case record::ProcessChange::Exiting:
            break;
    }
    return std::nullopt;
}

ScreenEvent of_output(const record::Output& output) {
    if (output.stream == record::Stream::Input && output.text.empty()) {
        return {"end of the input of " + output.program, {}};
    }
    if (output.stream == record::Stream::Input) {
        return {fmt::format("typed into {}: {}", output.program, quoted(output.text, 80)), {}};
    }
    const char* verb = output.stream == record::Stream::Error ? "prints (error)" : "prints";
    return {fmt::format("{} {} {}", output.program, verb, quoted(output.text, 80)), {}};
}

}  // namespace

std::optional<ScreenEvent> event_of(const Timeline& timeline, const Moment& moment, Cast& cast,
                                    const std::vector<std::string>& hosts) {
    switch (moment.what) {
        case Moment::What::CallBegins: {
            const Call& call = timeline.calls[moment.index];
            return call.end && !call.blocked ? std::nullopt : std::optional{of_call(timeline, call, false, cast)};
        }
        case Moment::What::CallEnds:
            return of_call(timeline, timeline.calls[moment.index], true, cast);
        case Moment::What::Segment: {
            const Segment& segment = timeline.segments[moment.index];
            return ScreenEvent{
                fmt::format("{} sends {}", host_of(timeline, segment, true, hosts), screen_text(segment)),
                explain::explain(timeline, segment)};
        }
        case Moment::What::Passage:
            return of_passage(timeline, timeline.passages[moment.index], cast, hosts);
        case Moment::What::Frame:
            return ScreenEvent{
                fmt::format("frame {}: {}", timeline.frames[moment.index].frame, timeline.frames[moment.index].what),
                {}};
        case Moment::What::Output:
            return of_output(timeline.outputs[moment.index]);
        case Moment::What::Process:
            return of_process(timeline.processes[moment.index], cast);
    }
    return std::nullopt;
}

}  // namespace sockstep::render
