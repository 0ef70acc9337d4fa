// tracer/labnet/damage.cpp - where in a frame a bit may flip.
#include "labnet/damage.hpp"

#include <cassert>
#include <cstddef>
#include <variant>

#include "decode/frame.hpp"

namespace sockstep::labnet {

void flip_a_bit(std::span<std::uint8_t> frame, std::uint64_t number) {
    assert(!frame.empty());
    constexpr std::uint64_t bits = 8;
    const decode::Decoded decoded =
        decode::decode(base::LinkType::Ethernet, frame, static_cast<std::uint32_t>(frame.size()));
    std::size_t at = frame.size() - 1;
    if (const auto* segment = std::get_if<decode::TcpSegment>(&decoded); segment && !segment->payload.empty()) {
        const auto payload_at = static_cast<std::size_t>(segment->payload.data() - frame.data());
        at = payload_at + number / bits % segment->payload.size();
    }
    frame[at] ^= static_cast<std::uint8_t>(1U << number % bits);
}

}  // namespace sockstep::labnet
