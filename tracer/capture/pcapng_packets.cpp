// tracer/capture/pcapng_packets.cpp - interfaces and packets of pcapng.
#include "capture/pcapng_packets.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <string>
#include <utility>

#include "capture/pcap_records.hpp"

namespace sockstep::capture {

namespace {

void add(const Block& block, FaultList& faults, const std::string& predicate) {
    faults.add(block.offset, name(block.type) + " " + predicate);
}

base::Bytes options_of(const Block& block, std::size_t at) {
    return block.bytes.first(block.body_end()).subspan(at);
}

/// Notes a fault, and says false, if `options`, which begin at `at` of the block, were left at one that runs past it.
bool end_well(const OptionReader& options, const Block& block, std::size_t at, FaultList& faults) {
    if (!options.overrun()) {
        return true;
    }
    faults.add(block.offset + at + options.offset(), "an option runs past the end of its " + name(block.type));
    return false;
}

/// True if the data of a packet lie within its block, and are no more than a frame may have.
bool is_possible(const Block& block, std::uint32_t captured, std::size_t data_at, FaultList& faults) {
    if (captured > max_captured) {
        add(block, faults, fmt::format("has an impossible captured length: {} is above {}", captured, max_captured));
        return false;
    }
    const std::size_t room = block.body_end() - data_at;
    if (captured > room) {
        add(block, faults, fmt::format("has a captured length of {}, and room for {}", captured, room));
        return false;
    }
    return true;
}

void note_lies(const Block& block, std::uint32_t captured, std::uint32_t original, std::uint32_t snaplen,
               FaultList& faults) {
    if (captured > snaplen) {
        faults.add_lie(Lie::AboveSnapLength, block.offset,
                       fmt::format("{} has a captured length of {}, above the snap length {} of its interface",
                                   name(block.type), captured, snaplen));
    }
    if (captured > original) {
        faults.add_lie(Lie::AboveOriginalLength, block.offset,
                       fmt::format("{} has a captured length of {}, above its original length {}", name(block.type),
                                   captured, original));
    }
}

/// As TickClock::at(); a time that cannot be held is noted and becomes 1970-01-01 00:00 UTC.
base::Timestamp time_of(const Block& block, const TickClock& clock, std::uint64_t ticks, FaultList& faults) {
    const auto time = clock.at(ticks);
    if (!time) {
        faults.add_lie(Lie::TimeOutOfRange, block.offset,
                       name(block.type) + " has a time outside the years 1678 to 2262, taken as 1970");
    }
    return time.value_or(base::Timestamp{});
}

}  // namespace

void CustomOption::take(const Option& option, ByteOrder order, std::string& text) const {
    constexpr std::size_t number = 4;  // octets of the enterprise's number
    if (option.code == code && option.value.size() >= number && u32_at(option.value, 0, order) == enterprise) {
        const base::Bytes held = option.value.subspan(number);
        text.append(held.begin(), held.end());
    }
}

void PcapngPackets::look_for(CustomOption option, TakeInterfaceText take) {
    looked_for_ = option;
    take_interface_text_ = std::move(take);
}

bool PcapngPackets::next(Input& input, FaultList& faults, record::Frame& frame) {
    while (const auto block = blocks_.next(input, faults)) {
        switch (understand(*block, faults, frame)) {
            case Outcome::NoPacket:
                break;
            case Outcome::Packet:
                return true;
            case Outcome::Fault:
                return false;
        }
    }
    return false;
}

PcapngPackets::Outcome PcapngPackets::understand(const Block& block, FaultList& faults, record::Frame& frame) {
    switch (block.type) {
        case BlockType::SectionHeader:
            return begin_section(block, faults) ? Outcome::NoPacket : Outcome::Fault;
        case BlockType::InterfaceDescription:
            return describe_interface(block, faults) ? Outcome::NoPacket : Outcome::Fault;
        case BlockType::Packet:
        case BlockType::SimplePacket:
        case BlockType::EnhancedPacket:
            return read_packet(block, faults, frame) ? Outcome::Packet : Outcome::Fault;
    }
    return Outcome::NoPacket;
}

/// The section's length is of no use to us: its end shows in the next Section Header Block, or in the end of the data.
bool PcapngPackets::begin_section(const Block& block, FaultList& faults) {
    interfaces_.clear();
    const std::uint16_t major = block.u16(12);
    if (major != 1) {
        faults.add(block.offset + 12, fmt::format("pcapng version {}.{} is not known", major, block.u16(14)));
        return false;
    }
    constexpr std::size_t options_at = 24;
    OptionReader options{options_of(block, options_at), block.order};
    while (options.next()) {
    }
    return end_well(options, block, options_at, faults);
}

bool PcapngPackets::describe_interface(const Block& block, FaultList& faults) {
    constexpr std::uint16_t if_tsresol = 9;
    constexpr std::uint16_t if_tsoffset = 14;
    constexpr std::size_t options_at = 16;
    const std::uint32_t snaplen = block.u32(12);
    InterfaceDescription interface {
        static_cast<base::LinkType>(block.u16(8)), snaplen == 0 ? std::numeric_limits<std::uint32_t>::max() : snaplen,
        {}
    };
    std::string text;
    OptionReader options{options_of(block, options_at), block.order};
    for (auto option = options.next(); option; option = options.next()) {
        const std::size_t size = option->value.size();
        if ((option->code == if_tsresol && size != 1) || (option->code == if_tsoffset && size != 8)) {
            add(block, faults, fmt::format("has an option {} of {} octets", option->code, size));
            return false;
        }
        if (option->code == if_tsresol) {
            interface.clock.resolution = option->value[0];
        } else if (option->code == if_tsoffset) {
            interface.clock.offset = static_cast<std::int64_t>(u64_at(option->value, 0, block.order));
        } else if (looked_for_) {
            looked_for_->take(*option, block.order, text);
        }
    }
    interfaces_.push_back(interface);
    if (!text.empty()) {
        take_interface_text_(block.offset, std::move(text));
    }
    return end_well(options, block, options_at, faults);
}

/// REQUIRES: `block` is a packet block.
PcapngPackets::Packet PcapngPackets::packet_of(const Block& block) const {
    if (block.type == BlockType::SimplePacket) {  // of interface 0; cut at its snap length, and nowhere says so itself
        const std::uint32_t original = block.u32(8);
        const std::uint32_t captured = interfaces_.empty() ? original : std::min(original, interfaces_[0].snaplen);
        return {0, std::nullopt, captured, original, 12};
    }
    // the obsolete one has two octets for the interface, then two that count drops
    const std::uint32_t interface = block.type == BlockType::Packet ? block.u16(8) : block.u32(8);
    const std::uint64_t ticks = std::uint64_t{block.u32(12)} << 32U | block.u32(16);
    return {interface, ticks, block.u32(20), block.u32(24), 28};
}

bool PcapngPackets::read_packet(const Block& block, FaultList& faults, record::Frame& frame) {
    packet_text_.clear();
    packet_offset_ = block.offset;
    const Packet packet = packet_of(block);
    if (packet.interface >= interfaces_.size()) {
        add(block, faults,
            fmt::format("is of interface {}, which was not described: this section has described {} so far",
                        packet.interface, interfaces_.size()));
        return false;
    }
    if (!is_possible(block, packet.captured, packet.data_at, faults)) {
        return false;
    }
    if (block.type != BlockType::SimplePacket) {
        const std::size_t options_at = packet.data_at + (std::size_t{packet.captured} + 3) / 4 * 4;
        OptionReader options{options_of(block, options_at), block.order};
        while (const auto option = options.next()) {
            if (looked_for_) {
                looked_for_->take(*option, block.order, packet_text_);
            }
        }
        if (!end_well(options, block, options_at, faults)) {
            return false;
        }
    }
    const InterfaceDescription& interface = interfaces_[packet.interface];
    note_lies(block, packet.captured, packet.original, interface.snaplen, faults);
    frame.time = packet.ticks ? time_of(block, interface.clock, *packet.ticks, faults) : base::Timestamp{};
    frame.link = interface.link;
    frame.wire_length = std::max(packet.original, packet.captured);
    frame.bytes = block.bytes.subspan(packet.data_at, packet.captured);
    return true;
}

}  // namespace sockstep::capture
