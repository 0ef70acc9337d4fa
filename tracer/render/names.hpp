// tracer/render/names.hpp - flags and notes as lists of names.
#pragma once

#include <string_view>
#include <vector>

#include "decode/tcp_segment.hpp"
#include "tcp/segment.hpp"

namespace sockstep::render {

/// "SYN", "ACK" ..., in the order in which people say them.
std::vector<std::string_view> flag_names(decode::TcpFlags flags);

/// "retransmission", ..., in the order of tcp::Note.
std::vector<std::string_view> note_names(tcp::Notes notes);

}  // namespace sockstep::render
