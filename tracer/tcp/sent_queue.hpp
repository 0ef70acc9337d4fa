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
    Reference segment;          // the first copy
    bool repeated = false;      // sent again since: its acknowledgement may answer either copy
    Reference latest{};         // ... the last copy
    base::Duration interval{};  // ... between that and the copy before it; 0 if it was asked for
};

/// What the other end had said last when a segment was sent again.
struct Heard {
    std::uint64_t segment = 0;  // its id; 0: nothing
    bool long_ago = false;      // longer than it takes to be answered
};

/// The copies of a segment that were sent before this one.
struct Copies {
    Reference first;
    Reference latest;                        // the same, if it was sent once
    std::optional<base::Duration> interval;  // between `latest` and the copy before it, if nothing asked for `latest`
    bool unasked = false;                    // nothing asks for this one

    friend bool operator==(const Copies&, const Copies&) = default;
};

/// The retransmission queue of RFC 9293 section 3.8.1, as an observer can rebuild it: ascending by sequence number.
class SentQueue {
public:
    void push(Sent sent);

    /// Marks what lies in [from, to) as sent again by `now`. Returns the copies of the first segment that carried any
    /// of it, if it is still waiting for its acknowledgement, or is among the last that were acknowledged.
    std::optional<Copies> repeat(std::int64_t from, std::int64_t to, Reference now, Heard heard);

    struct Acknowledged {
        Reference latest;        // the last of them that passed
        bool repeated = false;   // some of them were sent more than once
        bool to_the_end = true;  // nothing after them is acknowledged that never was in the queue
    };
    /// Removes the segments that `ack` covers whole; nothing if there is none.
    std::optional<Acknowledged> acknowledge(std::int64_t ack);

    /// Sooner than this a copy may be the network's, and no timer: those of kernels are longer.
    static constexpr base::Duration shortest_timer = std::chrono::milliseconds{20};

    /// A stream whose acknowledgements are never seen keeps this many segments and forgets the oldest.
    static constexpr std::size_t most_segments = 4096;

    /// So many that were acknowledged are remembered: an acknowledgement that we saw may have been lost after that.
    static constexpr std::size_t most_acknowledged = 3;

private:
    static void repeat_one(Sent& sent, Reference now, Heard heard, std::optional<Copies>& copies);

    std::vector<Sent> sent_;
    std::size_t head_ = 0;  // sent_[head_] is the oldest that waits; those before it were acknowledged
};

}  // namespace sockstep::tcp
