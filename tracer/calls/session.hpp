// tracer/calls/session.hpp - a session for a program that has a terminal of its own.
#pragma once

#include <sys/types.h>

#include "os/fd.hpp"

namespace sockstep::calls {

/// As fork(), but the child stands in a new session whose controlling terminal is `terminal`, as the leader of the
/// foreground process group, as if a shell had started it. The session's leader is a process that does nothing; it
/// stays until `holder` is closed: when a leader ends, the kernel hangs up on all of the foreground group, and a
/// program that outlives its parent would be killed. Source: setsid(2), credentials(7); Linux, disassociate_ctty()
pid_t fork_in_session(int terminal, os::Fd& holder);

}  // namespace sockstep::calls
