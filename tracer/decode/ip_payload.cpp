// tracer/decode/ip_payload.cpp - what an IP packet carries: TCP is read, all else is named.
#include "decode/layers.hpp"
#include "decode/names.hpp"

namespace sockstep::decode {

Decoded read_ip_payload(const CapturedFrame& frame, IpProtocol protocol, const IpPayload& packet) {
    if (protocol == IpProtocol::Tcp) {
        return read_tcp(frame, packet);
    }
    const auto number = static_cast<std::uint8_t>(protocol);
    return NotTcp{"IP protocol", number, ip_protocol_name(number)};
}

}  // namespace sockstep::decode
