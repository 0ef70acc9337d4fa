// tracer/labnet/transit.cpp - a heap of frames.
#include "labnet/transit.hpp"

#include <algorithm>
#include <cassert>
#include <utility>

namespace sockstep::labnet {

namespace {

constexpr std::size_t most_buffers = 1024;  // kept for later

}  // namespace

void Transit::add(base::Timestamp due, Travelling frame) {
    heap_.push_back({due, turns_++, std::move(frame)});
    std::ranges::push_heap(heap_, later);
}

std::optional<base::Timestamp> Transit::next() const {
    return heap_.empty() ? std::nullopt : std::optional{heap_.front().due};
}

Travelling Transit::take() {
    assert(!heap_.empty());
    std::ranges::pop_heap(heap_, later);
    Travelling frame = std::move(heap_.back().frame);
    heap_.pop_back();
    return frame;
}

std::vector<std::uint8_t> Transit::copy_of(base::Bytes octets) {
    std::vector<std::uint8_t> buffer;
    if (!buffers_.empty()) {
        buffer = std::move(buffers_.back());
        buffers_.pop_back();
    }
    buffer.assign(octets.begin(), octets.end());
    return buffer;
}

void Transit::give_back(std::vector<std::uint8_t> buffer) {
    if (buffers_.size() < most_buffers) {
        buffers_.push_back(std::move(buffer));
    }
}

}  // namespace sockstep::labnet
