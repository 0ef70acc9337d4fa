// tracer/capture/pcap_records.cpp - file header and records of pcap.
#include "capture/pcap_records.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <limits>
#include <utility>

namespace sockstep::capture {

namespace {

constexpr std::size_t file_header_size = 24;

struct Variant {
    std::uint32_t magic;
    std::uint16_t unit;          // nanoseconds
    std::uint8_t record_header;  // octets
};

/// The last one is Alexey Kuznetzov's: eight octets more a record (interface, protocol, packet type), which old Red Hat
/// and SuSE systems wrote.
constexpr std::array variants{Variant{0xa1b2c3d4, 1000, 16}, Variant{0xa1b23c4d, 1, 16}, Variant{0xa1b2cd34, 1000, 24}};

/// The magic number is written in the byte order of all that follows.
std::optional<std::pair<Variant, ByteOrder>> recognise(base::Bytes front) {
    for (const Variant& variant : variants) {
        for (const ByteOrder order : {ByteOrder::Little, ByteOrder::Big}) {
            if (u32_at(front, 0, order) == variant.magic) {
                return std::pair{variant, order};
            }
        }
    }
    return std::nullopt;
}

}  // namespace

bool PcapRecords::begins(base::Bytes front) {
    return recognise(front).has_value();
}

std::optional<PcapRecords> PcapRecords::read_header(Input& input, FaultList& faults) {
    const base::Bytes header = input.peek(file_header_size);
    if (header.size() < file_header_size) {
        faults.add_cut(input, 0, fmt::format("the pcap file header is cut: {} of 24 octets are there", header.size()));
        return std::nullopt;
    }
    const auto [variant, order] = *recognise(header);
    const std::uint16_t major = u16_at(header, 4, order);
    const std::uint16_t minor = u16_at(header, 6, order);
    PcapRecords records;
    if (!records.know_version(major, minor)) {
        faults.add(4, fmt::format("pcap version {}.{} is not known (2.4 is the usual one)", major, minor));
        return std::nullopt;
    }
    records.order_ = order;
    records.header_size_ = variant.record_header;
    records.unit_ = variant.unit;
    const std::uint32_t snaplen = u32_at(header, 16, order);
    records.snaplen_ = snaplen == 0 ? std::numeric_limits<std::uint32_t>::max() : snaplen;
    // the upper 16 bits say how long the frame check sequence is, if there is one
    records.link_ = static_cast<base::LinkType>(u32_at(header, 20, order) & 0xffffU);
    input.take(file_header_size);
    return records;
}

/// Source: libpcap, sf-pcap.c: 2.0 to 2.2, and 543.0 of DG/UX, have the lengths the other way round; of 2.3 there are
/// both.
bool PcapRecords::know_version(std::uint16_t major, std::uint16_t minor) {
    if ((major == 2 && minor < 3) || (major == 543 && minor == 0)) {
        std::swap(captured_at_, original_at_);
        return true;
    }
    either_order_ = major == 2 && minor == 3;
    return major == 2 && minor <= 4;
}

bool PcapRecords::next(Input& input, FaultList& faults, record::Frame& frame) {
    const base::Bytes header = input.peek(header_size_);
    if (header.size() < header_size_) {
        note_cut(input, faults, header, header_size_);
        return false;
    }
    __builtin_prefetch(header.data() + 1024);  // where a record begins is known only once the one before it is in reach
    Lengths lengths{u32_at(header, captured_at_, order_), u32_at(header, original_at_, order_)};
    if (either_order_ && lengths.captured > lengths.original) [[unlikely]] {
        std::swap(lengths.captured, lengths.original);
    }
    if (lengths.captured > max_captured) {
        note_impossible(input, faults, lengths.captured);
        return false;
    }
    const std::size_t size = header_size_ + lengths.captured;
    const base::Bytes record = input.peek(size);
    if (record.size() < size) {
        note_cut(input, faults, record, size);
        return false;
    }
    if (lengths.captured > snaplen_ || lengths.captured > lengths.original) [[unlikely]] {
        note_lies(input, faults, lengths);
    }
    const base::Duration time{std::int64_t{u32_at(record, 0, order_)} * 1'000'000'000 +
                              std::int64_t{u32_at(record, 4, order_)} * unit_};
    frame.time = base::Timestamp{time};
    frame.link = link_;
    frame.wire_length = std::max(lengths.original, lengths.captured);
    frame.bytes = record.subspan(header_size_);
    input.take(size);
    ++records_;
    return true;
}

void PcapRecords::note_impossible(const Input& input, FaultList& faults, std::uint32_t captured) const {
    faults.add(input.offset(), fmt::format("record {} has an impossible captured length: {} is above {}", records_ + 1,
                                           captured, max_captured));
}

void PcapRecords::note_lies(const Input& input, FaultList& faults, Lengths lengths) const {
    if (lengths.captured > snaplen_) {
        faults.add_lie(Lie::AboveSnapLength, input.offset(),
                       fmt::format("record {} has a captured length of {}, above the snap length {} of the file",
                                   records_ + 1, lengths.captured, snaplen_));
    }
    if (lengths.captured > lengths.original) {
        faults.add_lie(Lie::AboveOriginalLength, input.offset(),
                       fmt::format("record {} has a captured length of {}, above its original length {}", records_ + 1,
                                   lengths.captured, lengths.original));
    }
}

void PcapRecords::note_cut(const Input& input, FaultList& faults, base::Bytes rest, std::size_t needed) const {
    if (rest.empty()) {
        faults.add_end(input);
        return;
    }
    const char* const where = needed == header_size_ ? " in its header" : "";
    faults.add_cut(
        input, input.offset(),
        fmt::format("record {} is cut{}: {} of {} octets are there", records_ + 1, where, rest.size(), needed));
}

}  // namespace sockstep::capture
