// tracer/capture/pcapng_block.hpp - a pcapng file cut into its blocks.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "base/bytes.hpp"
#include "capture/byte_order.hpp"
#include "capture/fault.hpp"
#include "capture/input.hpp"

namespace sockstep::capture {

/// The blocks that are looked into; any other number may occur. Source: draft-ietf-opsawg-pcapng section 4.
enum class BlockType : std::uint32_t {
    SectionHeader = 0x0a0d0d0a,
    InterfaceDescription = 1,
    Packet = 2,  // obsolete, appendix A
    SimplePacket = 3,
    EnhancedPacket = 6,
};

/// "Enhanced Packet Block", or "block of type 0x0000000a".
std::string name(BlockType type);

/// A whole block, from its type to its trailer, with a sound length. It views the input: until the next peek().
struct Block {
    std::uint64_t offset = 0;  // in the file
    BlockType type = BlockType::SectionHeader;
    ByteOrder order = ByteOrder::Little;
    base::Bytes bytes;

    /// The integer at `at`, counted from the block's start. REQUIRES: it lies within the fixed fields of its type.
    std::uint16_t u16(std::size_t at) const { return u16_at(bytes, at, order); }
    std::uint32_t u32(std::size_t at) const { return u32_at(bytes, at, order); }
    /// Where the trailer begins.
    std::size_t body_end() const { return bytes.size() - 4; }
};

/// Takes block after block; those of other types are stepped over.
class BlockReader {
public:
    /// True if `front`, four octets, is the type of a Section Header Block: it reads the same in either byte order.
    static bool begins(base::Bytes front);

    /// The next block that is looked into, long enough for its fixed fields; nothing at the end or at a fault.
    std::optional<Block> next(Input& input, FaultList& faults);

private:
    struct Head {
        std::uint64_t offset = 0;
        BlockType type = BlockType::SectionHeader;
        std::uint32_t length = 0;
    };

    std::optional<Head> look_at_head(Input& input, FaultList& faults);
    bool begin_section(base::Bytes header, std::uint64_t offset, FaultList& faults);
    bool step_over(Input& input, FaultList& faults, const Head& head) const;
    bool check_trailer(const Head& head, base::Bytes trailer, FaultList& faults) const;

    ByteOrder order_ = ByteOrder::Little;  // of the present section
};

}  // namespace sockstep::capture
