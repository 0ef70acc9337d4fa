// tracer/render/findings.hpp - what a teacher would point at, at the end of a run.
#pragma once

#include <string>
#include <vector>

#include "findings/findings.hpp"
#include "render/style.hpp"

namespace sockstep::render {

/// A paragraph for each: severity, name, what happened, what to do, and the calls and segments that show it. Empty if
/// there are none.
std::string findings_text(const std::vector<findings::Finding>& all, const Style& style);

/// One line, ended by a newline.
std::string json_finding(const findings::Finding& finding);

}  // namespace sockstep::render
