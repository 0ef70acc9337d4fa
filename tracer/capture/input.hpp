// tracer/capture/input.hpp - a source of octets with a window on what comes next.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "base/bytes.hpp"
#include "capture/gunzip.hpp"
#include "capture/source.hpp"

namespace sockstep::capture {

/// Reads a source in large pieces, unpacks it if it is gzip data, and lets a format look at the next octets in one run
/// of memory. Never waits for more than what is asked for.
class Input {
public:
    /// `buffer_size` octets are asked of the source at a time; the buffer grows when more are wanted in one run.
    Input(Source source, std::size_t buffer_size);

    /// The next `count` octets, without taking them; fewer only where the data ends. They live until the next call.
    base::Bytes peek(std::size_t count) {
        if (end_ - begin_ >= count) [[likely]] {
            return {buffer_.get() + begin_, count};
        }
        return fill(count);
    }

    /// Takes `count` octets. REQUIRES: peek() has shown them. What it showed stays where it is until the next peek().
    void take(std::size_t count) { begin_ += count; }

    /// Takes up to `count` octets, however many, without keeping them, and says how many there were.
    std::uint64_t skip(std::uint64_t count);

    /// Octets taken so far, unpacked: where the next peek() begins.
    std::uint64_t offset() const { return before_buffer_ + begin_; }
    /// Octets seen so far, taken or not.
    std::uint64_t end_offset() const { return before_buffer_ + end_; }

    /// True if the data ended because the user interrupted.
    bool interrupted() const { return interrupted_; }
    /// Why the data ended before its time, empty if it did not: damage to gzip data.
    std::string damage() const { return gunzip_ ? gunzip_->damage() : std::string{}; }

private:
    base::Bytes fill(std::size_t count);
    void read_more();
    void unpack_if_gzip();
    void move_to_front();
    void grow(std::size_t wanted);

    Source source_;
    std::unique_ptr<Gunzip> gunzip_;
    std::unique_ptr<std::uint8_t[]> buffer_;
    std::size_t capacity_;
    std::size_t begin_ = 0;  // [begin_, end_) of the buffer has been read and not been taken
    std::size_t end_ = 0;
    std::uint64_t before_buffer_ = 0;  // octets taken before the buffer's first
    bool started_ = false;
    bool ended_ = false;
    bool interrupted_ = false;
};

}  // namespace sockstep::capture
