// tracer/tcp/tracker.hpp - many connections at once: each segment to its own.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>

#include "base/timestamp.hpp"
#include "decode/tcp_segment.hpp"
#include "tcp/connection.hpp"
#include "tcp/connection_table.hpp"
#include "tcp/segment.hpp"

namespace sockstep::tcp {

/// How long what has ended is kept for a late repeat. Beyond that a connection is folded into its report, so that
/// memory grows with the connections that are open, not with all that ever were.
struct Retention {
    base::Duration time = std::chrono::minutes{2};  // in capture time; 2 MSL would be 4: RFC 9293 section 3.4.2
    std::size_t most_ended = 16'384;
};

class Tracker {
public:
    /// Takes the report of a connection that is over, once; it lives for the length of the call.
    using Fold = std::function<void(const Connection&)>;

    /// `hash_seed` keeps whoever made a capture from choosing endpoints that collide; results do not depend on it.
    explicit Tracker(Fold fold, Detail detail = Detail::Segments, std::uint64_t hash_seed = 0,
                     Retention retention = {});

    struct Result {
        const Segment& segment;
        const Connection& connection;  // as it is after the segment
    };
    /// The next segment, in the order in which it was seen. The result lives until the next call.
    Result add(const decode::TcpSegment& segment, std::uint64_t frame, base::Timestamp time) {
        return add(segment, hash(segment), frame, time);
    }

    /// The same in steps, for who has several segments at hand: hash each, which any thread may do at any time; then,
    /// some segments ahead, announce each, then prepare each; then add each. With many connections open the memory of
    /// the next ones is then on its way while the first are worked on.
    std::uint64_t hash(const decode::TcpSegment& segment) const {
        return table_.hash(segment.source, segment.destination);
    }
    void announce(std::uint64_t hash) const { table_.prefetch_slot(hash); }
    void prepare(std::uint64_t hash) const { table_.prefetch_connection(hash); }
    Result add(const decode::TcpSegment& segment, std::uint64_t hash, std::uint64_t frame, base::Timestamp time);

    /// Folds all that is left, in the order of ids. No segment may follow.
    void finish();

    std::uint64_t segments() const { return segments_; }
    std::uint64_t connections() const { return connections_; }

private:
    struct Ended {
        std::uint64_t hash = 0;
        std::uint64_t id = 0;
        base::Timestamp time;
    };

    void fold_the_ended(base::Timestamp now);

    Fold fold_;
    Detail detail_;
    Retention retention_;
    ConnectionTable table_;
    std::deque<Ended> ended_;
    bool one_has_ended_ = false;  // since the last folding
    Segment segment_;
    std::uint64_t segments_ = 0;
    std::uint64_t connections_ = 0;
};

}  // namespace sockstep::tcp
