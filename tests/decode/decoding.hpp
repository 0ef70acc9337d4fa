// tests/decode/decoding.hpp - frames decoded with fewer words.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "decode/frame.hpp"
#include "decode/frame_builder.hpp"

namespace sockstep::decode {

/// Decodes a frame that was captured whole. The result views `frame`.
inline Decoded decode_whole(const Octets& frame, base::LinkType link = base::LinkType::Ethernet) {
    return decode(link, frame, static_cast<std::uint32_t>(frame.size()));
}
Decoded decode_whole(Octets&& frame, base::LinkType link = base::LinkType::Ethernet) = delete;

inline std::string description_of(const Octets& frame, base::LinkType link = base::LinkType::Ethernet) {
    return describe(decode_whole(frame, link));
}

/// EXPECT_THAT(decoded, is(NotTcp{...}))
template <typename Alternative>
auto is(const Alternative& expected) {
    return testing::VariantWith<Alternative>(expected);
}

/// Decodes the first `captured` octets of a frame that had more, and no octet beyond them may be read.
inline Decoded decode_snapped(const Octets& frame, std::size_t captured,
                              base::LinkType link = base::LinkType::Ethernet) {
    return decode(link, base::Bytes{frame}.first(captured), static_cast<std::uint32_t>(frame.size()));
}

/// The segment, or an empty one and a failed test that says what the frame was instead.
inline TcpSegment segment_of(const Decoded& decoded) {
    const TcpSegment* segment = std::get_if<TcpSegment>(&decoded);
    if (segment == nullptr) {
        ADD_FAILURE() << "no TCP segment but " << describe(decoded);
        return {};
    }
    return *segment;
}

inline std::string_view text_of(base::Bytes bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

}  // namespace sockstep::decode
