// tracer/render/diagram.cpp - moment by moment: rows, items, and who caused and woke whom.
#include "render/diagram.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include "render/diagram_text.hpp"
#include "render/lifelines.hpp"
#include "render/style.hpp"

namespace sockstep::render {

namespace {

using correlate::Call;
using correlate::Moment;
using correlate::Segment;
using correlate::Timeline;

/// A segment that arrives as quickly is drawn in one row.
constexpr std::chrono::milliseconds at_once{1};

bool takes_what_arrives(const Call& call) {
    return call.begin.kind == record::CallKind::Receive || call.begin.kind == record::CallKind::Accept ||
           call.begin.kind == record::CallKind::Wait;
}

/// It slept, goes on, or is a connect that was answered: it has a beginning and an end of its own.
bool is_told_twice(const Call& call) {
    const bool is_answered = call.begin.kind == record::CallKind::Connect && !call.caused.empty();
    return !call.end || call.blocked || is_answered;
}

class Maker {
public:
    Maker(const Timeline& timeline, const std::vector<Role>& roles, const DiagramOptions& options)
        : timeline_{timeline}, options_{options}, lifelines_{timeline, roles} {}

    Diagram make() {
        diagram_.title = options_.title;
        note_roles_and_threads();
        diagram_.lifelines = lifelines_.arrange();
        for (const Moment& moment : timeline_.moments) {
            if (options_.wants(timeline_, moment)) {
                add(moment);
            }
        }
        leave_open_what_goes_on();
        relate();
        return std::move(diagram_);
    }

    void add_findings(const std::vector<findings::Finding>& all, Diagram& diagram) const {
        for (const findings::Finding& finding : all) {
            std::vector<std::size_t> items;
            for (const std::uint64_t call : finding.calls) {
                append_if_known(calls_, call, items);
            }
            for (const std::uint64_t segment : finding.segments) {
                append_if_known(segments_, segment, items);
            }
            if (!items.empty()) {
                std::ranges::sort(items);
                diagram.findings.push_back(finding);
                diagram.evidence.push_back(std::move(items));
            }
        }
    }

private:
    using Ids = std::map<std::uint64_t, std::size_t>;

    static void append_if_known(const Ids& ids, std::uint64_t id, std::vector<std::size_t>& items) {
        if (const auto found = ids.find(id); found != ids.end()) {
            items.push_back(found->second);
        }
    }

    void note_roles_and_threads() {
        for (const Moment& moment : timeline_.moments) {
            if (!options_.wants(timeline_, moment)) {
                continue;
            }
            if (moment.what == Moment::What::CallBegins || moment.what == Moment::What::CallEnds) {
                const record::CallBegin& call = timeline_.calls[moment.index].begin;
                lifelines_.note_thread(call.host, call.program, call.pid, call.tid);
            } else if (moment.what == Moment::What::Process) {
                const record::Process& process = timeline_.processes[moment.index];
                lifelines_.note_thread(process.host, process.program, process.pid, process.tid);
            } else if (moment.what == Moment::What::Segment) {
                lifelines_.note_segment(timeline_.segments[moment.index]);
            } else if (moment.what == Moment::What::Output) {
                note_program(timeline_.outputs[moment.index].program);
            }
        }
    }

    void note_program(const std::string& program) {
        const auto first = std::ranges::find(timeline_.processes, program, &record::Process::program);
        if (first != timeline_.processes.end()) {
            lifelines_.note_thread(first->host, program, first->pid, first->tid);
        }
    }

    void add(const Moment& moment) {
        switch (moment.what) {
            case Moment::What::CallBegins:
                begin(timeline_.calls[moment.index]);
                break;
            case Moment::What::CallEnds:
                end(timeline_.calls[moment.index]);
                break;
            case Moment::What::Segment:
                segment(timeline_.segments[moment.index]);
                break;
            case Moment::What::Passage:
                passage(timeline_.passages[moment.index]);
                break;
            case Moment::What::Frame:
                frame(timeline_.frames[moment.index]);
                break;
            case Moment::What::Output:
                output(timeline_.outputs[moment.index]);
                break;
            case Moment::What::Process:
                process(timeline_.processes[moment.index]);
                break;
        }
    }

    /// A new item, in a row of its own.
    Item& append(Item item, base::Duration at, Row::What what = Row::What::Begins) {
        item.row = item.end_row = diagram_.rows.size();
        diagram_.rows.push_back({what, diagram_.items.size(), 0, at});
        diagram_.items.push_back(std::move(item));
        return diagram_.items.back();
    }

