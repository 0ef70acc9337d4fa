// tracer/app/run_report.cpp - the timeline, moment by moment, as soon as a moment is known well enough.
#include "app/run_report.hpp"

#include <utility>
#include <variant>

#include "explain/explain.hpp"
#include "findings/findings.hpp"
#include "render/findings.hpp"
#include "render/json_run.hpp"
#include "render/summary.hpp"

namespace sockstep::app {

namespace {

using correlate::Moment;
using correlate::Timeline;

/// How long a moment may wait to be known better: who was woken by a segment, how a call ended that is not asleep,
/// whose connection it is.
constexpr std::chrono::milliseconds usual_wait{30};
constexpr std::chrono::milliseconds longest_wait_for_segments{250};

}  // namespace

RunReport::RunReport(Options options, std::vector<render::Role> roles, Output& output, std::uint64_t hash_seed)
    : options_{options},
      output_{output},
      correlator_{hash_seed, options_.has_wire ? correlate::Travel::Recorded : correlate::Travel::AtOnce},
      ladder_{options_.report.style, std::move(roles)} {
    if (is_live()) {
        output_.write(ladder_.opening());
    }
}

bool RunReport::is_live() const {
    const ReportOptions& report = options_.report;
    return !report.json && !report.summary && report.connection == 0 && !options_.held_back;
}

void RunReport::add(const record::Frame& frame) {
    if (options_.has_wire) {
        take(frame);  // all that passes is the lab's own, and passages name it by the wire's number
    } else if (ports_.concerns(frame)) {
        record::Frame numbered = frame;
        numbered.number = ++frames_;
        take(numbered);
    }
}

void RunReport::take(const record::Frame& frame) {
    correlator_.add(frame);
    if (keeper_ != nullptr) {
        keeper_->add(frame);
    }
}

void RunReport::add(const record::Passage& passage) {
    correlator_.add(passage);
    if (keeper_ != nullptr) {
        keeper_->add(passage);
    }
}

void RunReport::add(record::Event event) {
    ports_.add(event);
    if (keeper_ != nullptr) {
        keeper_->add(event);
    }
    const auto* begin = std::get_if<record::CallBegin>(&event);
    const auto* end = std::get_if<record::CallEnd>(&event);
    const std::uint64_t call = begin != nullptr ? begin->id : end != nullptr ? end->id : 0;
    correlator_.add(std::move(event));
    note_connection(call);
}

void RunReport::note_connection(std::uint64_t call) {
    const Timeline& timeline = correlator_.timeline();
    if (call != 0 && call <= timeline.calls.size() && timeline.call(call).connection != 0) {
        connections_.insert(timeline.call(call).connection);
    }
}

/// In a lab all traffic is the run's own.
bool RunReport::takes_part(std::uint64_t connection) const {
    const tcp::Connection& report = correlator_.timeline().connection(connection);
    return options_.has_wire || connections_.contains(connection) || ports_.listens(report.server.endpoint.port);
}

bool RunReport::shows(const Moment& moment) const {
    const Timeline& timeline = correlator_.timeline();
    const std::uint64_t only = options_.report.connection;
    switch (moment.what) {
        case Moment::What::Segment: {
            const std::uint64_t connection = timeline.segments[moment.index].connection.id;
            return takes_part(connection) && (only == 0 || connection == only);
        }
        case Moment::What::Passage: {
            const std::uint64_t connection = timeline.segment(timeline.passages[moment.index].segment).connection.id;
            return takes_part(connection) && (only == 0 || connection == only);
        }
        case Moment::What::CallBegins:
        case Moment::What::CallEnds:
            return only == 0 || timeline.calls[moment.index].connection == only;
        case Moment::What::Frame:
        case Moment::What::Output:
        case Moment::What::Process:
            return only == 0;
    }
    return true;
}

bool RunReport::may_wait(const Moment& moment, base::Timestamp time) const {
    const Timeline& timeline = correlator_.timeline();
    const bool is_unknown = moment.what == Moment::What::Segment
                                ? !takes_part(timeline.segments[moment.index].connection.id)
                                : !render::RunLadder::can_be_shown(timeline, moment);
    return moment.time + (is_unknown ? longest_wait_for_segments : usual_wait) > time;
}

void RunReport::show_until(base::Timestamp time) {
    const std::size_t before = shown_;
    if (is_live()) {
        show_moments_until(time);
    }
    if (keeper_ != nullptr && shown_ != before) {
        keeper_->add(tracefile::Shown{time});
    }
    keep_until(time);
}

void RunReport::keep_until(base::Timestamp time) {
    if (keeper_ != nullptr) {
        keeper_->write_until(time, correlator_.timeline());
    }
}

void RunReport::show_moments_until(base::Timestamp time) {
    const Timeline& timeline = correlator_.timeline();
    for (; shown_ < timeline.moments.size() && !may_wait(timeline.moments[shown_], time); ++shown_) {
        if (shows(timeline.moments[shown_])) {
            output_.write(ladder_.moment(timeline, timeline.moments[shown_]));
        }
    }
    output_.flush();
}

void RunReport::end() {
    correlator_.finish();
    for (const correlate::Call& call : correlator_.timeline().calls) {
        note_connection(call.begin.id);
    }
    count();
}

std::set<std::uint64_t> RunReport::concerned() const {
    std::set<std::uint64_t> all;
    for (const tcp::Connection& connection : correlator_.timeline().connections) {
        if (takes_part(connection.id)) {
            all.insert(connection.id);
        }
    }
    return all;
}

std::vector<findings::Finding> RunReport::findings() const {
    return findings::find(correlator_.timeline(), options_.network);
}

void RunReport::finish() {
    end();
    if (!options_.report.summary) {
        show_rest();
    }
    show_connections();
    if (!options_.report.summary) {
        show_findings();
    }
    if (options_.report.json) {
        output_.write(render::json_totals(totals_));
    } else if (options_.has_segments) {
        output_.write(render::totals_text(totals_, options_.report.style));
    }
    output_.flush();
}

void RunReport::show_findings() {
    const std::vector<findings::Finding> all = findings();
    if (!options_.report.json) {
        output_.write(render::findings_text(all, options_.report.style));
        return;
    }
    for (const findings::Finding& finding : all) {
        output_.write(render::json_finding(finding));
    }
}

void RunReport::show_rest() {
    const Timeline& timeline = correlator_.timeline();
    if (!is_live() && !options_.report.json) {
        output_.write(ladder_.opening());
    }
    for (; shown_ < timeline.moments.size(); ++shown_) {
        const Moment& moment = timeline.moments[shown_];
        if (shows(moment)) {
            output_.write(options_.report.json ? render::json_moment(timeline, moment)
                                               : ladder_.moment(timeline, moment));
        }
    }
}

void RunReport::show_connections() {
    const ReportOptions& report = options_.report;
    if (report.summary && !report.json && !correlator_.timeline().connections.empty()) {
        output_.write(render::summary_heading(report.style));
    }
    for (const tcp::Connection& connection : correlator_.timeline().connections) {
        if (!takes_part(connection.id) || (report.connection != 0 && report.connection != connection.id)) {
            continue;
        }
        const explain::Explanation explanation = explain::explain(connection);
        output_.write(report.json      ? render::json_connection(connection, explanation)
                      : report.summary ? render::summary_row(connection, report.style)
                                       : ladder_.connection(connection, explanation));
    }
}

/// What is shown: of other traffic nothing is said.
void RunReport::count() {
    for (const tcp::Connection& connection : correlator_.timeline().connections) {
        if (takes_part(connection.id)) {
            ++totals_.connections;
            totals_.segments += connection.client.segments + connection.server.segments;
        }
    }
    totals_.others = correlator_.timeline().other_frames;
    totals_.frames = totals_.segments + totals_.others.all();
}

}  // namespace sockstep::app
