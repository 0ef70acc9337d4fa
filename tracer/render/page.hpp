// tracer/render/page.hpp - the page that ladders are drawn on: time, two lifelines, and sentences.
#pragma once

#include <cstddef>
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
#include "tcp/state.hpp"

namespace sockstep::render {

/// A text, and the columns that it takes on the screen: colours take none.
struct Line {
    std::string text;
    std::size_t columns = 0;
};

/// How far the arrow of a segment goes in the row in which it leaves.
enum class Reach : std::uint8_t {
    Arrives,  // it is there at once
    Leaves,   // it arrives in a later row
    Lost,
};

/// From 110 columns on, sentences stand beside the ladder, otherwise between its lifelines.
class Page {
public:
    explicit Page(Style style);

    const Style& style() const { return style_; }
    std::size_t width() const;
    /// Columns between the lifelines; and with the lifelines.
    std::size_t inner() const { return inner_; }
    std::size_t ladder() const;
    bool has_room_beside() const { return beside_ > 0; }
    /// Columns of a sentence.
    std::size_t sentence_columns() const;

    /// REQUIRES, as for all text that is not drawn: ASCII.
    Line line(Paint paint, const std::string& text) const;
    std::vector<Line> wrapped_lines(Paint paint, const std::string& text, std::size_t columns) const;
    /// The sentence and its source; with --why every rule it rests on.
    std::vector<Line> sentences(const explain::Explanation& explanation, std::size_t columns) const;

    /// A row for each line: the time, a lifeline, a line of `between`, a lifeline, a line of `beside`.
    std::string rows(base::Duration at, std::vector<Line> between, std::vector<Line> beside) const;
    /// The same, of something that happens on one lifeline and stands at its side.
    std::string rows_at(tcp::Side side, base::Duration at, std::vector<Line> between, std::vector<Line> beside) const;

    /// Lines that take the page's whole width.
    std::string across(base::Duration at, Paint paint, std::string_view what) const;
    /// Two texts at the two ends of a line under the lifelines' margin; below each other where there is no room.
    std::string heading(const std::string& left, const std::string& right) const;

    /// What stands between the lifelines for a segment: the arrow, labelled `tag`, and under it what changed and what
    /// was carried.
    std::vector<Line> drawing(const decode::TcpSegment& packet, const tcp::Segment& segment, std::string_view tag = {},
                              Reach reach = Reach::Arrives) const;
    /// The later row of a segment that `from` has sent: `text` and the head of its arrow, and what changed there.
    std::vector<Line> arrival(tcp::Side from, const std::string& text, tcp::State before, tcp::State after) const;

private:
    std::string arrow(const decode::TcpSegment& packet, const tcp::Segment& segment, std::string_view tag,
                      Reach reach) const;
    std::string rows_between(base::Duration at, const std::string& left, const std::string& right,
                             std::vector<Line> between, std::vector<Line> beside) const;
    std::string row(std::string_view time, const std::string& left, const Line& between, const std::string& right,
                    const Line& beside) const;

    Style style_;
    std::size_t inner_;
    std::size_t beside_;  // columns for sentences to the right; 0: they stand between the lifelines
};

/// "connection 3: client 10.0.0.11:41234, server 10.0.0.1:5000" and the last word on it.
std::string last_word(const Page& page, const tcp::Connection& connection, const explain::Explanation& explanation);

}  // namespace sockstep::render
