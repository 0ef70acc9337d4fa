// tracer/os/standard_streams.hpp - descriptors 0, 1 and 2, also for a program that was started without them.
#pragma once

namespace sockstep::os {

/// Makes sure that no file or socket opened later becomes standard input, output or error: one that is closed is opened
/// the wrong way round, so that to use it still fails with EBADF. Call it before all else. Throws: std::system_error.
void occupy_standard_streams();

/// Ends this process as the kernel ends one whose reader went away: by SIGPIPE, whatever was made of that signal.
void end_by_broken_pipe();

}  // namespace sockstep::os
