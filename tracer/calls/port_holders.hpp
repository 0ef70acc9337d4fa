// tracer/calls/port_holders.hpp - who holds a TCP port in a program's network.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <vector>

#include "record/call.hpp"

namespace sockstep::calls {

/// All TCP sockets whose local port is `port`, in the network of thread `tid`: of a bind() that failed with EADDRINUSE.
std::vector<record::PortHolder> holders_of(std::uint16_t port, pid_t tid);

/// The listeners on `port`, and on the port that has its two octets swapped: of a connect() that was refused.
std::vector<record::PortHolder> listeners_near(std::uint16_t port, pid_t tid);

}  // namespace sockstep::calls
