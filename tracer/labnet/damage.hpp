// tracer/labnet/damage.hpp - flips one bit of a frame, so that its receiver's kernel must notice: pure.
#pragma once

#include <cstdint>
#include <span>

namespace sockstep::labnet {

/// Flips a bit of the payload of a TCP segment, chosen by `number`; of a frame without one a bit of its last octet,
/// which is the end of its last header. The Internet checksum that covers it is wrong afterwards: it notices any single
/// bit.
void flip_a_bit(std::span<std::uint8_t> frame, std::uint64_t number);

}  // namespace sockstep::labnet
