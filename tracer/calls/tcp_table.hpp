// tracer/calls/tcp_table.hpp - all TCP that the kernel of one network namespace knows, with and without a program.
#pragma once

#include <array>
#include <vector>

#include "os/fd.hpp"
#include "record/socket.hpp"

namespace sockstep::calls {

/// The kernel's own list: also connections that no program has accepted yet, and those whose program has gone.
/// Source: proc(5), /proc/net/tcp
class TcpTable {
public:
    /// `network`: a descriptor of the namespace. Needs: CAP_SYS_ADMIN over it, and over our own; one thread.
    /// Throws: std::system_error.
    explicit TcpTable(int network);

    /// As it is now, without what listens: both ends, state, queues, and the socket's number, 0 where no program has
    /// it.
    std::vector<record::Socket> connections() const;

private:
    std::array<os::Fd, 2> files_;  // of IPv4 and IPv6; they stay what they are wherever they are read
};

}  // namespace sockstep::calls
