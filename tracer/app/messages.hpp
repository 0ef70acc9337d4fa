// tracer/app/messages.hpp - what is told on standard error, a line at a time.
#pragma once

#include <string_view>

namespace sockstep::app {

/// Writes "sockstep: ", `text` and a newline to standard error. It stays one line and cannot command the terminal,
/// whatever a file name in it holds: control characters are escaped. Never throws: when nobody can be told, the exit
/// status has to do.
void say(std::string_view text) noexcept;

}  // namespace sockstep::app