    Item item_of(const Call& call) const {
        Item item{.kind = ItemKind::Call, .id = call.begin.id, .connection = call.connection};
        item.program = call.begin.program;
        item.lifeline = lifelines_.of_thread(call.begin.program, call.begin.pid, call.begin.tid);
        item.begin = timeline_.since_start(call.begin.time);
        if (call.end) {
            item.end = timeline_.since_start(call.end->time);
        }
        return item;
    }

    void begin(const Call& call) {
        if (!is_told_twice(call) && takes_what_arrives(call)) {
            return;  // it may have got what arrived after it began: it is told when it returns
        }
        Item item = item_of(call);
        describe_call(timeline_, call, is_told_twice(call), item);
        item.goes_on = is_told_twice(call);
        calls_[call.begin.id] = diagram_.items.size();
        const base::Duration at = item.begin;
        append(std::move(item), at);
        note_listening(call);
    }

    void end(const Call& call) {
        const base::Duration at = timeline_.since_start(call.end->time);
        if (const auto begun = calls_.find(call.begin.id); begun != calls_.end()) {
            Item& item = diagram_.items[begun->second];
            if (item.goes_on) {
                item.goes_on = false;
                item.end_row = diagram_.rows.size();
                diagram_.rows.push_back({Row::What::Ends, begun->second, 0, at});
            }
            return;
        }
        if (options_.from && timeline_.since_start(call.begin.time) < *options_.from && !is_told_twice(call) &&
            !takes_what_arrives(call)) {
            return;  // it was told when it began
        }
        Item item = item_of(call);
        describe_call(timeline_, call, is_told_twice(call), item);
        item.began_before = is_told_twice(call);
        calls_[call.begin.id] = diagram_.items.size();
        Item& added = append(std::move(item), at, is_told_twice(call) ? Row::What::Ends : Row::What::Begins);
        if (added.began_before) {
            added.row = 0;
        }
    }

    void note_listening(const Call& call) {
        if (call.begin.kind == record::CallKind::Listen && call.returned() && !call.failed()) {
            const Item& item = diagram_.items.back();
            diagram_.states.push_back({item.row, item.lifeline, 0, tcp::State::Listen});
        }
    }

    void note_states(std::size_t row, std::uint64_t connection, const tcp::States& before, const tcp::States& after) {
        for (const tcp::Side side : {tcp::Side::Client, tcp::Side::Server}) {
            if (before.of(side) != after.of(side)) {
                diagram_.states.push_back({row, lifelines_.of_end(connection, side), connection, after.of(side)});
            }
        }
    }

    void segment(const Segment& segment) {
        const std::uint64_t connection = segment.connection.id;
        diagram_.connections.insert(connection);
        Item item{.kind = ItemKind::Segment, .id = segment.facts.id, .connection = connection};
        item.lifeline = lifelines_.of_end(connection, segment.facts.from);
        item.peer = lifelines_.of_end(connection, tcp::other(segment.facts.from));
        item.begin = timeline_.since_start(segment.time);
        describe_segment(timeline_, segment, item);
        segments_[segment.facts.id] = diagram_.items.size();
        const base::Duration at = item.begin;
        Item& added = append(std::move(item), at);
        tcp::States after = segment.facts.after;
        if (!timeline_.has_wire || arrives_at_once(segment)) {
            const base::Duration arrival = segment.arrived ? timeline_.since_start(*segment.arrived) : at;
            added.ends.push_back({ArrowEnd::What::Arrives, false, added.row, arrival});
            added.end = arrival;
            after = segment.passages.empty() ? after : timeline_.passages[segment.passages.front()].after;
        }
        note_states(added.row, connection, segment.facts.before, after);
    }

    bool arrives_at_once(const Segment& segment) const {
        return !segment.passages.empty() && timeline_.passages[segment.passages.front()].news &&
               timeline_.passages[segment.passages.front()].what.time - segment.time < at_once;
    }

    void passage(const correlate::Passage& passage) {
        const auto known = segments_.find(passage.segment);
        const Segment& segment = timeline_.segment(passage.segment);
        const bool is_told = passage.news && arrives_at_once(segment);
        if (known == segments_.end() || passage.what.fate == record::Fate::Held || is_told) {
            return;
        }
        Item& item = diagram_.items[known->second];
        const base::Duration at = timeline_.since_start(passage.what.time);
        const bool lost = passage.what.fate == record::Fate::Dropped;
        const auto what = lost                     ? ArrowEnd::What::Lost
                          : passage.what.corrupted ? ArrowEnd::What::Damaged
                                                   : ArrowEnd::What::Arrives;
        const bool again = what == ArrowEnd::What::Arrives && !passage.news;
        diagram_.rows.push_back({Row::What::ArrowEnds, known->second, item.ends.size(), at});
        item.ends.push_back({what, again, diagram_.rows.size() - 1, at});
        if (passage.news) {
            item.end = at;
        }
        if (!lost) {
            note_states(diagram_.rows.size() - 1, item.connection, passage.before, passage.after);
        }
    }

