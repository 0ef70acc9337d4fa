// tracer/render/json_run.hpp - what happened in a run, as JSON lines: calls and segments with causes and wakes.
#pragma once

#include <cstdint>
#include <string>

#include "correlate/timeline.hpp"

namespace sockstep::render {

/// One line, or none: a call stands where it begins, with what became of it, so its end has no line of its own. Times
/// are seconds since the run began. REQUIRES, for causes and wakes to be complete: that `timeline` is.
std::string json_moment(const correlate::Timeline& timeline, const correlate::Moment& moment);

/// Before the lines of each run, where a file has several.
std::string json_run(std::uint64_t number, std::uint64_t of);

}  // namespace sockstep::render
