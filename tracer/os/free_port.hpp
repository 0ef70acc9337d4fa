// tracer/os/free_port.hpp - a port for a server that cannot choose one itself.
#pragma once

#include <cstdint>

namespace sockstep::os {

/// A TCP port on which nobody listens now, at any address of this network; somebody else may be quicker to take it.
/// Throws: std::system_error.
std::uint16_t free_port();

}  // namespace sockstep::os
