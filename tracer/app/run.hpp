// tracer/app/run.hpp - a plan, played and shown.
#pragma once

#include <string>

#include "app/demo_script.hpp"
#include "app/run_plan.hpp"

namespace sockstep::app {

/// Who says what happens, and what is typed.
struct Lead {
    std::string script{};                // a file with the words of a stepped run
    ChatScript* conversation = nullptr;  // of the demo
};

/// Returns the exit status. Needs: a process with one thread.
int run_plan(RunPlan plan, const Lead& lead);

}  // namespace sockstep::app
