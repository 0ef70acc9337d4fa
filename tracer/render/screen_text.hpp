// tracer/render/screen_text.hpp - a segment in one line of a stop.
#pragma once

#include <cstddef>
#include <string>

#include "correlate/timeline.hpp"

namespace sockstep::render {

/// "#3 PSH ACK  seq 1  ack 1  6 bytes "hello\n"".
std::string screen_text(const correlate::Segment& segment);

}  // namespace sockstep::render
