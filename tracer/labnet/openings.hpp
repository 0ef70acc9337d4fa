// tracer/labnet/openings.hpp - asks kernels whether they have taken the segments that are to complete handshakes.
#pragma once

#include <cstdint>
#include <map>
#include <utility>
#include <vector>

#include "base/ip_address.hpp"
#include "decode/tcp_segment.hpp"
#include "labnet/kernel_query.hpp"
#include "labnet/network.hpp"
#include "record/frame.hpp"
#include "record/passage.hpp"

namespace sockstep::labnet {

/// The wire does not tell whether a kernel has taken what was delivered to it: while the accept queue is full, or
/// TCP_DEFER_ACCEPT waits for data, the last ACK of a handshake is let lie, and the connection stays in SYN-RECEIVED.
class Openings {
public:
    /// Needs: the process that made `network`.
    explicit Openings(const Network& network);

    /// A frame has entered the wire.
    void enters(const record::Frame& frame);
    /// The wire has just delivered a frame, or has not: writes down what the kernel says, if it is about a handshake.
    void ask(record::Passage& passage);

private:
    struct Pair {
        base::Endpoint acceptor;
        base::Endpoint connector;
    };
    struct Opening {
        Pair ends;
        std::vector<std::uint64_t> frames;  // that may complete it
    };

    std::vector<Opening>::iterator opening_of(const base::Endpoint& acceptor, const base::Endpoint& connector);

    std::vector<KernelQuery> kernels_;  // of the hosts
    std::vector<Opening> openings_;     // whose SYN-ACK has passed, and that no kernel is known to have completed
};

}  // namespace sockstep::labnet
