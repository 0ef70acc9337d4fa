// tracer/decode/describe.cpp - one line on what a frame is, where it is no TCP segment.
#include <fmt/format.h>

#include <string>

#include "decode/frame.hpp"
#include "decode/names.hpp"

namespace sockstep::decode {

namespace {

std::string numbered(std::string_view layer, std::uint32_t number, std::string_view name) {
    return name.empty() ? fmt::format("{} {}", layer, number) : fmt::format("{} {} ({})", layer, number, name);
}

std::string text(const TcpSegment& /*segment*/) {
    return {};
}

/// EtherTypes are written as people know them: by name, or else in hexadecimal.
std::string text(const NotTcp& other) {
    if (other.layer != "EtherType") {
        return numbered(other.layer, other.number, other.name);
    }
    return other.name.empty() ? fmt::format("EtherType 0x{:04X}", other.number) : std::string{other.name};
}

std::string text(const Fragment& fragment) {
    return fmt::format(
        "a fragment of an IPv{} packet: {} octets from octet {} on of {}, {} ({} to {}, identification {})",
        fragment.source.version == base::IpVersion::V4 ? 4 : 6, fragment.length, fragment.offset,
        numbered("IP protocol", fragment.protocol, ip_protocol_name(fragment.protocol)),
        fragment.more ? "more follow" : "the last", base::to_string(fragment.source),
        base::to_string(fragment.destination), fragment.identification);
}

std::string text(const CutShort& cut) {
    return fmt::format("captured only in part: too little of the {} at octet {} is there", cut.layer, cut.offset);
}

std::string text(const Malformed& malformed) {
    return fmt::format("malformed {}, octet {}: {}", malformed.layer, malformed.offset, malformed.reason);
}

}  // namespace

std::string describe(const Decoded& decoded) {
    return std::visit([](const auto& alternative) { return text(alternative); }, decoded);
}

}  // namespace sockstep::decode
