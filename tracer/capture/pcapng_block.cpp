// tracer/capture/pcapng_block.cpp - where each block begins and ends, and in which byte order it is written.
#include "capture/pcapng_block.hpp"

#include <fmt/format.h>

namespace sockstep::capture {

namespace {

constexpr std::uint32_t max_length = 16 * 1024 * 1024;  // of a block that is looked into; libpcap's limit too

/// The octets of a block of `type` that is empty: type, length, fixed fields, trailer.
std::uint32_t min_length(BlockType type) {
    switch (type) {
        case BlockType::SectionHeader:
            return 28;
        case BlockType::InterfaceDescription:
            return 20;
        case BlockType::Packet:
        case BlockType::EnhancedPacket:
            return 32;
        case BlockType::SimplePacket:
            return 16;
    }
    return 12;  // any other type
}

bool is_looked_into(BlockType type) {
    return min_length(type) > 12;
}

/// Why a block of `type` cannot have this length, empty if it can.
std::string objection(BlockType type, std::uint32_t length) {
    if (length < min_length(type)) {
        return fmt::format("under {}, the least it needs", min_length(type));
    }
    if (length % 4 != 0) {
        return "not a multiple of 4";
    }
    if (is_looked_into(type) && length > max_length) {
        return fmt::format("above {}, the most that is read", max_length);
    }
    return {};
}

void note_cut(const Input& input, FaultList& faults, std::uint64_t offset, const std::string& what, std::uint64_t there,
              std::uint64_t needed) {
    faults.add_cut(input, offset, fmt::format("{} is cut: {} of {} octets are there", what, there, needed));
}

}  // namespace

std::string name(BlockType type) {
    switch (type) {
        case BlockType::SectionHeader:
            return "Section Header Block";
        case BlockType::InterfaceDescription:
            return "Interface Description Block";
        case BlockType::Packet:
            return "Packet Block";
        case BlockType::SimplePacket:
            return "Simple Packet Block";
        case BlockType::EnhancedPacket:
            return "Enhanced Packet Block";
    }
    return fmt::format("block of type 0x{:08x}", static_cast<std::uint32_t>(type));
}

bool BlockReader::begins(base::Bytes front) {
    return base::u32_at(front, 0) == static_cast<std::uint32_t>(BlockType::SectionHeader);
}

std::optional<Block> BlockReader::next(Input& input, FaultList& faults) {
    while (const auto head = look_at_head(input, faults)) {
        if (!is_looked_into(head->type)) {
            if (!step_over(input, faults, *head)) {
                return std::nullopt;
            }
            continue;
        }
        const base::Bytes bytes = input.peek(head->length);
        if (bytes.size() < head->length) {
            note_cut(input, faults, head->offset, name(head->type), bytes.size(), head->length);
            return std::nullopt;
        }
        if (!check_trailer(*head, bytes.last(4), faults)) {
            return std::nullopt;
        }
        input.take(head->length);
        return Block{head->offset, head->type, order_, bytes};
    }
    return std::nullopt;
}

std::optional<BlockReader::Head> BlockReader::look_at_head(Input& input, FaultList& faults) {
    const std::uint64_t offset = input.offset();
    base::Bytes octets = input.peek(8);
    if (octets.empty()) {
        faults.add_end(input);
        return std::nullopt;
    }
    const bool is_section = octets.size() == 8 && begins(octets);
    const std::size_t needed = is_section ? 12 : 8;
    octets = input.peek(needed);
    if (octets.size() < needed) {
        note_cut(input, faults, offset, "the header of a block", octets.size(), needed);
        return std::nullopt;
    }
    if (is_section && !begin_section(octets, offset, faults)) {
        return std::nullopt;
    }
    const Head head{offset, static_cast<BlockType>(u32_at(octets, 0, order_)), u32_at(octets, 4, order_)};
    if (const std::string why = objection(head.type, head.length); !why.empty()) {
        faults.add(offset, fmt::format("{} has an impossible length: {} is {}", name(head.type), head.length, why));
        return std::nullopt;
    }
    return head;
}

/// A section has a byte order of its own, told by a magic number behind type and length.
bool BlockReader::begin_section(base::Bytes header, std::uint64_t offset, FaultList& faults) {
    constexpr std::uint32_t byte_order_magic = 0x1a2b3c4d;
    for (const ByteOrder order : {ByteOrder::Little, ByteOrder::Big}) {
        if (u32_at(header, 8, order) == byte_order_magic) {
            order_ = order;
            return true;
        }
    }
    faults.add(offset + 8, fmt::format("Section Header Block has {:08x} where 1a2b3c4d or 4d3c2b1a must be",
                                       base::u32_at(header, 8)));
    return false;
}

bool BlockReader::step_over(Input& input, FaultList& faults, const Head& head) const {
    const std::uint32_t before_trailer = head.length - 4;
    const std::uint64_t skipped = input.skip(before_trailer);
    const base::Bytes trailer = input.peek(4);
    if (skipped < before_trailer || trailer.size() < 4) {
        note_cut(input, faults, head.offset, name(head.type), skipped + trailer.size(), head.length);
        return false;
    }
    input.take(4);
    return check_trailer(head, trailer, faults);
}

bool BlockReader::check_trailer(const Head& head, base::Bytes trailer, FaultList& faults) const {
    const std::uint32_t repeated = u32_at(trailer, 0, order_);
    if (repeated != head.length) {
        faults.add(head.offset, fmt::format("{} says at its start that it has {} octets, and at its end {}",
                                            name(head.type), head.length, repeated));
        return false;
    }
    return true;
}

}  // namespace sockstep::capture
