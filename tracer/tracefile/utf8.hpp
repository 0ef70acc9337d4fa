// tracer/tracefile/utf8.hpp - whether octets are UTF-8, and where a character begins.
#pragma once

#include <cstddef>
#include <string_view>

namespace sockstep::tracefile {

/// Source: RFC 3629 section 4
bool is_utf8(std::string_view text);

/// The greatest place up to `at` where no character is cut. REQUIRES: `text` is UTF-8.
std::size_t whole_characters(std::string_view text, std::size_t at);

}  // namespace sockstep::tracefile
