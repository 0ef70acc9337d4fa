// tracer/decode/checksum.hpp - the Internet checksum, and what became of a segment's.
#pragma once

#include "base/bytes.hpp"
#include "base/ip_address.hpp"
#include "decode/tcp_segment.hpp"

namespace sockstep::decode {

/// Verifies the checksum of `segment`: the whole TCP segment, from its header to the last octet of its payload, as it
/// travels between these two addresses. Never NotChecked. Source: RFC 9293 section 3.1.
Checksum verify_checksum(const base::IpAddress& source, const base::IpAddress& destination, base::Bytes segment);

}  // namespace sockstep::decode
