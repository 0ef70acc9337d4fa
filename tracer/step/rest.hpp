// tracer/step/rest.hpp - what the kernels will still send by themselves: answers they owe, and what nobody
// acknowledged.
#pragma once

#include <optional>
#include <vector>

#include "base/seq_num.hpp"
#include "base/timestamp.hpp"
#include "decode/tcp_segment.hpp"

namespace sockstep::step {

/// Is told of each segment when it enters the wire and when it arrives. TCP answers whatever takes sequence numbers, at
/// once or with a delayed acknowledgement, so until the answer enters the wire things are not at rest, though every
/// thread sleeps.
class Rest {
public:
    void entered(const decode::TcpSegment& segment);
    /// Undamaged, at its receiver's kernel.
    void arrived(const decode::TcpSegment& segment, base::Timestamp time);

    /// A kernel has got what it must answer, and has not. One that stays silent (a listener whose accept queue is full,
    /// a host that drops what is not for it) owes nothing any more once the longest delay of an acknowledgement is
    /// over. Source: TCP_DELACK_MAX of the kernel's include/net/tcp.h; RFC 1122 section 4.2.3.2 allows 500 ms
    bool owes_answer(base::Timestamp now) const;

    /// Something was sent whose acknowledgement has not arrived: its sender's retransmission timer runs. Source: RFC
    /// 6298 section 5
    bool has_unacknowledged() const;

private:
    /// One direction of a connection.
    struct Flow {
        base::Endpoint source;
        base::Endpoint destination;
        std::optional<base::SeqNum> sent;       // what comes after the last sequence number sent
        std::optional<base::SeqNum> acked;      // how far acknowledgements have come back to the sender
        std::optional<base::SeqNum> to_answer;  // what comes after the last that arrived, until it is answered
        base::Timestamp arrived{};
    };

    Flow& flow(const base::Endpoint& source, const base::Endpoint& destination);
    void forget(const decode::TcpSegment& segment);

    std::vector<Flow> flows_;
};

}  // namespace sockstep::step
