// tracer/capture/pcap_writer.cpp - header, records, and a disk that may be full.
#include "capture/pcap_writer.hpp"

#include <unistd.h>

#include <array>
#include <cassert>
#include <cstring>
#include <system_error>
#include <utility>

#include "os/file.hpp"

namespace sockstep::capture {

namespace {

constexpr std::uint32_t magic_of_nanoseconds = 0xa1b23c4d;
constexpr std::uint16_t version_major = 2;
constexpr std::uint16_t version_minor = 4;
constexpr std::size_t flush_above = 256UL * 1024;  // octets

template <typename Integer>
std::array<std::uint8_t, sizeof(Integer)> octets_of(Integer value) {
    std::array<std::uint8_t, sizeof(Integer)> octets{};
    std::memcpy(octets.data(), &value, sizeof value);  // in this machine's byte order, which the magic number tells
    return octets;
}

}  // namespace

PcapWriter::PcapWriter(const std::string& path, base::LinkType link, std::uint32_t snaplen)
    : PcapWriter{os::create_file(path), path, link, snaplen} {}

PcapWriter::PcapWriter(os::Fd file, const std::string& path, base::LinkType link, std::uint32_t snaplen)
    : path_{path}, link_{link}, fd_{std::move(file)} {
    put(magic_of_nanoseconds);
    put(octets_of(version_major));
    put(octets_of(version_minor));
    put(0);  // once the time zone
    put(0);  // once the accuracy of time stamps
    put(snaplen);
    put(static_cast<std::uint32_t>(link));
}

void PcapWriter::write(const record::Frame& frame) {
    assert(frame.link == link_);
    const auto since_1970 = frame.time.time_since_epoch();
    const auto seconds = std::chrono::floor<std::chrono::seconds>(since_1970);
    put(static_cast<std::uint32_t>(seconds.count()));
    put(static_cast<std::uint32_t>((since_1970 - seconds).count()));
    put(static_cast<std::uint32_t>(frame.bytes.size()));
    put(frame.wire_length);
    put(frame.bytes);
    if (waiting_.size() > flush_above) {
        flush();
    }
}

void PcapWriter::flush() {
    try {
        os::write_all(fd_, waiting_, path_);
    } catch (const std::system_error&) {
        waiting_.clear();
        cut_to_whole_records();
        throw;
    }
    written_ += waiting_.size();
    waiting_.clear();
}

/// Takes back what a failed flush may have written. Not from standard output: what it held before is not ours.
void PcapWriter::cut_to_whole_records() {
    if (path_ != "-" && ::lseek(fd_.value(), static_cast<off_t>(written_), SEEK_SET) != -1) {
        static_cast<void>(!::ftruncate(fd_.value(), static_cast<off_t>(written_)));
    }
}

PcapWriter::~PcapWriter() {
    try {
        flush();
    } catch (const std::exception&) {  // NOLINT(bugprone-empty-catch): said in the header
    }
}

void PcapWriter::put(std::uint32_t value) {
    put(octets_of(value));
}

void PcapWriter::put(base::Bytes bytes) {
    waiting_.insert(waiting_.end(), bytes.begin(), bytes.end());
}

}  // namespace sockstep::capture
