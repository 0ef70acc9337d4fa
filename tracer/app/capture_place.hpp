// tracer/app/capture_place.hpp - a network in which this process may capture: the present one, or one of its own.
#pragma once

#include <cstdint>
#include <functional>
#include <string_view>

namespace sockstep::app {

enum class CapturePlace : std::uint8_t { None, Here, PrivateNetwork };

/// Does nothing where this process may capture; otherwise moves it into a private network, where it stays, and tells
/// `notice` so. None where neither is allowed, which `notice` is told too. Needs: a process with one thread.
CapturePlace find_a_place_to_capture(const std::function<void(std::string_view)>& notice);

}  // namespace sockstep::app
