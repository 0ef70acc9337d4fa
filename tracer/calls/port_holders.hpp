// tracer/calls/port_holders.hpp - who holds a port in a program's network.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <vector>

#include "record/call.hpp"

namespace sockstep::calls {

/// A socket with the one address is in the way of one that wants the other: the same port, and addresses that are the
/// same or of which one stands for all.
bool are_in_each_others_way(const base::Endpoint& one, const base::Endpoint& other);

enum class Transport : std::uint8_t { Tcp, Udp };

/// All sockets that are in the way of `wanted`, in the network of thread `tid`: of a bind() that failed with
/// EADDRINUSE. Of TCP those that listen or are connected; of UDP all that have a name.
std::vector<record::PortHolder> holders_of(const base::Endpoint& wanted, Transport transport, pid_t tid);

/// The listeners on `port`, and on the port that has its two octets swapped: of a connect() that was refused.
std::vector<record::PortHolder> listeners_near(std::uint16_t port, pid_t tid);

}  // namespace sockstep::calls
