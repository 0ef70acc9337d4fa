// tracer/capture/byte_order.hpp - integers of a file written by a machine of either byte order.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "base/bytes.hpp"

namespace sockstep::capture {

enum class ByteOrder : std::uint8_t { Little, Big };

constexpr ByteOrder native_order = std::endian::native == std::endian::little ? ByteOrder::Little : ByteOrder::Big;

/// Two, four or eight octets at `at`. REQUIRES: they lie within `bytes`.
inline std::uint16_t u16_at(base::Bytes bytes, std::size_t at, ByteOrder order) {
    std::uint16_t value = 0;
    std::memcpy(&value, bytes.data() + at, sizeof value);
    return order == native_order ? value : __builtin_bswap16(value);
}

inline std::uint32_t u32_at(base::Bytes bytes, std::size_t at, ByteOrder order) {
    std::uint32_t value = 0;
    std::memcpy(&value, bytes.data() + at, sizeof value);
    return order == native_order ? value : __builtin_bswap32(value);
}

inline std::uint64_t u64_at(base::Bytes bytes, std::size_t at, ByteOrder order) {
    const std::uint64_t first = u32_at(bytes, at, order);
    const std::uint64_t second = u32_at(bytes, at + 4, order);
    return order == ByteOrder::Big ? first << 32U | second : second << 32U | first;
}

}  // namespace sockstep::capture
