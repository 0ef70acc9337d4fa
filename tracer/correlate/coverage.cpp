// tracer/correlate/coverage.cpp - a sorted list of pieces.
#include "correlate/coverage.hpp"

#include <algorithm>
#include <unordered_set>

namespace sockstep::correlate {

std::vector<Coverage::Piece>::const_iterator Coverage::first_after(std::int64_t byte) const {
    return std::upper_bound(pieces_.begin(), pieces_.end(), byte,
                            [](std::int64_t value, const Piece& piece) { return value < piece.range.to; });
}

void Coverage::add(tcp::StreamRange range, std::uint64_t owner) {
    while (range.length() > 0) {
        const auto next = first_after(range.from);
        if (next != pieces_.end() && next->range.from <= range.from) {
            range.from = next->range.to;  // owned already
            continue;
        }
        const std::int64_t end = next == pieces_.end() ? range.to : std::min(range.to, next->range.from);
        pieces_.insert(next, {{range.from, end}, owner});
        range.from = end;
    }
}

std::uint64_t Coverage::owner_of(std::int64_t byte) const {
    const auto piece = first_after(byte);
    return piece != pieces_.end() && piece->range.from <= byte ? piece->owner : 0;
}

std::vector<std::uint64_t> Coverage::owners_in(tcp::StreamRange range) const {
    std::vector<std::uint64_t> owners;
    std::unordered_set<std::uint64_t> known;
    for (auto piece = first_after(range.from); piece != pieces_.end() && piece->range.from < range.to; ++piece) {
        if (known.insert(piece->owner).second) {
            owners.push_back(piece->owner);
        }
    }
    return owners;
}

}  // namespace sockstep::correlate
