// tracer/os/prepared_child.hpp - what all do who fork() and then execve().
#pragma once

#include <string>
#include <vector>

namespace sockstep::os {

/// The pointers that execve() wants, which does not change what they point to. They live as long as `texts`.
std::vector<char*> pointers_to(const std::vector<std::string>& texts);

/// Signals as a shell hands them over: none blocked, SIGPIPE deadly. Those that are ignored, as by nohup, stay so.
/// Async-signal-safe: to be called by the child.
void reset_signals();

}  // namespace sockstep::os
