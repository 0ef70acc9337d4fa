// tracer/tracefile/pcapng_file.hpp - a pcapng file, block by block.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.hpp"
#include "base/link_type.hpp"
#include "os/fd.hpp"
#include "record/frame.hpp"

namespace sockstep::tracefile {

/// Custom options of sockstep: a UTF-8 string that tools copy. The number is IANA's for examples, RFC 5612.
/// Source: draft-ietf-opsawg-pcapng section 3.5.1
constexpr std::uint16_t custom_option = 2988;
constexpr std::uint32_t enterprise = 32473;

/// One section with one link type. Blocks are collected; flush() writes them, and the file always ends with a whole
/// one. Source: draft-ietf-opsawg-pcapng.
class PcapngFile {
public:
    /// `path` names `file` in messages. `made_by`: the program. Describes interface 0, called `name`, for frames.
    PcapngFile(os::Fd file, std::string path, std::string_view made_by, base::LinkType link, std::string_view name);

    /// An interface without frames, called `name`, that holds `text`: UTF-8, of any length.
    void add_text(std::string_view name, std::string_view text);
    /// A frame of interface 0; `comment` and `text` may be empty. REQUIRES: it has the file's link type.
    void add(const record::Frame& frame, std::string_view comment, std::string_view text);

    /// Octets that are collected and not written.
    std::size_t waiting() const { return waiting_.size(); }
    /// Blocks: until the kernel has taken all of it. Throws: std::system_error naming the file; what was collected is
    /// lost then.
    void flush();
    /// Flushes, and brings the last frame behind all that was added after it: programs that copy a file frame by frame
    /// forget interfaces that are described after the last one. Not where the file cannot be read back, as a pipe.
    void move_last_frame_to_end();

private:
    std::size_t begin_block(std::uint32_t type);
    void end_block(std::size_t begin);
    void put_option(std::uint16_t code, base::Bytes value);
    void put_text_option(std::uint16_t code, std::string_view text);
    void put_custom_options(std::string_view text);
    void put_interface(std::string_view name, std::string_view text);
    void put16(std::uint16_t value);
    void put32(std::uint32_t value);
    void put(base::Bytes bytes);
    void pad();
    void cut_to_whole_blocks();

    /// Where a block lies in the file.
    struct Place {
        std::uint64_t begin = 0;
        std::size_t size = 0;
    };

    os::Fd file_;
    std::string path_;
    base::LinkType link_;
    std::vector<std::uint8_t> waiting_;  // whole blocks, but while one is made
    std::uint64_t written_ = 0;          // octets in the file
    std::optional<Place> last_frame_;
};

}  // namespace sockstep::tracefile
