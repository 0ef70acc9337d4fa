// tracer/capture/input.cpp - filling the window.
#include "capture/input.hpp"

#include <algorithm>
#include <cassert>
#include <cstring>
#include <utility>

namespace sockstep::capture {

Input::Input(Source source, std::size_t buffer_size)
    : source_{std::move(source)},
      buffer_{std::make_unique_for_overwrite<std::uint8_t[]>(buffer_size)},
      capacity_{buffer_size} {
    assert(buffer_size > 0);
}

base::Bytes Input::fill(std::size_t count) {
    if (!started_) {
        started_ = true;
        unpack_if_gzip();
    }
    move_to_front();
    while (end_ < count && !ended_) {
        grow(count);
        read_more();
    }
    return {buffer_.get(), std::min(count, end_)};
}

std::uint64_t Input::skip(std::uint64_t count) {
    std::uint64_t left = count;
    while (left > 0) {
        const std::size_t step = std::min<std::uint64_t>(left, std::max<std::size_t>(end_ - begin_, 1));
        const std::size_t taken = peek(step).size();
        take(taken);
        left -= taken;
        if (taken == 0) {
            break;
        }
    }
    return count - left;
}

void Input::read_more() {
    const std::span<std::uint8_t> room{buffer_.get() + end_, capacity_ - end_};
    const auto count = gunzip_ ? gunzip_->read(room) : source_(room);
    interrupted_ = !count;
    ended_ = !count || *count == 0;
    end_ += count.value_or(0);
}

void Input::unpack_if_gzip() {
    while (end_ < 2 && !ended_) {
        grow(2);
        read_more();
    }
    if (begins_as_gzip({buffer_.get(), end_})) {
        gunzip_ = std::make_unique<Gunzip>(std::move(source_), base::Bytes{buffer_.get(), end_});
        end_ = 0;
    }
}

void Input::move_to_front() {
    if (begin_ == 0) {
        return;
    }
    std::memmove(buffer_.get(), buffer_.get() + begin_, end_ - begin_);
    before_buffer_ += begin_;
    end_ -= begin_;
    begin_ = 0;
}

/// Makes room for one octet more, if `wanted` octets are to fit. Doubles, so that a length that lies costs no more
/// memory than twice the octets that really come.
void Input::grow(std::size_t wanted) {
    if (end_ < capacity_) {
        return;
    }
    const std::size_t capacity = std::min(std::max(capacity_ * 2, std::size_t{16}), std::max(wanted, capacity_ + 1));
    auto larger = std::make_unique_for_overwrite<std::uint8_t[]>(capacity);
    std::memcpy(larger.get(), buffer_.get(), end_);
    buffer_ = std::move(larger);
    capacity_ = capacity;
}

}  // namespace sockstep::capture
