// tracer/capture/pcapng_packets.hpp - the format pcapng: what its blocks say of interfaces and packets.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/link_type.hpp"
#include "capture/fault.hpp"
#include "capture/input.hpp"
#include "capture/pcapng_block.hpp"
#include "capture/pcapng_options.hpp"
#include "capture/tick_clock.hpp"
#include "record/frame.hpp"

namespace sockstep::capture {

/// A custom option, string or octets, that somebody looks for. Source: draft-ietf-opsawg-pcapng section 3.5.1
struct CustomOption {
    std::uint16_t code = 0;        // 2988, 2989, 19372, 19373
    std::uint32_t enterprise = 0;  // whose it is: a number that IANA gives out

    /// Appends to `text` what `option` holds, if it is one of these.
    void take(const Option& option, ByteOrder order, std::string& text) const;
};

/// What custom options of interfaces hold, those of one block one after the other; `offset` is the block's.
using TakeInterfaceText = std::function<void(std::uint64_t offset, std::string text)>;

/// Reads the packets of a pcapng file. Source: draft-ietf-opsawg-pcapng.
class PcapngPackets {
public:
    /// Takes blocks up to and including the next packet; false at the end of the data or at a fault. A Simple Packet
    /// Block tells no time: such a frame says 1970-01-01 00:00 UTC, as libpcap does.
    bool next(Input& input, FaultList& faults, record::Frame& frame);

    /// From now on `option` is looked for: of interfaces `take` gets it, of packets packet_text().
    void look_for(CustomOption option, TakeInterfaceText take);
    /// Of the last packet; empty if it has none.
    const std::string& packet_text() const { return packet_text_; }
    /// Where the block of the last packet begins.
    std::uint64_t packet_offset() const { return packet_offset_; }

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
    bool read_packet(const Block& block, FaultList& faults, record::Frame& frame);
    Packet packet_of(const Block& block) const;

    BlockReader blocks_;
    std::vector<InterfaceDescription> interfaces_;  // of the present section, by id
    std::optional<CustomOption> looked_for_;
    TakeInterfaceText take_interface_text_;
    std::string packet_text_;
    std::uint64_t packet_offset_ = 0;
};

}  // namespace sockstep::capture
