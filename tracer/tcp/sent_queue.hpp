// tracer/tcp/sent_queue.hpp - what one end has sent and the other has not acknowledged yet.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "tcp/segment.hpp"

namespace sockstep::tcp {

/// One segment that took sequence numbers [from, to), relative to the initial one; SYN and FIN count.
struct Sent {
    std::int64_t from = 0;
    std::int64_t to = 0;
    Reference segment;
    bool repeated = false;  // sent again since: its acknowledgement may answer either copy
};

/// The retransmission queue of RFC 9293 section 3.8.1, as an observer can rebuild it: ascending by sequence number.
class SentQueue {
public:
    void push(Sent sent);

    /// Marks what lies in [from, to) as sent again. Returns the first segment that carried any of it, if it is still
    /// waiting for its acknowledgement.
    std::optional<Reference> repeat(std::int64_t from, std::int64_t to);

    struct Acknowledged {
        Reference latest;        // the last of them that passed
        bool repeated = false;   // some of them were sent more than once
        bool to_the_end = true;  // nothing after them is acknowledged that never was in the queue
    };
    /// Removes the segments that `ack` covers whole; nothing if there is none.
    std::optional<Acknowledged> acknowledge(std::int64_t ack);

    /// A stream whose acknowledgements are never seen keeps this many segments and forgets the oldest.
    static constexpr std::size_t most_segments = 4096;

private:
    std::vector<Sent> sent_;
    std::size_t head_ = 0;  // sent_[head_] is the oldest that waits
};

}  // namespace sockstep::tcp
