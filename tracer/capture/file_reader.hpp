// tracer/capture/file_reader.hpp - the frames of a capture file: pcap or pcapng, packed with gzip or not.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "capture/fault.hpp"
#include "capture/input.hpp"
#include "capture/pcap_records.hpp"
#include "capture/pcapng_packets.hpp"
#include "capture/source.hpp"
#include "record/frame.hpp"

/// capture: the only module that speaks to libpcap. Comes in: a file or the name of an interface. Goes out: frames, and
/// what was wrong. Called by app and labnet; knows nothing of what is inside a frame.
namespace sockstep::capture {

/// Reads frames one after the other and hands out each as soon as the source has it whole. Everything before a fault is
/// handed out.
class FileReader {
public:
    static constexpr std::size_t default_buffer = 256UL * 1024;

    /// Opens `path`; "-" is standard input. Reads nothing yet. Throws: std::system_error naming the file.
    static FileReader open(const std::string& path);

    explicit FileReader(Source source, std::size_t buffer_size = default_buffer);

    /// The next frame; its octets live until the next call. False at the end: of the data, at a fault after which
    /// nothing can be read, or because the user interrupted. Blocks: as the source does. Throws: what the source
    /// throws.
    bool next(record::Frame& frame);

    /// The next frame and those after it that are already in memory: fills the front of `frames`, which is not empty,
    /// and says how many. 0 at the end. Their octets live until the next call. Otherwise as next().
    std::size_t next(std::span<record::Frame> frames);

    /// Looks for a custom option in pcapng. REQUIRES: nothing has been read.
    void look_for(CustomOption option, TakeInterfaceText take);
    /// What the last frame's option holds; empty if it has none.
    const std::string& packet_text() const { return packet_text_; }
    /// Where the block of the last frame begins, where packet_text() is not empty.
    std::uint64_t packet_offset() const { return packet_offset_; }

    /// What was wrong, in the order met. A file may have faults and still go on.
    const std::vector<Fault>& faults() const { return faults_.all(); }

private:
    struct NotBegun {};
    struct Ended {};
    using Format = std::variant<NotBegun, PcapRecords, PcapngPackets, Ended>;

    Format recognise();

    Input input_;
    FaultList faults_;
    Format format_ = NotBegun{};
    std::uint64_t frames_ = 0;
    CustomOption looked_for_;
    TakeInterfaceText take_interface_text_;  // empty: nobody looks for anything
    std::string packet_text_;
    std::uint64_t packet_offset_ = 0;
};

}  // namespace sockstep::capture
