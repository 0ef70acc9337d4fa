// tracer/base/timestamp.hpp - points in time and how they are written.
#pragma once

#include <chrono>
#include <string>

namespace sockstep::base {

using Duration = std::chrono::nanoseconds;

/// A point in time as a capture states it: nanoseconds since 1970-01-01 00:00 UTC. Nothing here reads a clock.
using Timestamp = std::chrono::time_point<std::chrono::system_clock, Duration>;

/// Seconds with three significant decimals or so, in the unit a reader would choose: "85 us", "1.24 ms", "3.02 s".
std::string to_string(Duration duration);

/// "0.204": seconds with `decimals` decimals, rounded down to the last one; negative durations keep their sign.
std::string seconds(Duration duration, int decimals);

}  // namespace sockstep::base
