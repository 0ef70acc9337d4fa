// tracer/tracefile/run.hpp - a run as a trace file keeps it: what was asked for, and all that was observed, in order.
#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "base/timestamp.hpp"
#include "record/call.hpp"
#include "record/event.hpp"
#include "record/frame.hpp"
#include "record/passage.hpp"
#include "record/process.hpp"

/// tracefile: runs in files that Wireshark opens. Comes in: records in the order in which they were taken as true; or
/// such a file. Goes out: a pcapng file with the calls inside; or the same records in the same order. Called by app;
/// knows nothing of what records mean. docs/trace-format.md says how a file looks.
namespace sockstep::tracefile {

/// Goes up when older readers would misunderstand a file.
constexpr std::uint64_t version = 1;

/// A program of the run, as its user named and called it.
struct Role {
    std::string program{};
    std::string command{};
    bool is_server = false;

    friend bool operator==(const Role&, const Role&) = default;
};

/// What is said once.
struct About {
    std::string made_by{};         // "sockstep 0.1.0"
    bool has_wire = false;         // a wire of ours carried the frames: passages tell when each arrived
    bool has_segments = true;      // false: only calls were observed
    bool private_network = false;  // nobody else's traffic was there
    std::vector<Role> roles{};

    friend bool operator==(const About&, const About&) = default;
};

/// A frame with its octets. Its `bytes` are empty: see view().
struct KeptFrame {
    record::Frame frame{};
    std::vector<std::uint8_t> octets{};

    /// Lives as long as this.
    record::Frame view() const {
        record::Frame viewed = frame;
        viewed.bytes = octets;
        return viewed;
    }
};

/// What had happened until `time` was shown while the run went on, as well as it was known then. Whoever shows the run
/// again at these moments shows the same.
struct Shown {
    base::Timestamp time{};

    friend bool operator==(const Shown&, const Shown&) = default;
};

using Record = std::variant<KeptFrame, record::CallBegin, record::CallEnd, record::Process, record::Output,
                            record::Passage, Shown>;

/// One run of a file.
struct Run {
    std::string id{};  // of 16 hexadecimal digits
    About about{};
    std::vector<Record> records{};  // in order; what the correlator requires of them holds
    std::uint64_t missing = 0;      // records that are not in the file, and were between those that are, or after them
    bool ended = false;             // its end is there: it was not cut off
};

}  // namespace sockstep::tracefile
