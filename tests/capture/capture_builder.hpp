// tests/capture/capture_builder.hpp - capture files made in memory, octet by octet, and read back from there.
#pragma once

#include <zlib.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "capture/byte_order.hpp"
#include "capture/file_reader.hpp"

/// Makers of files, and what is handed out when they are read.
namespace sockstep::capture::test {

constexpr std::int64_t billion = 1'000'000'000;

/// A type of its own, so that `+` is found wherever it is used.
struct Octets : std::vector<std::uint8_t> {
    using vector::vector;
};

inline Octets operator+(Octets first, const Octets& second) {
    first.insert(first.end(), second.begin(), second.end());
    return first;
}

/// `count` octets that differ from each other and, by `seed`, from those of another frame.
inline Octets payload(std::size_t count, std::uint8_t seed = 0) {
    Octets octets(count);
    for (std::size_t i = 0; i < count; ++i) {
        octets[i] = static_cast<std::uint8_t>(i * 7 + seed);
    }
    return octets;
}

/// Puts integers of one byte order one after the other.
class Builder {
public:
    explicit Builder(ByteOrder order) : order_{order} {}

    Builder& u8(std::uint8_t value) { return integer(value, 1); }
    Builder& u16(std::uint16_t value) { return integer(value, 2); }
    Builder& u32(std::uint32_t value) { return integer(value, 4); }
    Builder& u64(std::uint64_t value) { return integer(value, 8); }
    Builder& octets(const Octets& more) {
        octets_ = std::move(octets_) + more;
        return *this;
    }
    /// Zeros up to a multiple of four.
    Builder& pad() {
        octets_.resize((octets_.size() + 3) / 4 * 4);
        return *this;
    }
    Octets done() const { return octets_; }

private:
    Builder& integer(std::uint64_t value, unsigned size) {
        for (unsigned i = 0; i < size; ++i) {
            const unsigned shift = 8 * (order_ == ByteOrder::Little ? i : size - 1 - i);
            octets_.push_back(static_cast<std::uint8_t>(value >> shift));
        }
        return *this;
    }

