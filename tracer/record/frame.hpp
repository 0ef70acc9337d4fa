// tracer/record/frame.hpp - one frame, as it was observed.
#pragma once

#include <cstdint>

#include "base/bytes.hpp"
#include "base/link_type.hpp"
#include "base/timestamp.hpp"

/// record: what was observed, before anybody thought about it. Made by capture; read by everything after it.
namespace sockstep::record {

/// A frame from an interface or a file. It views its octets: they live until its source is asked for the next frame.
struct Frame {
    std::uint64_t number = 0;  // counts from 1, as Wireshark's frame numbers do
    base::Timestamp time;
    base::LinkType link = base::LinkType::Ethernet;
    std::uint32_t wire_length = 0;  // octets it had on the wire; bytes.size() of them were captured
    base::Bytes bytes;
};

}  // namespace sockstep::record
