// tracer/app/capture_place.hpp - a network in which this process may capture: the present one, or one of its own.
#pragma once

#include <functional>
#include <stdexcept>
#include <string>
#include <string_view>

namespace sockstep::app {

/// Nothing may be captured here, nor in a private network. what() has several lines: why, and what to do.
class CannotCapture : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

/// Does nothing where this process may capture; otherwise moves it into a private network, where it stays, and tells
/// `notice` so. `who` is the subject of the sentences: "the demo". Needs: a process with one thread. Throws:
/// CannotCapture.
void find_a_place_to_capture(const std::string& who, const std::function<void(std::string_view)>& notice);

}  // namespace sockstep::app
