// tracer/tracefile/writer.hpp - a run into a trace file, record by record.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/link_type.hpp"
#include "os/fd.hpp"
#include "record/frame.hpp"
#include "tracefile/pcapng_file.hpp"
#include "tracefile/run.hpp"

namespace sockstep::tracefile {

/// Frames become packet blocks; all else is collected into interface blocks that hold nothing else, because those are
/// kept by every program that copies captures, and do not count as frames. Records are counted in the order in which
/// they are added, so it does not matter where in the file they are.
class Writer {
public:
    /// `id` tells this run from all others: 16 hexadecimal digits. Writes what a run begins with. Throws: as flush().
    Writer(os::Fd file, const std::string& path, std::string id, const About& about,
           base::LinkType link = base::LinkType::Ethernet);

    /// `comment`: for readers who have only Wireshark. Throws: as flush().
    void add(const record::Frame& frame, std::string_view comment);
    /// REQUIRES: no KeptFrame.
    void add(const Record& record);

    /// Brings out all that was added. Blocks: until the kernel has taken it. Throws: std::system_error naming the file.
    void flush();
    /// Nothing more will come. Throws: as flush().
    void finish();

private:
    void write_when_much();
    void end_part();

    std::string id_;
    PcapngFile file_;
    std::string part_;  // lines that wait for their block
    std::uint64_t parts_ = 0;
    std::uint64_t records_ = 0;
};

}  // namespace sockstep::tracefile
