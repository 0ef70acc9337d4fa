// tracer/app/lines.hpp - texts and files, line by line.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace sockstep::app {

/// The lines of `text`, without their newlines; the last one may lack its own.
std::vector<std::string> lines_of(std::string_view text);

/// The lines of a file; "-" is standard input. Throws: std::system_error naming the file.
std::vector<std::string> lines_of_file(const std::string& path);

}  // namespace sockstep::app
