// tracer/tcp/stream_ranges.cpp - adding to and asking of a set of stream bytes.
#include "tcp/stream_ranges.hpp"

#include <algorithm>

namespace sockstep::tcp {

namespace {

std::int64_t shared(StreamRange a, StreamRange b) {
    return std::max<std::int64_t>(0, std::min(a.to, b.to) - std::max(a.from, b.from));
}

}  // namespace

StreamRanges::Overlap StreamRanges::overlap(StreamRange range) const {
    std::int64_t known = shared(last_, range);
    const auto first = std::ranges::lower_bound(earlier_, range.from, {}, &StreamRange::to);
    for (auto it = first; it != earlier_.end() && it->from < range.to; ++it) {
        known += shared(*it, range);
    }
    if (known == 0) {
        return Overlap::None;
    }
    return known == range.length() ? Overlap::All : Overlap::Some;
}

std::int64_t StreamRanges::add(StreamRange range) {
    if (range.from == range.to) {
        return 0;
    }
    if (empty()) {
        last_ = range;
        return range.length();
    }
    if (range.from == last_.to) {  // the next bytes in order
        last_.to = range.to;
        return range.length();
    }
    if (range.from > last_.to) {  // beyond a gap
        earlier_.push_back(last_);
        last_ = range;
        keep_to_most_gaps();
        return range.length();
    }
    const std::int64_t added = add_out_of_order(range);
    keep_to_most_gaps();
    return added;
}

void StreamRanges::keep_to_most_gaps() {
    if (earlier_.size() > most_gaps) {
        earlier_[1].from = earlier_[0].from;
        earlier_.erase(earlier_.begin());
    }
}

std::int64_t StreamRanges::add_out_of_order(StreamRange range) {
    std::int64_t known = 0;
    const auto first = std::ranges::lower_bound(earlier_, range.from, {}, &StreamRange::to);
    auto past = first;
    StreamRange merged = range;
    for (; past != earlier_.end() && past->from <= range.to; ++past) {
        known += shared(*past, range);
        merged = {std::min(merged.from, past->from), std::max(merged.to, past->to)};
    }
    if (merged.to >= last_.from) {
        known += shared(last_, range);
        last_ = {std::min(merged.from, last_.from), std::max(merged.to, last_.to)};
        earlier_.erase(first, past);
    } else if (first == past) {
        earlier_.insert(first, merged);
    } else {
        *first = merged;
        earlier_.erase(first + 1, past);
    }
    return range.length() - known;
}

std::int64_t StreamRanges::end_of_run(std::int64_t from) const {
    const auto within = std::ranges::lower_bound(earlier_, from, {}, &StreamRange::to);
    if (within != earlier_.end() && within->from <= from) {
        return within->to;
    }
    return !empty() && last_.from <= from && from <= last_.to ? last_.to : from;
}

}  // namespace sockstep::tcp
