// tracer/tracefile/record_lines.hpp - lines of JSON to records, trusting none of them.
#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <variant>

#include "tracefile/run.hpp"

namespace sockstep::tracefile {

/// A line that is no record. what() says why, in one line: "field pid is no whole number from -2147483648 to
/// 2147483647".
class BadRecord : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

/// The first line of what a block holds, or the only one of a packet block.
struct PartLine {
    std::string run;
    // Of a packet block:
    std::uint64_t order = 0;
    KeptFrame frame{};  // its number and time
};

struct RunEnd {
    std::uint64_t records = 0;
};

struct OrderedRecord {
    std::uint64_t order = 0;  // from 1
    Record record;
};

/// Throws: BadRecord; also where a newer sockstep wrote it.
PartLine read_part_line(std::string_view line);
PartLine read_frame_line(std::string_view line);
std::variant<About, RunEnd, OrderedRecord> read_line(std::string_view line);

}  // namespace sockstep::tracefile
