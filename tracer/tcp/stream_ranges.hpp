// tracer/tcp/stream_ranges.hpp - which bytes of a stream have been seen, and how many.
#pragma once

#include <cstdint>
#include <vector>

namespace sockstep::tcp {

/// Stream bytes [from, to). An offset is negative where a stream's start was not seen and an earlier byte came later.
struct StreamRange {
    std::int64_t from = 0;
    std::int64_t to = 0;

    std::int64_t length() const { return to - from; }

    friend bool operator==(const StreamRange&, const StreamRange&) = default;
};

/// A set of stream bytes, kept as ranges that do not touch. Streams that are seen in order need one range, inline.
class StreamRanges {
public:
    enum class Overlap : std::uint8_t { None, Some, All };

    /// How much of `range`, which is not empty, is in the set.
    Overlap overlap(StreamRange range) const;

    /// Adds `range`; returns how many of its bytes are new.
    std::int64_t add(StreamRange range);

    /// One past the last byte of the range that `from` lies in or touches; `from` itself if it lies in a gap.
    std::int64_t end_of_run(std::int64_t from) const;

    /// The first byte of the set, and one past its last. REQUIRES: it is not empty.
    std::int64_t begin() const { return earlier_.empty() ? last_.from : earlier_.front().from; }
    std::int64_t end() const { return last_.to; }
    bool empty() const { return last_.from == last_.to; }
    /// How many gaps lie between the first and the last byte of the set.
    std::size_t gaps() const { return earlier_.size(); }

    /// A stream with more gaps than this (a capture that lost most of it) is taken to have seen its earliest ones.
    static constexpr std::size_t most_gaps = 1024;

private:
    std::int64_t add_out_of_order(StreamRange range);
    void keep_to_most_gaps();

    StreamRange last_;                  // the range furthest along the stream
    std::vector<StreamRange> earlier_;  // the ones before it, ascending
};

}  // namespace sockstep::tcp
