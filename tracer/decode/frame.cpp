// tracer/decode/frame.cpp - the way in: a frame, and what it turns out to be.
#include "decode/frame.hpp"

#include <algorithm>

#include "decode/layers.hpp"

namespace sockstep::decode {

Decoded decode(base::LinkType link, base::Bytes bytes, std::uint32_t wire_length) {
    // A file may state a wire length below what it holds; what was captured was there.
    return read_link_layer(link, CapturedFrame{bytes, std::max<std::size_t>(wire_length, bytes.size())});
}

void OtherFrames::add(const Decoded& decoded) {
    if (const auto* other = std::get_if<NotTcp>(&decoded)) {
        ++(other->is_link_type() ? other_links : not_tcp);
    }
    fragments += std::holds_alternative<Fragment>(decoded) ? 1U : 0U;
    cut_short += std::holds_alternative<CutShort>(decoded) ? 1U : 0U;
    malformed += std::holds_alternative<Malformed>(decoded) ? 1U : 0U;
}

}  // namespace sockstep::decode
