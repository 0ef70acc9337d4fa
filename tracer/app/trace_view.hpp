// tracer/app/trace_view.hpp - a run of a trace file, shown as when it took place.
#pragma once

#include <vector>

#include "app/run_report.hpp"
#include "render/cast.hpp"
#include "tracefile/run.hpp"

namespace sockstep::app {

/// What a report was told when the run took place, but for how it is to look.
RunReport::Options options_of(const tracefile::Run& run, const ReportOptions& report);
std::vector<render::Role> roles_of(const tracefile::Run& run);

/// The reverse: what a trace file says once.
tracefile::About about_of(const RunReport::Options& options, const std::vector<render::Role>& roles);

/// Tells `report` all that it was told then, in the same order and at the same moments, but for finish(). Then its
/// timeline is what it was.
void replay(const tracefile::Run& run, RunReport& report);

}  // namespace sockstep::app
