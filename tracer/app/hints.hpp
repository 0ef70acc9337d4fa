// tracer/app/hints.hpp - what to do about a call that the kernel refused.
#pragma once

#include <string>
#include <system_error>

namespace sockstep::app {

/// What to type or change, as one sentence; empty where nothing is known to help.
std::string hint_for(const std::system_error& error);

/// "open(trace.pcap): No such file or directory", and the hint.
std::string message_for(const std::system_error& error);

}  // namespace sockstep::app
