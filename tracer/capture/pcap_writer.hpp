// tracer/capture/pcap_writer.hpp - frames into a pcap file, with nanoseconds.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/bytes.hpp"
#include "base/link_type.hpp"
#include "os/fd.hpp"
#include "record/frame.hpp"

namespace sockstep::capture {

/// Writes frames of one link type. Octets are collected, so that a frame costs no system call; flush() brings them out,
/// and after it the file ends with a whole record. Source: draft-ietf-opsawg-pcap.
class PcapWriter {
public:
    /// Creates `path`, or empties it; "-" is standard output. Throws: std::system_error naming the file.
    PcapWriter(const std::string& path, base::LinkType link, std::uint32_t snaplen);
    /// Writes to `file`, which `path` names in messages.
    PcapWriter(os::Fd file, const std::string& path, base::LinkType link, std::uint32_t snaplen);

    /// REQUIRES: the frame has the file's link type. Throws: as flush().
    void write(const record::Frame& frame);

    /// Blocks: until the kernel has taken all of it. Throws: std::system_error naming the file, for example when the
    /// disk is full: what was collected is lost, and the file (not a pipe or standard output) still ends with a whole
    /// record.
    void flush();

    /// Flushes, but cannot tell whether that failed: call flush() before.
    ~PcapWriter();
    PcapWriter(const PcapWriter&) = delete;
    PcapWriter& operator=(const PcapWriter&) = delete;

private:
    void cut_to_whole_records();
    void put(std::uint32_t value);
    void put(base::Bytes bytes);

    std::string path_;
    base::LinkType link_;
    os::Fd fd_;
    std::vector<std::uint8_t> waiting_;  // whole records, not yet written
    std::uint64_t written_ = 0;          // octets in the file
};

}  // namespace sockstep::capture
