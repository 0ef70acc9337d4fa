// tracer/app/decoded_frames.hpp - frames and what they carry, before anybody asks to which connection it belongs.
#pragma once

#include <cstdint>
#include <vector>

#include "decode/frame.hpp"
#include "record/frame.hpp"

namespace sockstep::app {

/// Three of the same length, one place a frame.
struct DecodedFrames {
    std::vector<record::Frame> frames;
    std::vector<decode::Decoded> decoded;
    std::vector<std::uint64_t> hashes;  // Tracker::hash() of a segment; of anything else 0

    void clear() {
        frames.clear();
        decoded.clear();
        hashes.clear();
    }
};

}  // namespace sockstep::app
