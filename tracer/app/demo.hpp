// tracer/app/demo.hpp - sockstep demo: a group chat in the lab network.
#pragma once

#include "app/run_plan.hpp"

namespace sockstep::app {

/// chat-server, and a chat-client for each of two people, with 30 ms between them and one segment that is lost. In the
/// lab network; without one, in the present network, on a port that is free there.
RunPlan demo_plan(const OutputOptions& output, bool has_lab);

}  // namespace sockstep::app
