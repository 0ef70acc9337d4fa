// tracer/capture/source.hpp - where the octets of a capture file come from.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>

namespace sockstep::capture {

/// Fills the front of `into` with the octets that are there and says how many; 0 is the end, nothing means that the
/// user interrupted. A file, standard input, or a test's memory. Blocks: until there is one octet.
using Source = std::function<std::optional<std::size_t>(std::span<std::uint8_t> into)>;

/// Reads the file `path`; "-" is standard input. Throws: std::system_error naming the file when it cannot be opened;
/// the source throws the same when it cannot be read.
Source file_source(const std::string& path);

}  // namespace sockstep::capture
