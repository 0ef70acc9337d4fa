// tracer/capture/pcap_records.hpp - the format pcap: one file header, then records.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "base/bytes.hpp"
#include "base/link_type.hpp"
#include "capture/byte_order.hpp"
#include "capture/fault.hpp"
#include "capture/input.hpp"
#include "record/frame.hpp"

namespace sockstep::capture {

/// The most octets of one frame that a file may hold: libpcap's MAXIMUM_SNAPLEN.
constexpr std::uint32_t max_captured = 262144;

/// Reads the records of a pcap file. Source: draft-ietf-opsawg-pcap, pcap-savefile(5).
class PcapRecords {
public:
    /// True if `front`, four octets, is a magic number of pcap.
    static bool begins(base::Bytes front);

    /// Takes the file header; nothing, and a fault noted, if it is cut or of an unknown version.
    static std::optional<PcapRecords> read_header(Input& input, FaultList& faults);

    /// Takes the next record; false at the end of the data or at a fault.
    bool next(Input& input, FaultList& faults, record::Frame& frame);

private:
    struct Lengths {
        std::uint32_t captured = 0;
        std::uint32_t original = 0;
    };

    bool know_version(std::uint16_t major, std::uint16_t minor);
    void note_impossible(const Input& input, FaultList& faults, std::uint32_t captured) const;
    void note_lies(const Input& input, FaultList& faults, Lengths lengths) const;
    void note_cut(const Input& input, FaultList& faults, base::Bytes rest, std::size_t needed) const;

    ByteOrder order_ = ByteOrder::Little;
    std::uint8_t header_size_ = 16;  // of a record
    std::uint8_t captured_at_ = 8;   // where in it the captured length stands, and the original one
    std::uint8_t original_at_ = 12;
    bool either_order_ = false;  // the two may stand the other way round
    std::uint16_t unit_ = 1000;  // nanoseconds in one unit of the sub-second field
    std::uint32_t snaplen_ = 0;  // "no limit" is stored as the greatest value
    base::LinkType link_ = base::LinkType::Ethernet;
    std::uint64_t records_ = 0;
};

}  // namespace sockstep::capture
