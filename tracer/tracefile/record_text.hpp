// tracer/tracefile/record_text.hpp - records as lines of JSON.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "tracefile/run.hpp"

namespace sockstep::tracefile {

/// One line, ended by a newline. `order` counts a run's records from 1. Text that is no UTF-8 is kept octet by octet.
std::string text_of(std::uint64_t order, const Record& record);
/// The line that stands once in a run.
std::string text_of(const About& about);
/// The line that ends a run of `records` records.
std::string text_of_end(std::uint64_t records);
/// The line that begins what a block holds.
std::string text_of_part(const std::string& run);
/// Of a frame, with what a block's first line says: the one line of a packet block.
std::string text_of_frame(const std::string& run, std::uint64_t order, const record::Frame& frame);

}  // namespace sockstep::tracefile
