// tracer/capture/pcapng_packets.hpp - the format pcapng: what its blocks say of interfaces and packets.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "base/link_type.hpp"
#include "capture/fault.hpp"
#include "capture/input.hpp"
#include "capture/pcapng_block.hpp"
#include "capture/pcapng_options.hpp"
#include "capture/tick_clock.hpp"
#include "record/frame.hpp"

namespace sockstep::capture {

/// Reads the packets of a pcapng file. Source: draft-ietf-opsawg-pcapng.
class PcapngPackets {
public:
    /// Takes blocks up to and including the next packet; false at the end of the data or at a fault. A Simple Packet
    /// Block tells no time: such a frame says 1970-01-01 00:00 UTC, as libpcap does.
    bool next(Input& input, FaultList& faults, record::Frame& frame);

private:
    /// What an Interface Description Block told.
    struct InterfaceDescription {
        base::LinkType link = base::LinkType::Ethernet;
        std::uint32_t snaplen = 0;  // "no limit" is stored as the greatest value
        TickClock clock;
    };

    /// What the three kinds of packet block have in common.
    struct Packet {
        std::uint32_t interface = 0;
        std::optional<std::uint64_t> ticks;
        std::uint32_t captured = 0;
        std::uint32_t original = 0;
        std::size_t data_at = 0;  // in its block
    };

    enum class Outcome : std::uint8_t { NoPacket, Packet, Fault };

    Outcome understand(const Block& block, FaultList& faults, record::Frame& frame);
    bool begin_section(const Block& block, FaultList& faults);
    bool describe_interface(const Block& block, FaultList& faults);
    bool read_packet(const Block& block, FaultList& faults, record::Frame& frame) const;
    Packet packet_of(const Block& block) const;

    BlockReader blocks_;
    std::vector<InterfaceDescription> interfaces_;  // of the present section, by id
};

}  // namespace sockstep::capture
