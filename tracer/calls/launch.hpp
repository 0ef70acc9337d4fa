// tracer/calls/launch.hpp - starts a program under ptrace and the seccomp filter.
#pragma once

#include <linux/filter.h>
#include <sys/types.h>

#include <vector>

#include "calls/tracer.hpp"

namespace sockstep::calls {

/// The program as it stands at PTRACE_EVENT_EXEC, stopped before its first instruction.
/// Throws: std::system_error naming the program, or what of tracing is not allowed.
/// `holder` keeps the session of its controlling terminal, if it gets one: see fork_in_session().
/// Blocks: until it has become its program, or has failed to.
pid_t launch_stopped(const Launch& what, std::vector<sock_filter>& filter, os::Fd& holder);

}  // namespace sockstep::calls
