// tracer/labnet/kernel_query.hpp - one question to the kernel of a host: the state of one connection, or of its
// listener.
#pragma once

#include <cstdint>
#include <optional>

#include "base/ip_address.hpp"
#include "os/fd.hpp"

namespace sockstep::labnet {

/// What a kernel has under two endpoints.
struct KernelSocket {
    std::uint8_t state = 0;          // TCP_SYN_RECV, TCP_LISTEN ...: <netinet/tcp.h>
    std::uint32_t waiting = 0;       // of a listener: connections that wait for accept
    std::uint32_t most_waiting = 0;  // ... and its backlog; Linux lets one more wait
};

/// A kernel answers while it is asked, whoever owns the socket. Source: sock_diag(7)
class KernelQuery {
public:
    /// `network`: a descriptor of the host's network namespace. Needs: to be able to enter it. Throws:
    /// std::system_error.
    explicit KernelQuery(int network);

    /// The connection between the two; where there is none, what listens at `local`. Nothing: neither, or the kernel
    /// cannot be asked.
    std::optional<KernelSocket> find(const base::Endpoint& local, const base::Endpoint& peer) const;
    /// What listens at `local`, or at every address with its port.
    std::optional<KernelSocket> listener(const base::Endpoint& local) const;

private:
    os::Fd socket_;  // not open: this kernel has no sock_diag
};

}  // namespace sockstep::labnet