    ByteOrder order_;
    Octets octets_;
};

// --- pcap ---

struct PcapShape {
    ByteOrder order = ByteOrder::Little;
    std::uint32_t magic = 0xa1b2c3d4;
    std::uint16_t major = 2;
    std::uint16_t minor = 4;
    std::uint32_t snaplen = 65535;
    std::uint32_t link = 1;
};

inline Octets pcap_header(const PcapShape& shape = {}) {
    return Builder{shape.order}
        .u32(shape.magic)
        .u16(shape.major)
        .u16(shape.minor)
        .u32(0)
        .u32(0)
        .u32(shape.snaplen)
        .u32(shape.link)
        .done();
}

struct RecordShape {
    std::uint32_t seconds = 1'700'000'000;
    std::uint32_t fraction = 123'456;
    std::optional<std::uint32_t> captured = std::nullopt;  // instead of the true length
    std::optional<std::uint32_t> original = std::nullopt;
};

inline Octets pcap_record(const Octets& data, const RecordShape& record = {}, const PcapShape& shape = {}) {
    const auto length = static_cast<std::uint32_t>(data.size());
    return Builder{shape.order}
        .u32(record.seconds)
        .u32(record.fraction)
        .u32(record.captured.value_or(length))
        .u32(record.original.value_or(length))
        .octets(shape.magic == 0xa1b2cd34 ? Octets(8, 0xee) : Octets{})
        .octets(data)
        .done();
}

// --- pcapng ---

/// A block with `body`; lengths as they must be.
inline Octets block(std::uint32_t type, const Octets& body, ByteOrder order = ByteOrder::Little) {
    const Octets padded = Builder{order}.octets(body).pad().done();
    const auto length = static_cast<std::uint32_t>(padded.size() + 12);
    return Builder{order}.u32(type).u32(length).octets(padded).u32(length).done();
}

inline Octets option(std::uint16_t code, const Octets& value, ByteOrder order = ByteOrder::Little) {
    return Builder{order}.u16(code).u16(static_cast<std::uint16_t>(value.size())).octets(value).pad().done();
}

inline Octets section_header(ByteOrder order = ByteOrder::Little, std::uint64_t section_length = ~std::uint64_t{0}) {
    return block(0x0a0d0d0a, Builder{order}.u32(0x1a2b3c4d).u16(1).u16(0).u64(section_length).done(), order);
}

inline Octets interface_description(std::uint16_t link = 1, const Octets& options = {}, std::uint32_t snaplen = 0,
                                    ByteOrder order = ByteOrder::Little) {
    return block(1, Builder{order}.u16(link).u16(0).u32(snaplen).octets(options).done(), order);
}

struct PacketShape {
    std::uint32_t interface = 0;
    std::uint64_t ticks = 1'700'000'000'123'456;
    std::optional<std::uint32_t> captured = std::nullopt;  // instead of the true length
    std::optional<std::uint32_t> original = std::nullopt;
    Octets options = {};
    ByteOrder order = ByteOrder::Little;
};

inline Octets enhanced_packet(const Octets& data, const PacketShape& packet = {}) {
    const auto length = static_cast<std::uint32_t>(data.size());
    return block(6,
                 Builder{packet.order}
                     .u32(packet.interface)
                     .u32(static_cast<std::uint32_t>(packet.ticks >> 32U))
                     .u32(static_cast<std::uint32_t>(packet.ticks))
                     .u32(packet.captured.value_or(length))
                     .u32(packet.original.value_or(length))
                     .octets(data)
                     .pad()
                     .octets(packet.options)
                     .done(),
                 packet.order);
}

inline Octets obsolete_packet(const Octets& data, std::uint16_t interface = 0) {
    const auto length = static_cast<std::uint32_t>(data.size());
    return block(2, Builder{ByteOrder::Little}
                        .u16(interface)
                        .u16(9)  // drops
                        .u32(1'700'000'000'123'456 >> 32U)
                        .u32(static_cast<std::uint32_t>(1'700'000'000'123'456))
                        .u32(length)
                        .u32(length)
                        .octets(data)
                        .done());
}

inline Octets simple_packet(const Octets& data, std::uint32_t original) {
    return block(3, Builder{ByteOrder::Little}.u32(original).octets(data).done());
}

// --- gzip ---

/// One gzip member. Source: RFC 1952.
inline Octets gzip(const Octets& plain) {
    z_stream stream{};
    constexpr int gzip_wrapper = 16 + MAX_WBITS;
    if (deflateInit2(&stream, Z_BEST_COMPRESSION, Z_DEFLATED, gzip_wrapper, 8, Z_DEFAULT_STRATEGY) != Z_OK) {
        throw std::runtime_error{"deflateInit2"};
    }
    Octets from = plain;
    Octets packed(deflateBound(&stream, plain.size()) + 64);
    stream.next_in = from.data();
    stream.avail_in = static_cast<uInt>(from.size());
    stream.next_out = packed.data();
    stream.avail_out = static_cast<uInt>(packed.size());
    deflate(&stream, Z_FINISH);
    packed.resize(stream.total_out);
    deflateEnd(&stream);
    return packed;
}

// --- reading ---

/// A frame that outlives its reader.
struct Taken {
    std::uint64_t number = 0;
    std::int64_t nanoseconds = 0;  // since 1970
    base::LinkType link = base::LinkType::Ethernet;
    std::uint32_t wire_length = 0;
    Octets bytes;

    friend bool operator==(const Taken&, const Taken&) = default;
};

inline Taken taken(const record::Frame& frame) {
    return {frame.number, frame.time.time_since_epoch().count(), frame.link, frame.wire_length,
            Octets(frame.bytes.begin(), frame.bytes.end())};
}

struct Reading {
    std::vector<Taken> frames;
    std::vector<Fault> faults;
};

/// Hands out `octets`, at most `step` at a time.
inline Source memory(Octets octets, std::size_t step = ~std::size_t{0}) {
    return [octets = std::move(octets), step, at = std::size_t{0}](std::span<std::uint8_t> into) mutable {
        const std::size_t count = std::min({into.size(), step, octets.size() - at});
        std::copy_n(octets.begin() + static_cast<std::ptrdiff_t>(at), count, into.begin());
        at += count;
        return std::optional{count};
    };
}

inline Reading read_all(FileReader reader) {
    Reading reading;
    record::Frame frame;
    while (reader.next(frame)) {
        reading.frames.push_back(taken(frame));
    }
    reading.faults = reader.faults();
    return reading;
}

inline Reading read_all(const Octets& octets, std::size_t buffer_size = 4096) {
    return read_all(FileReader{memory(octets), buffer_size});
}

}  // namespace sockstep::capture::test
