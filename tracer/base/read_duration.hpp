// tracer/base/read_duration.hpp - durations as people type them.
#pragma once

#include <optional>
#include <string_view>

#include "base/timestamp.hpp"

namespace sockstep::base {

/// "200ms", "1.5s", "50us", up to 100 years. Nothing if it is none, or is negative.
std::optional<Duration> read_duration(std::string_view text);

}  // namespace sockstep::base
