// tracer/render/ladder.hpp - a conversation as a ladder: a lifeline for each end, an arrow for each segment.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/timestamp.hpp"
#include "decode/tcp_segment.hpp"
#include "explain/explain.hpp"
#include "render/style.hpp"
#include "tcp/connection.hpp"
#include "tcp/segment.hpp"

namespace sockstep::render {

/// Draws as it is told: each call returns the lines for one thing, ended by newlines. Times are since the trace began.
/// From 110 columns on, sentences stand beside the ladder, otherwise between its lifelines.
class Ladder {
public:
    explicit Ladder(Style style);

    std::string segment(base::Duration at, const decode::TcpSegment& packet, const tcp::Segment& segment,
                        const tcp::Connection& connection, const explain::Explanation& explanation);

    /// A frame that is no TCP segment, but worth a line.
    std::string frame(base::Duration at, std::uint64_t number, std::string_view what);

    /// What a program printed, or was given to read.
    std::string output(base::Duration at, std::string_view program, bool typed, std::string_view text);

    /// The last word on a connection.
    std::string connection(const tcp::Connection& connection, const explain::Explanation& explanation);

private:
    struct Line {
        std::string text;
        std::size_t columns = 0;  // that it takes on the screen: colours take none
    };

    std::string heading(const tcp::Connection& connection) const;
    std::string arrow(const decode::TcpSegment& packet, const tcp::Segment& segment) const;
    std::vector<Line> drawing(const decode::TcpSegment& packet, const tcp::Segment& segment) const;
    std::vector<Line> sentences(const explain::Explanation& explanation) const;
    std::string across(base::Duration at, Paint paint, std::string_view what) const;
    Line line(Paint paint, const std::string& text) const;
    std::string row(std::string_view time, const Line& between, const Line& beside) const;

    Style style_;
    std::size_t inner_;   // columns between the lifelines
    std::size_t beside_;  // columns for sentences to the right; 0: they stand between the lifelines
    std::uint64_t shown_connection_ = 0;
};

}  // namespace sockstep::render
