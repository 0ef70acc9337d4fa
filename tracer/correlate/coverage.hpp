// tracer/correlate/coverage.hpp - which call, or which segment, stream bytes belong to.
#pragma once

#include <cstdint>
#include <vector>

#include "tcp/stream_ranges.hpp"

namespace sockstep::correlate {

/// Bytes of one stream, each with its owner: the id of a call or a segment. Who comes first owns: a repeat changes
/// nothing. Streams that grow at their end, nearly all, are a list that grows at its end.
class Coverage {
public:
    /// Gives those bytes of `range` that have no owner yet to `owner`, an id from 1 on.
    void add(tcp::StreamRange range, std::uint64_t owner);

    /// 0: nobody.
    std::uint64_t owner_of(std::int64_t byte) const;

    /// The owners of bytes in `range`, each once, in the order of the bytes.
    std::vector<std::uint64_t> owners_in(tcp::StreamRange range) const;

private:
    struct Piece {
        tcp::StreamRange range;
        std::uint64_t owner = 0;
    };

    /// The first piece that ends after `byte`.
    std::vector<Piece>::const_iterator first_after(std::int64_t byte) const;

    std::vector<Piece> pieces_;  // ascending; they do not overlap
};

}  // namespace sockstep::correlate
