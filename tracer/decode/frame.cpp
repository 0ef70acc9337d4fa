// tracer/decode/frame.cpp - the way in: a frame, and what it turns out to be.
#include "decode/frame.hpp"

#include <algorithm>

#include "decode/layers.hpp"

namespace sockstep::decode {

Decoded decode(base::LinkType link, base::Bytes bytes, std::uint32_t wire_length) {
    // A file may state a wire length below what it holds; what was captured was there.
    return read_link_layer(link, CapturedFrame{bytes, std::max<std::size_t>(wire_length, bytes.size())});
}

}  // namespace sockstep::decode
