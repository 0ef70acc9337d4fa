// tracer/app/show_trace.hpp - the runs of a trace file, one after the other.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "app/output.hpp"
#include "app/output_options.hpp"
#include "capture/fault.hpp"
#include "tracefile/reader.hpp"

namespace sockstep::app {

/// Prints every run, or only number `only` if that is not 0. `file` names the file in messages. Returns the exit
/// status: 1 if the file is not whole, which it says.
int show_trace(const tracefile::Reader::Runs& all, const std::string& file, std::uint64_t only,
               const OutputOptions& options, Output& output);

/// One line: where the first fault of `file` is, and how many there are more. Returns the exit status, 1.
int complain(const std::string& file, const std::vector<capture::Fault>& faults);

/// Says what a trace lacks: records that are not in the file, the end of a run. False if it lacks nothing.
bool tell_what_is_missing(const tracefile::Reader::Runs& all, const std::string& file);

}  // namespace sockstep::app
