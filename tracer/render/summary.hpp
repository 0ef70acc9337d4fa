// tracer/render/summary.hpp - a connection in a line or two, and a whole trace in one.
#pragma once

#include <string>

#include "render/json_lines.hpp"
#include "render/style.hpp"
#include "tcp/connection.hpp"

namespace sockstep::render {

/// The names of the columns.
std::string summary_heading(const Style& style);

/// One connection: one line from 120 columns on, otherwise two. A "?" marks a client that is a guess.
std::string summary_row(const tcp::Connection& connection, const Style& style);

/// "20 frames: 18 TCP segments in 2 connections, 2 frames of other protocols".
std::string totals_text(const Totals& totals, const Style& style);

}  // namespace sockstep::render
