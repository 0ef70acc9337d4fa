// tracer/app/run_report.hpp - what sockstep run prints: frames and records in, a ladder or JSON lines out.
#pragma once

#include <cstddef>
#include <cstdint>
#include <set>
#include <vector>

#include "app/output.hpp"
#include "app/report.hpp"
#include "app/trace_keeper.hpp"
#include "app/traced_ports.hpp"
#include "correlate/correlator.hpp"
#include "findings/findings.hpp"
#include "render/cast.hpp"
#include "render/json_lines.hpp"
#include "render/run_ladder.hpp"

namespace sockstep::app {

/// Frames and records come in the order of their times. The ladder is printed while the run goes on, as far as nothing
/// will change it any more; all else (JSON lines, --summary, --connection) when the run has ended.
class RunReport {
public:
    struct Options {
        ReportOptions report;
        bool held_back = false;    // print the ladder when the run has ended, too
        bool has_wire = false;     // frames come from a wire that tells when they arrive
        bool has_segments = true;  // false: calls only
        findings::Network network = findings::Network::Shared;
    };
    RunReport(Options options, std::vector<render::Role> roles, Output& output, std::uint64_t hash_seed);

    /// From now on `keeper`, if there is one, gets all that this takes in. It must outlive this.
    void keep_in(TraceKeeper* keeper) { keeper_ = keeper; }

    void add(const record::Frame& frame);
    void add(record::Event event);
    void add(const record::Passage& passage);

    /// Prints what happened before `time`. REQUIRES: all that did has been added.
    void show_until(base::Timestamp time);
    /// Only keeps it. REQUIRES: the same.
    void keep_until(base::Timestamp time);

    /// Nothing more will come: prints the rest.
    void finish();
    /// The same, and prints nothing.
    void end();

    /// The connections in which a traced socket takes part. REQUIRES: end() or finish().
    std::set<std::uint64_t> concerned() const;
    /// All that are certain. REQUIRES: end() or finish().
    std::vector<findings::Finding> findings() const;

    const render::Totals& totals() const { return totals_; }
    const correlate::Timeline& timeline() const { return correlator_.timeline(); }

private:
    bool is_live() const;
    void take(const record::Frame& frame);
    void show_moments_until(base::Timestamp time);
    bool takes_part(std::uint64_t connection) const;
    bool shows(const correlate::Moment& moment) const;
    bool may_wait(const correlate::Moment& moment, base::Timestamp time) const;
    void note_connection(std::uint64_t call);
    void show_rest();
    void show_connections();
    void show_findings();
    void count();

    Options options_;
    Output& output_;
    correlate::Correlator correlator_;
    TracedPorts ports_;
    render::RunLadder ladder_;
    render::Totals totals_;
    std::set<std::uint64_t> connections_;  // in which a traced socket takes part
    std::uint64_t frames_ = 0;             // that were taken; others are not even counted
    std::size_t shown_ = 0;                // moments
    TraceKeeper* keeper_ = nullptr;
};

}  // namespace sockstep::app
