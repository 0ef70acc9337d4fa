// tracer/render/run_ladder.cpp - moment by moment.
#include "render/run_ladder.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/ip_address.hpp"
#include "explain/calls.hpp"
#include "explain/words.hpp"
#include "render/call_text.hpp"

namespace sockstep::render {

namespace {

using correlate::Call;
using correlate::Moment;
using correlate::Segment;
using correlate::Timeline;

constexpr std::size_t longest_line = 2000;  // columns of a line that a program prints

/// The lines that a program printed, each as it was, the last one perhaps without newline.
std::vector<std::string_view> lines_of(std::string_view text) {
    std::vector<std::string_view> lines;
    while (!text.empty()) {
        const std::size_t newline = text.find('\n');
        const std::size_t length = newline == std::string_view::npos ? text.size() : newline + 1;
        lines.push_back(text.substr(0, length));
        text.remove_prefix(length);
    }
    return lines;
}

/// It may have got what arrived only after it began.
bool takes_what_arrives(const Call& call) {
    return call.begin.kind == record::CallKind::Receive || call.begin.kind == record::CallKind::Accept ||
           call.begin.kind == record::CallKind::Wait;
}

/// A segment that arrives as quickly is drawn in one row.
constexpr std::chrono::milliseconds at_once{1};

Reach reach_of(const Timeline& timeline, const Segment& segment) {
    const auto way = correlate::way_of(timeline, segment);
    if (!way || (segment.arrived && *segment.arrived - segment.time < at_once)) {
        return Reach::Arrives;
    }
    const bool lost_at_once = way->fate == correlate::WayEnd::Dropped && segment.passages.size() == 1;
    return lost_at_once ? Reach::Lost : Reach::Leaves;
}

std::string losses(const record::Passage& passage, const Segment& segment) {
    return fmt::format("#{} is lost on the wire, {}: the {} never gets it", segment.facts.id,
                       explain::why_lost(passage.why), explain::name(tcp::other(segment.facts.from)));
}

std::string wakes(const Timeline& timeline, const Segment& segment) {
    std::string text;
    for (const std::uint64_t id : segment.woke) {
        const record::CallBegin& call = timeline.call(id).begin;
        text += fmt::format("{}Wakes {}'s {} (call {}).", text.empty() ? "" : " ", call.program, call.name, id);
    }
    return text;
}

/// With who was woken, and by whom it was made where explain says nothing of it.
explain::Explanation explained(const Timeline& timeline, const Segment& segment, Reach reach) {
    explain::Explanation explanation = explain::explain(timeline, segment);
    const bool is_syn_ack = segment.packet.flags.syn() && segment.packet.flags.ack();  // of which it is said anyway
    if (segment.cause.by == correlate::Causer::Kernel && !is_syn_ack) {
        explanation.says += " Made by the kernel, on its own.";
    }
    const std::string woken = reach == Reach::Arrives ? wakes(timeline, segment) : "";
    explanation.says += woken.empty() ? "" : " " + woken;
    return explanation;
}

}  // namespace

std::string RunLadder::opening() const {
    std::string text;
    for (const Role& role : cast_.roles()) {
        const std::string line = printable(fmt::format("{}: {}", role.program, role.command));
        text += page_.heading(role.side == tcp::Side::Client ? line : "", role.side == tcp::Side::Client ? "" : line);
    }
    return text;
}

bool RunLadder::can_be_shown(const Timeline& timeline, const Moment& moment) {
    if (moment.what != Moment::What::CallBegins) {
        return true;
    }
    const Call& call = timeline.calls[moment.index];
    return call.end || call.blocked;
}

std::string RunLadder::moment(const Timeline& timeline, const Moment& moment) {
    switch (moment.what) {
        case Moment::What::CallBegins:
            return begin(timeline, timeline.calls[moment.index]);
        case Moment::What::CallEnds:
            return end(timeline, timeline.calls[moment.index]);
        case Moment::What::Segment:
            return segment(timeline, timeline.segments[moment.index]);
        case Moment::What::Passage:
            return passage(timeline, timeline.passages[moment.index]);
        case Moment::What::Frame: {
            const correlate::OtherFrame& frame = timeline.frames[moment.index];
            return page_.across(timeline.since_start(frame.time), Paint::Warning,
                                fmt::format("frame {}: {}", frame.frame, frame.what));
        }
        case Moment::What::Output:
            return output(timeline, timeline.outputs[moment.index]);
        case Moment::What::Process:
            return process(timeline, timeline.processes[moment.index]);
    }
    return "";
}

std::string RunLadder::begin(const Timeline& timeline, const Call& call) {
    const Place place = place_of(call);
    const base::Duration at = timeline.since_start(call.begin.time);
    const std::string text = fmt::format("({}) {}", call.begin.id, call_text(call, data_columns));
    if (call.end && !call.blocked && takes_what_arrives(call)) {
        at_its_end_[call.begin.id] = place;
        return "";
    }
    const bool goes_on_alone = call.end && call.end->error == "EINPROGRESS";
    const bool is_answered = call.begin.kind == record::CallKind::Connect && !call.caused.empty() && !goes_on_alone;
    if (call.end && !call.blocked && !is_answered) {
        return whole(timeline, call, place, at);
    }
    asleep_[call.begin.id] = place;
    const bool sleeps = !call.end || call.blocked;
    return told(at, place, Paint::Strong, text + " ...",
                sleeps ? explain::explain_begin(call) : explain::Explanation{});
}

std::string RunLadder::whole(const Timeline& timeline, const Call& call, const Place& place, base::Duration at) const {
    const std::string text =
        fmt::format("({}) {} {}", call.begin.id, call_text(call, data_columns), result_text(call, data_columns));
    return told(at, place, call.failed() ? Paint::Alarm : Paint::Strong, text, explain::explain_end(timeline, call));
}

std::string RunLadder::end(const Timeline& timeline, const Call& call) {
    if (call.begin.kind == record::CallKind::Listen && call.returned() && !call.failed() && call.end->socket &&
        call.end->socket->local) {
        listeners_[call.end->socket->local->port] = call.begin.program;
    }
    if (auto place = at_its_end_.extract(call.begin.id); !place.empty()) {
        return whole(timeline, call, place.mapped(), timeline.since_start(call.end->time));
    }
    const auto begun = asleep_.extract(call.begin.id);
    if (begun.empty()) {
        return "";
    }
    const std::string text =
        fmt::format("({}) {} {}", call.begin.id, short_call_text(call), result_text(call, data_columns));
    const Paint paint = call.failed() ? Paint::Alarm : Paint::Strong;
    return told(timeline.since_start(call.end->time), begun.mapped(), paint, text, explain::explain_end(timeline, call),
                sleep_text(timeline, call));
}

std::string RunLadder::segment(const Timeline& timeline, const Segment& segment) {
    std::string text = introduction(timeline, segment);
    decode::TcpSegment packet = segment.packet;
    packet.payload = {reinterpret_cast<const std::uint8_t*>(segment.data.data()), segment.data.size()};
    const Reach reach = reach_of(timeline, segment);
    tcp::Segment facts = segment.facts;
    if (reach == Reach::Arrives && !segment.passages.empty()) {
        facts.after = timeline.passages[segment.passages.front()].after;
    } else if (reach == Reach::Leaves) {
        under_way_.insert(segment.facts.id);
    }
    std::vector<Line> between = page_.drawing(packet, facts, tag_of(segment.connection.id), reach);
    std::vector<Line> beside = page_.sentences(explained(timeline, segment, reach), page_.sentence_columns());
    if (!page_.has_room_beside()) {
        between.insert(between.end(), beside.begin(), beside.end());
        beside.clear();
    }
    return text + page_.rows(timeline.since_start(segment.time), std::move(between), std::move(beside));
}

/// Of a segment that was drawn whole, only what comes on top: a second copy.
std::string RunLadder::passage(const Timeline& timeline, const correlate::Passage& passage) {
    const Segment& segment = timeline.segment(passage.segment);
    const bool was_drawn = !under_way_.contains(passage.segment);
    const base::Duration at = timeline.since_start(passage.what.time);
    if (passage.what.fate == record::Fate::Held || (was_drawn && (passage.news || segment.passages.size() == 1))) {
        return "";
    }
    if (passage.what.fate == record::Fate::Dropped) {
        std::vector<Line> lines;
        for (const std::string& line : wrapped(losses(passage.what, segment), block())) {
            lines.push_back(page_.line(Paint::Alarm, " " + line));
        }
        return page_.rows(at, std::move(lines), {});
    }
    const tcp::Side to = tcp::other(segment.facts.from);
    std::string text =
        fmt::format("#{} arrives after {}", passage.segment, base::to_string(passage.what.time - segment.time));
    if (passage.what.corrupted) {
        text = fmt::format("#{} arrives damaged: its checksum is wrong, so it is dropped", passage.segment);
    } else if (!passage.news) {
        text = fmt::format("#{} arrives a second time", passage.segment);
    }
    std::vector<Line> lines = page_.arrival(segment.facts.from, text, passage.before.of(to), passage.after.of(to));
    const explain::Explanation woken{passage.news ? wakes(timeline, segment) : "", {}};
    std::vector<Line> beside = page_.sentences(woken, page_.sentence_columns());
    if (!page_.has_room_beside()) {
        lines.insert(lines.end(), beside.begin(), beside.end());
        beside.clear();
    }
    return page_.rows(at, std::move(lines), std::move(beside));
}

/// The first time that a connection is seen: its number, its ends, and whose they are.
std::string RunLadder::introduction(const Timeline& timeline, const Segment& segment) {
    const tcp::Connection& connection = segment.connection;
    if (!connections_.insert(connection.id).second) {
        return "";
    }
    const auto listener = listeners_.find(connection.server.endpoint.port);
    const std::string server = listener == listeners_.end() ? "server" : listener->second;
    const bool is_made_by_a_call = segment.cause.by == correlate::Causer::Call;
    const std::string client = is_made_by_a_call && segment.facts.from == tcp::Side::Client
                                   ? timeline.call(segment.cause.call).begin.program
                                   : "client";
    return "\n" + painted(page_.style(), Paint::Strong, fmt::format("connection {}", connection.id)) + "\n" +
           page_.heading(fmt::format("{}{} {}", client, connection.known_by == tcp::KnownBy::First ? "?" : "",
                                     to_string(connection.client.endpoint)),
                         fmt::format("{} {}", to_string(connection.server.endpoint), server));
}

/// Nothing as long as there is one connection only.
std::string RunLadder::tag_of(std::uint64_t connection) const {
    return connections_.size() > 1 ? fmt::format("connection {}:", connection) : "";
}

std::string RunLadder::output(const Timeline& timeline, const record::Output& output) {
    const tcp::Side side = cast_.side_of(output.program);
    const base::Duration at = timeline.since_start(output.time);
    const bool typed = output.stream == record::Stream::Input;
    if (typed && output.text.empty()) {
        return told(at, {side, ""}, Paint::Plain, fmt::format("typed into {}: end of input", output.program), {});
    }
    const std::string before =
        typed ? fmt::format("typed into {}: ", output.program)
              : fmt::format("{} prints{}: ", output.program, output.stream == record::Stream::Error ? " an error" : "");
    return page_.rows_at(side, at, at_side(side, said(before, output.text)), {});
}

/// The text line by line behind `before`; below it where there is too little room.
std::vector<Line> RunLadder::said(const std::string& before, std::string_view text) const {
    constexpr std::size_t little = 16;
    const bool is_below = before.size() + little > block();
    std::vector<Line> lines;
    if (is_below) {
        for (const std::string& part : wrapped(before, block())) {
            lines.push_back(page_.line(Paint::Plain, " " + part));
        }
    }
    const std::string blanks(is_below ? 2 : before.size(), ' ');
    for (const std::string_view line : lines_of(text)) {
        for (const std::string& part : wrapped(quoted(line, longest_line), block() - blanks.size())) {
            lines.push_back(page_.line(Paint::Plain, " " + (lines.empty() ? before : blanks) + part));
        }
    }
    return lines;
}

std::string RunLadder::process(const Timeline& timeline, const record::Process& process) {
    const std::string name = cast_.name_of(process.program, process.pid, process.tid);
    const bool begins = process.change == record::ProcessChange::Exec && just_started_.erase(process.pid) > 0;
    const std::string what = begins ? "" : what_happens(process);  // a program that is started is executed, too
    if (process.change == record::ProcessChange::Start && process.parent == 0) {
        just_started_.insert(process.pid);
    }
    const bool is_first_thread = process.tid == process.pid;  // its id lasts as long as the process
    if (process.change == record::ProcessChange::Exit ||
        (process.change == record::ProcessChange::ThreadExit && !is_first_thread)) {
        cast_.forget(process.tid);
    }
    if (what.empty()) {
        return "";
    }
    const bool killed = process.change == record::ProcessChange::Exit && !process.signal.empty();
    return told(timeline.since_start(process.time), {cast_.side_of(process.program), ""},
                killed ? Paint::Alarm : Paint::Plain, fmt::format("{} {}", name, what), {});
}

std::string RunLadder::what_happens(const record::Process& process) {
    switch (process.change) {
        case record::ProcessChange::Start:
            return process.parent == 0 ? fmt::format("starts (process {})", process.pid)
                                       : fmt::format("is forked (process {})", process.pid);
        case record::ProcessChange::Exec:
            return fmt::format("becomes {}", printable(process.detail));
        case record::ProcessChange::ThreadStart:
            return fmt::format("starts (thread {})", process.tid);
        case record::ProcessChange::ThreadExit:
            return "ends";
        case record::ProcessChange::Exiting: {
            const auto sockets = static_cast<std::int64_t>(process.sockets.size());
            return sockets == 0 ? ""
                                : fmt::format("ends: the kernel closes its descriptors of {}",
                                              explain::count(sockets, "socket"));
        }
        case record::ProcessChange::Exit:
            return process.signal.empty() ? fmt::format("exits with status {}", process.status)
                                          : fmt::format("is killed by {}", process.signal);
        case record::ProcessChange::Signal:
            return fmt::format("gets {}", process.signal);
        case record::ProcessChange::Stopped:
            return process.signal.empty() ? "is stopped" : fmt::format("is stopped by {}", process.signal);
        case record::ProcessChange::Continued:
            return "goes on";
    }
    return "";
}

/// On the side of its connection's end; without a connection, of its role.
RunLadder::Place RunLadder::place_of(const Call& call) {
    const record::CallBegin& begin = call.begin;
    const tcp::Side side = call.side.value_or(cast_.side_of(begin.program));
    return {side, cast_.told_name_of(begin.program, begin.pid, begin.tid, side)};
}

/// Columns for what stands at one side; with the sentences elsewhere it needs less room to be told from the other.
std::size_t RunLadder::block() const {
    const std::size_t inner = page_.inner();
    return (page_.has_room_beside() ? inner * 9 / 10 : std::max(inner * 3 / 4, std::min<std::size_t>(inner, 40))) - 2;
}

/// Indented, so that a block stands at its lifeline.
std::vector<Line> RunLadder::at_side(tcp::Side side, const std::vector<Line>& lines) const {
    const std::size_t indent = side == tcp::Side::Server ? page_.inner() - block() - 2 : 0;
    std::vector<Line> placed;
    placed.reserve(lines.size());
    for (const Line& line : lines) {
        placed.push_back({std::string(indent, ' ') + line.text, indent + line.columns});
    }
    return placed;
}

/// A call's source is short, so it takes no line of its own.
std::vector<Line> RunLadder::sentences_of(const explain::Explanation& explanation, std::size_t columns) const {
    if (page_.style().why || explanation.rules.empty()) {
        return page_.sentences(explanation, columns);
    }
    return page_.sentences({fmt::format("{} [{}]", explanation.says, explanation.rules.front().source), {}}, columns);
}

std::string RunLadder::told(base::Duration at, const Place& place, Paint paint, const std::string& what,
                            const explain::Explanation& explanation, const std::string& detail) const {
    const std::string first = place.name.empty() ? what : fmt::format("{} {}", place.name, what);
    std::vector<Line> lines;
    for (const std::string& part : wrapped(first, block() - 2)) {
        lines.push_back(page_.line(paint, (lines.empty() ? " " : "   ") + part));
    }
    for (const std::string& part : wrapped(detail, block())) {
        lines.push_back(page_.line(Paint::Warning, " " + part));
    }
    std::vector<Line> beside;
    if (page_.has_room_beside()) {
        beside = sentences_of(explanation, page_.sentence_columns());
    } else {
        const std::vector<Line> sentences = sentences_of(explanation, block());
        lines.insert(lines.end(), sentences.begin(), sentences.end());
    }
    return page_.rows_at(place.side, at, at_side(place.side, lines), std::move(beside));
}

}  // namespace sockstep::render
