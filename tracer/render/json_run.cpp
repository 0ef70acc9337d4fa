// tracer/render/json_run.cpp - calls, processes and output as JSON; segments with their causes.
#include "render/json_run.hpp"

#include <string_view>

#include "explain/calls.hpp"
#include "render/json_lines.hpp"
#include "render/json_object.hpp"

namespace sockstep::render {

namespace {

using correlate::AwaitedThing;
using correlate::Call;
using correlate::Moment;
using correlate::Segment;
using correlate::Timeline;
using correlate::Waker;

std::string_view name_of(AwaitedThing thing) {
    switch (thing) {
        case AwaitedThing::Nothing:
            return "";
        case AwaitedThing::Handshake:
            return "handshake";
        case AwaitedThing::SynAck:
            return "syn-ack";
        case AwaitedThing::Bytes:
            return "bytes";
        case AwaitedThing::AllBytes:
            return "all-bytes";
        case AwaitedThing::SendSpace:
            return "send-space";
        case AwaitedThing::Readiness:
            return "readiness";
        case AwaitedThing::FinAck:
            return "fin-ack";
        case AwaitedThing::Datagram:
            return "datagram";
    }
    return "";
}

std::string_view name_of(Waker waker) {
    switch (waker) {
        case Waker::None:
            return "";
        case Waker::Segment:
            return "segment";
        case Waker::Timer:
            return "timer";
        case Waker::Signal:
            return "signal";
        case Waker::Call:
            return "call";
        case Waker::ThreadEnded:
            return "thread-ended";
        case Waker::Unknown:
            return "unknown";
    }
    return "";
}

std::string_view name_of(record::CallFate fate) {
    switch (fate) {
        case record::CallFate::Returned:
            return "returned";
        case record::CallFate::Restarted:
            return "restarted";
        case record::CallFate::Interrupted:
            return "interrupted";
        case record::CallFate::ThreadEnded:
            return "thread-ended";
        case record::CallFate::Unfinished:
            return "unfinished";
    }
    return "";
}

std::string_view name_of(record::ProcessChange change) {
    switch (change) {
        case record::ProcessChange::Start:
            return "start";
        case record::ProcessChange::Exec:
            return "exec";
        case record::ProcessChange::ThreadStart:
            return "thread-start";
        case record::ProcessChange::ThreadExit:
            return "thread-exit";
        case record::ProcessChange::Exiting:
            return "exiting";
        case record::ProcessChange::Exit:
            return "exit";
        case record::ProcessChange::Signal:
            return "signal";
        case record::ProcessChange::Stopped:
            return "stopped";
        case record::ProcessChange::Continued:
            return "continued";
    }
    return "";
}

std::string_view name_of(record::Stream stream) {
    switch (stream) {
        case record::Stream::Input:
            return "stdin";
        case record::Stream::Output:
            return "stdout";
        case record::Stream::Error:
            return "stderr";
    }
    return "";
}

void add_end(JsonObject& object, const Timeline& timeline, const Call& call) {
    const record::CallEnd& end = *call.end;
    object.seconds("end", timeline.since_start(end.time)).text("fate", name_of(end.fate));
    if (call.returned()) {
        object.integer("result", end.result);
    }
    object.text_if_any("error", end.error).text_if_any("signal", end.signal);
    if (!end.results.empty()) {
        object.values("results", end.results);
    }
}

void add_wake(JsonObject& object, const Call& call) {
    object.truth("blocked", call.blocked).text_if_any("waited_for", name_of(call.waited_for));
    object.text_if_any("wake", name_of(call.woken_by.by));
    object.number_if_any("woken_by", call.woken_by.segment).number_if_any("woken_by_call", call.woken_by.call);
}

std::string json_call(const Timeline& timeline, const Call& call) {
    const record::CallBegin& begin = call.begin;
    JsonObject object{"call"};
    object.integer("id", begin.id).text_if_any("host", begin.host).text("program", begin.program);
    object.integer("pid", std::int64_t{begin.pid}).integer("tid", std::int64_t{begin.tid}).text("name", begin.name);
    if (begin.fd >= 0) {
        object.integer("fd", std::int64_t{begin.fd});
    }
    const auto& socket = begin.socket ? begin.socket : call.end && call.end->made ? call.end->made : begin.socket;
    if (socket) {
        object.number_if_any("socket", socket->inode).text_if_any("socket_kind", socket->what);
    }
    object.number_if_any("connection", call.connection);
    if (call.side) {
        object.text("side", *call.side == tcp::Side::Client ? "client" : "server");
    }
    object.values("args", begin.arguments).seconds("begin", timeline.since_start(begin.time));
    if (call.end) {
        add_end(object, timeline, call);
    }
    if (call.bytes) {
        object.range("bytes", *call.bytes);
    }
    add_wake(object, call);
    object.numbers("caused", call.caused).number_if_any("restarts", begin.restarts);
    const explain::Explanation explanation = explain::explain_end(timeline, call);
    return object.text_if_any("says", explanation.says).text_if_any("source", explanation.sources()).line();
}

std::string_view name_of(correlate::Causer by) {
    switch (by) {
        case correlate::Causer::Unknown:
            return "unknown";
        case correlate::Causer::Call:
            return "call";
        case correlate::Causer::Exit:
            return "exit";
        case correlate::Causer::Kernel:
            return "kernel";
    }
    return "";
}

std::string_view name_of(correlate::WayEnd fate) {
    switch (fate) {
        case correlate::WayEnd::UnderWay:
            return "under-way";
        case correlate::WayEnd::Held:
            return "held";
        case correlate::WayEnd::Delivered:
            return "delivered";
        case correlate::WayEnd::Corrupted:
            return "corrupted";
        case correlate::WayEnd::Dropped:
            return "dropped";
    }
    return "";
}

std::string_view name_of(record::DropReason why) {
    switch (why) {
        case record::DropReason::None:
            return "";
        case record::DropReason::Loss:
            return "loss";
        case record::DropReason::FullQueue:
            return "full-queue";
        case record::DropReason::Rule:
            return "rule";
        case record::DropReason::Hand:
            return "hand";
        case record::DropReason::NoHost:
            return "no-host";
        case record::DropReason::Kernel:
            return "kernel";
    }
    return "";
}

std::string_view name_of(correlate::Left left) {
    switch (left) {
        case correlate::Left::No:
            return "";
        case correlate::Left::QueueFull:
            return "accept-queue-full";
        case correlate::Left::Deferred:
            return "deferred";
    }
    return "";
}

std::string json_of(const Timeline& timeline, const Segment& segment) {
    SegmentJoins joins{.cause = name_of(segment.cause.by),
                       .caused_by = segment.cause.call,
                       .calls = segment.cause.calls,
                       .exited = segment.cause.pid,
                       .woke = segment.woke};
    const auto way = correlate::way_of(timeline, segment);
    if (way) {
        joins.fate = name_of(way->fate);
        joins.lost_by = name_of(way->why);
        joins.copies = way->copies;
    }
    joins.left = name_of(correlate::left(timeline, segment));
    if (way && segment.arrived) {
        joins.delivered = timeline.since_start(*segment.arrived);
    }
    return json_segment(timeline.since_start(segment.time), segment.packet, segment.facts,
                        explain::explain(timeline, segment), &joins);
}

std::string json_of(const Timeline& timeline, const record::Process& process) {
    JsonObject object{"process"};
    object.text("event", name_of(process.change)).seconds("time", timeline.since_start(process.time));
    object.text_if_any("host", process.host).text("program", process.program);
    object.integer("pid", std::int64_t{process.pid}).integer("tid", std::int64_t{process.tid});
    if (process.parent != 0) {
        object.integer("parent", std::int64_t{process.parent});
    }
    if (process.change == record::ProcessChange::Exit && process.signal.empty()) {
        object.integer("status", std::int64_t{process.status});
    }
    object.text_if_any("signal", process.signal).text_if_any("file", process.detail);
    if (process.change == record::ProcessChange::Exiting) {
        object.numbers("sockets", process.sockets);
    }
    return object.line();
}

}  // namespace

std::string json_moment(const Timeline& timeline, const Moment& moment) {
    switch (moment.what) {
        case Moment::What::CallBegins:
            return json_call(timeline, timeline.calls[moment.index]);
        case Moment::What::CallEnds:
        case Moment::What::Passage:
            return "";
        case Moment::What::Segment:
            return json_of(timeline, timeline.segments[moment.index]);
        case Moment::What::Frame: {
            const correlate::OtherFrame& frame = timeline.frames[moment.index];
            return json_frame(timeline.since_start(frame.time), frame.frame, frame.what);
        }
        case Moment::What::Output: {
            const record::Output& output = timeline.outputs[moment.index];
            return json_output(timeline.since_start(output.time), output.program, name_of(output.stream), output.text);
        }
        case Moment::What::Process:
            return json_of(timeline, timeline.processes[moment.index]);
    }
    return "";
}

std::string json_run(std::uint64_t number, std::uint64_t of) {
    return JsonObject{"run"}.integer("run", number).integer("of", of).line();
}

}  // namespace sockstep::render
