// tracer/app/traced_ports.cpp - ports, out of calls and frames.
#include "app/traced_ports.hpp"

#include <charconv>
#include <string_view>
#include <variant>

#include "decode/frame.hpp"

namespace sockstep::app {

namespace {

/// Of "10.0.0.1:5000" and "[::1]:5000"; 0 if there is none.
std::uint16_t port_in(std::string_view address) {
    const std::size_t colon = address.rfind(':');
    std::uint16_t port = 0;
    if (colon != std::string_view::npos) {
        std::from_chars(address.data() + colon + 1, address.data() + address.size(), port);
    }
    return port;
}

}  // namespace

void TracedPorts::add(const record::Event& event) {
    if (const auto* call = std::get_if<record::CallBegin>(&event)) {
        for (const record::Argument& argument : call->arguments) {
            const auto* address = std::get_if<std::string>(&argument.value);
            if (call->kind == record::CallKind::Connect && address != nullptr) {
                all_.insert(port_in(*address));
            }
        }
    } else if (const auto* end = std::get_if<record::CallEnd>(&event)) {
        if (end->socket && end->socket->state == "LISTEN" && end->socket->local) {
            listening_.insert(end->socket->local->port);
            all_.insert(end->socket->local->port);
        }
    }
}

bool TracedPorts::concerns(const record::Frame& frame) const {
    const decode::Decoded decoded = decode::decode(frame.link, frame.bytes, frame.wire_length);
    const auto* segment = std::get_if<decode::TcpSegment>(&decoded);
    return segment != nullptr && (all_.contains(segment->source.port) || all_.contains(segment->destination.port));
}

}  // namespace sockstep::app
