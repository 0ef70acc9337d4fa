// tracer/app/wire_plan.hpp - the options of the lab network, from words to values.
#pragma once

#include <vector>

#include "app/command_line.hpp"
#include "app/run_plan.hpp"

namespace sockstep::app {

/// Who is on which host, and what the wire does. Throws: CLI::ValidationError.
LabPlan lab_of(const WireTexts& texts, const std::vector<PlannedProgram>& programs);

/// Adds the options to `command`, to be stored in `texts`.
void add_wire_options(CLI::App& command, WireTexts& texts);

}  // namespace sockstep::app
