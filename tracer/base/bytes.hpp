// tracer/base/bytes.hpp - a run of octets somebody else owns, and a reader that never leaves it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

/// base: the small values everything else is made of. Comes in: nothing. Goes out: types that know how to compare,
/// measure and print themselves. Called by every module; knows nothing of TCP, files or the kernel.
namespace sockstep::base {

/// Octets in memory that somebody else owns; whoever hands them out says how long they live.
using Bytes = std::span<const std::uint8_t>;

/// Reads fixed-size integers from the front of a run of octets. REQUIRES of the caller: nothing; a read past the end
/// returns nothing and moves nothing.
class ByteReader {
public:
    explicit ByteReader(Bytes bytes) : bytes_{bytes} {}

    std::size_t offset() const { return offset_; }
    std::size_t remaining() const { return bytes_.size() - offset_; }
    Bytes rest() const { return bytes_.subspan(offset_); }

    std::optional<std::uint8_t> u8() { return big_endian<std::uint8_t>(); }
    /// Network byte order: the most significant octet first (RFC 1700, "Data Notations").
    std::optional<std::uint16_t> u16() { return big_endian<std::uint16_t>(); }
    std::optional<std::uint32_t> u32() { return big_endian<std::uint32_t>(); }

    /// The next `count` octets, or nothing if fewer are left.
    std::optional<Bytes> take(std::size_t count) {
        if (remaining() < count) {
            return std::nullopt;
        }
        const Bytes taken = bytes_.subspan(offset_, count);
        offset_ += count;
        return taken;
    }

private:
    template <typename Integer>
    std::optional<Integer> big_endian() {
        const auto octets = take(sizeof(Integer));
        if (!octets) {
            return std::nullopt;
        }
        std::uint64_t value = 0;
        for (const std::uint8_t octet : *octets) {
            value = value << 8U | octet;
        }
        return static_cast<Integer>(value);
    }

    Bytes bytes_;
    std::size_t offset_ = 0;
};

/// Two or four octets at `at`, network byte order. REQUIRES: they lie within `bytes`.
inline std::uint16_t u16_at(Bytes bytes, std::size_t at) {
    return static_cast<std::uint16_t>(bytes[at] << 8U | bytes[at + 1]);
}
inline std::uint32_t u32_at(Bytes bytes, std::size_t at) {
    return static_cast<std::uint32_t>(u16_at(bytes, at)) << 16U | u16_at(bytes, at + 2);
}

}  // namespace sockstep::base
