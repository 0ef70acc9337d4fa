// tracer/decode/tcp_options.hpp - the options of a TCP header, read.
#pragma once

#include <cstddef>

#include "base/bytes.hpp"
#include "decode/tcp_segment.hpp"

namespace sockstep::decode {

/// Reads options that take up `length` octets of the header, of which `captured` were captured.
/// REQUIRES: captured.size() <= length.
TcpOptions read_tcp_options(base::Bytes captured, std::size_t length);

}  // namespace sockstep::decode
