// tracer/os/scheduling.hpp - to be run as soon as there is something to do.
#pragma once

namespace sockstep::os {

/// Asks the kernel to run this thread before others whenever it is ready: in real time (SCHED_FIFO) where that is
/// allowed, otherwise with a better nice value, otherwise not at all. What is started from now on runs as usual.
/// Source: sched(7), "SCHED_FIFO", "Resetting scheduling policy for child processes"
void hurry_this_thread() noexcept;

}  // namespace sockstep::os
