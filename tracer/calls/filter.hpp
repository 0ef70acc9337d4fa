// tracer/calls/filter.hpp - the seccomp filter that makes only the calls of the table stop.
#pragma once

#include <linux/filter.h>

#include <vector>

namespace sockstep::calls {

/// A program for seccomp(2). A traced call's stop tells its row of the call table: PTRACE_GETEVENTMSG, ret_data. Calls
/// of another architecture (a 32-bit program's) do not stop. Throws: std::system_error if it cannot be made.
std::vector<sock_filter> make_filter();

}  // namespace sockstep::calls
