// tracer/render/ladder.hpp - a conversation as a ladder: a lifeline for each end, an arrow for each segment.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/timestamp.hpp"
#include "decode/tcp_segment.hpp"
#include "explain/explain.hpp"
#include "render/page.hpp"
#include "render/style.hpp"
#include "tcp/connection.hpp"
#include "tcp/segment.hpp"

namespace sockstep::render {

/// Draws as it is told: each call returns the lines for one thing, ended by newlines. Times are since the trace began.
class Ladder {
public:
    explicit Ladder(Style style) : page_{style} {}

    std::string segment(base::Duration at, const decode::TcpSegment& packet, const tcp::Segment& segment,
                        const tcp::Connection& connection, const explain::Explanation& explanation);

    /// A frame that is no TCP segment, but worth a line.
    std::string frame(base::Duration at, std::uint64_t number, std::string_view what);

    /// What a program printed, or was given to read.
    std::string output(base::Duration at, std::string_view program, bool typed, std::string_view text);

    /// The last word on a connection.
    std::string connection(const tcp::Connection& connection, const explain::Explanation& explanation);

private:
    std::string heading(const tcp::Connection& connection) const;

    Page page_;
    std::uint64_t shown_connection_ = 0;
};

}  // namespace sockstep::render