    void frame(const correlate::OtherFrame& frame) {
        Item item{.kind = ItemKind::Frame, .id = frame.frame, .alarming = true};
        item.text = "frame " + std::to_string(frame.frame) + ": " + frame.what;
        item.begin = timeline_.since_start(frame.time);
        const base::Duration at = item.begin;
        append(std::move(item), at);
    }

    void output(const record::Output& output) {
        if (!lifelines_.knows(output.program)) {
            return;
        }
        Item item{.kind = ItemKind::Output, .program = output.program};
        item.lifeline = lifelines_.of_program(output.program);
        item.begin = timeline_.since_start(output.time);
        describe_output(output, item);
        const base::Duration at = item.begin;
        append(std::move(item), at);
    }

    void process(const record::Process& process) {
        Item item{.kind = ItemKind::Process, .program = process.program};
        item.lifeline = lifelines_.of_thread(process.program, process.pid, process.tid);
        item.begin = timeline_.since_start(process.time);
        const Lifeline& line = diagram_.lifelines[item.lifeline];
        describe_process(process, line.name.empty() ? printable(process.program) : line.name, item);
        if (!item.text.empty()) {
            const base::Duration at = item.begin;
            append(std::move(item), at);
        }
    }

    void leave_open_what_goes_on() {
        for (Item& item : diagram_.items) {
            if (item.goes_on) {
                item.end_row = diagram_.rows.size() - 1;
            }
        }
    }

    void relate() {
        for (const auto& [id, place] : segments_) {
            const Segment& segment = timeline_.segment(id);
            for (const std::uint64_t call : segment.cause.calls) {
                append_if_known(calls_, call, diagram_.items[place].causes);
            }
            if (segment.cause.calls.empty() && segment.cause.call != 0) {
                append_if_known(calls_, segment.cause.call, diagram_.items[place].causes);
            }
            for (const std::uint64_t call : segment.woke) {
                append_if_known(calls_, call, diagram_.items[place].woke);
            }
        }
        for (const auto& [id, place] : calls_) {
            if (const std::uint64_t waker = timeline_.call(id).woken_by.call; waker != 0) {
                if (const auto found = calls_.find(waker); found != calls_.end()) {
                    diagram_.items[found->second].woke.push_back(place);
                }
            }
        }
    }

    const Timeline& timeline_;
    const DiagramOptions& options_;
    Lifelines lifelines_;
    Diagram diagram_;
    Ids calls_;  // places in diagram_.items
    Ids segments_;
};

}  // namespace

bool DiagramOptions::wants_time(const Timeline& timeline, const Moment& moment) const {
    const base::Duration at = timeline.since_start(moment.time);
    base::Timestamp begin = moment.time;
    if (moment.what == Moment::What::CallEnds) {
        begin = timeline.calls[moment.index].begin.time;
    } else if (moment.what == Moment::What::Passage) {
        begin = timeline.segment(timeline.passages[moment.index].segment).time;
    }
    return (!from || at >= *from) && (!to || at <= *to) && (!begun_by || timeline.since_start(begin) <= *begun_by);
}

bool DiagramOptions::wants(const Timeline& timeline, const Moment& moment) const {
    if (!wants_time(timeline, moment)) {
        return false;
    }
    switch (moment.what) {
        case Moment::What::CallBegins:
        case Moment::What::CallEnds:
            return only != Only::Segments && (connection == 0 || timeline.calls[moment.index].connection == connection);
        case Moment::What::Segment:
            return only != Only::Calls && wants_connection(timeline.segments[moment.index].connection.id);
        case Moment::What::Passage:
            return only != Only::Calls &&
                   wants_connection(timeline.segment(timeline.passages[moment.index].segment).connection.id);
        case Moment::What::Frame:
            return only != Only::Calls && connection == 0;
        case Moment::What::Output:
        case Moment::What::Process:
            return only == Only::All && connection == 0;
    }
    return true;
}

Diagram make_diagram(const Timeline& timeline, const std::vector<Role>& roles,
                     const std::vector<findings::Finding>& findings, const DiagramOptions& options) {
    Maker maker{timeline, roles, options};
    Diagram diagram = maker.make();
    maker.add_findings(findings, diagram);
    return diagram;
}

}  // namespace sockstep::render
