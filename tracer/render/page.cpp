// tracer/render/page.cpp - rows, arrows, states and sentences, line by line.
#include "render/page.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/ip_address.hpp"
#include "render/names.hpp"

namespace sockstep::render {

namespace {

constexpr std::size_t time_columns = 11;
constexpr std::size_t lifelines = 2;
constexpr std::size_t narrowest = 40;
constexpr std::size_t wide = 110;

struct Strokes {
    std::string_view lifeline;
    std::string_view from_left;  // something happens on this lifeline
    std::string_view from_right;
    std::string_view shaft;
    std::string_view to_the_right;
    std::string_view to_the_left;
    std::string_view leaves_to_the_right;  // and goes on below
    std::string_view leaves_to_the_left;
    std::string_view comes_to_the_right;  // from above
    std::string_view comes_to_the_left;
    std::string_view lost;
};
constexpr Strokes box{"│", "├", "┤", "─", "▶", "◀", "╮", "╭", "╰▶", "◀╯", "✕"};
constexpr Strokes ascii{"|", "+", "+", "-", ">", "<", "\\", ",", "`>", "<'", "x"};

const Strokes& strokes(const Style& style) {
    return style.unicode ? box : ascii;
}

std::string repeated(std::string_view what, std::size_t times) {
    std::string text;
    text.reserve(what.size() * times);
    for (std::size_t i = 0; i < times; ++i) {
        text += what;
    }
    return text;
}

std::string spaces(std::size_t count) {
    return std::string(count, ' ');
}

/// Seconds, to the microsecond. Where that is too long for its column, it stands on a line of its own before.
struct Clock {
    explicit Clock(base::Duration at) : column{base::seconds(at, 6)} {
        if (column.size() > time_columns - 1) {
            line = column + "\n";
            column.clear();
        }
    }
    std::string column;
    std::string line;
};

/// "#7 PSH ACK  seq 1  ack 1  6 bytes", after the tag.
std::string label(const decode::TcpSegment& packet, const tcp::Segment& segment, std::string_view tag) {
    std::string text = fmt::format("{}{}#{}", tag, tag.empty() ? "" : " ", segment.id);
    if (segment.frame != segment.id) {
        text += fmt::format(" (frame {})", segment.frame);
    }
    for (const std::string_view flag : flag_names(packet.flags)) {
        text += fmt::format(" {}", flag);
    }
    text += fmt::format("  seq {}", segment.seq);
    if (packet.flags.ack()) {
        text += fmt::format("  ack {}", segment.ack);
    }
    if (segment.length > 0) {
        text += fmt::format("  {} byte{}", segment.length, segment.length == 1 ? "" : "s");
    }
    return text;
}

/// The two texts at the two ends of `columns`; what does not fit is cut from the left one.
std::string at_both_ends(std::string left, std::string_view right, std::size_t columns) {
    const std::size_t room = columns > right.size() + 1 ? columns - right.size() - 1 : 0;
    left.resize(std::min(left.size(), right.empty() ? columns : room));
    return left + spaces(columns - std::min(columns, left.size() + right.size())) + std::string{right};
}

std::string all_notes(tcp::Notes notes) {
    std::string text;
    for (const std::string_view note : note_names(notes)) {
        text += text.empty() ? "" : ", ";
        text += note;
    }
    return text;
}

std::string_view as_text(base::Bytes bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

}  // namespace

Page::Page(Style style) : style_{style} {
    beside_ = width() >= wide ? (width() - time_columns - lifelines) * 45 / 100 : 0;
    inner_ = width() - time_columns - lifelines - (beside_ > 0 ? beside_ + 2 : 0);
}

std::size_t Page::width() const {
    return std::max(style_.width, narrowest);
}

std::size_t Page::ladder() const {
    return inner_ + lifelines;
}

std::size_t Page::sentence_columns() const {
    return beside_ > 0 ? beside_ : inner_ - 2;
}

std::string Page::heading(const std::string& left, const std::string& right) const {
    const std::string before = spaces(time_columns);
    const std::size_t columns = ladder();
    if (left.size() + right.size() + 2 <= columns) {
        const std::string gap = right.empty() ? "" : spaces(columns - left.size() - right.size());
        return before + painted(style_, Paint::Client, left) + gap + painted(style_, Paint::Server, right) + "\n";
    }
    std::string text;
    for (const std::string& line : wrapped(left, columns)) {
        text += before + painted(style_, Paint::Client, line) + "\n";
    }
    for (const std::string& line : wrapped(right, columns)) {
        text += before + spaces(columns - line.size()) + painted(style_, Paint::Server, line) + "\n";
    }
    return text;
}

std::string Page::arrow(const decode::TcpSegment& packet, const tcp::Segment& segment, std::string_view tag,
                        Reach reach) const {
    std::string text = label(packet, segment, tag);
    text.resize(std::min(text.size(), inner_ - 6));
    const std::size_t shaft = inner_ - 1 - text.size() - 2;  // the head and two spaces aside
    const Strokes& stroke = strokes(style_);
    const bool rightwards = segment.from == tcp::Side::Client;
    const std::size_t before = std::min<std::size_t>(rightwards ? 3 : shaft - std::min<std::size_t>(3, shaft), shaft);
    std::string drawn = repeated(stroke.shaft, before) + " " + text + " " + repeated(stroke.shaft, shaft - before);
    const std::string_view head = reach == Reach::Lost ? stroke.lost
                                  : reach == Reach::Leaves
                                      ? rightwards ? stroke.leaves_to_the_right : stroke.leaves_to_the_left
                                  : rightwards ? stroke.to_the_right
                                               : stroke.to_the_left;
    drawn = rightwards ? drawn + std::string{head} : std::string{head} + drawn;
    const Paint paint = packet.flags.rst() ? Paint::Alarm : rightwards ? Paint::Client : Paint::Server;
    return painted(style_, paint, drawn);
}

std::vector<Line> Page::drawing(const decode::TcpSegment& packet, const tcp::Segment& segment, std::string_view tag,
                                Reach reach) const {
    std::vector<Line> lines{{arrow(packet, segment, tag, reach), inner_}};
    if (segment.before != segment.after) {
        const auto changed = [&](tcp::Side side) {
            const bool differs = segment.before.of(side) != segment.after.of(side);
            return differs ? std::string{name(segment.after.of(side))} : std::string{};
        };
        lines.push_back(line(Paint::Strong,
                             at_both_ends(" " + changed(tcp::Side::Client), changed(tcp::Side::Server) + " ", inner_)));
    }
    for (const std::string& notes : wrapped(all_notes(segment.notes), inner_ - 2)) {
        lines.push_back(line(Paint::Warning, " " + notes));
    }
    if (!packet.payload.empty()) {
        lines.push_back(line(Paint::Plain, " " + quoted(as_text(packet.payload), inner_ - 2)));
    }
    return lines;
}

std::vector<Line> Page::arrival(tcp::Side from, const std::string& text, tcp::State before, tcp::State after) const {
    constexpr std::size_t head = 2;
    const Strokes& stroke = strokes(style_);
    const bool rightwards = from == tcp::Side::Client;
    std::string told = text.substr(0, inner_ - head - 2);
    const std::string gap = spaces(inner_ - head - 1 - told.size());
    told = rightwards ? gap + told + " " + std::string{stroke.comes_to_the_right}
                      : std::string{stroke.comes_to_the_left} + " " + told + gap;
    std::vector<Line> lines{{painted(style_, rightwards ? Paint::Client : Paint::Server, told), inner_}};
    if (before != after) {
        const std::string state{name(after)};
        lines.push_back(line(Paint::Strong, rightwards ? at_both_ends("", state + " ", inner_) : " " + state));
    }
    return lines;
}

std::vector<Line> Page::sentences(const explain::Explanation& explanation, std::size_t columns) const {
    std::vector<Line> lines;
    const auto add = [&](Paint paint, const std::string& text) {
        for (const std::string& part : wrapped(text, columns)) {
            lines.push_back(line(paint, " " + part));
        }
    };
    add(Paint::Plain, explanation.says);
    if (style_.why) {
        for (const explain::Rule& rule : explanation.rules) {
            add(Paint::Dim, fmt::format("{}: {}", rule.source, rule.text));
        }
    } else if (!explanation.rules.empty()) {
        add(Paint::Dim, fmt::format("[{}]", explanation.rules.front().source));
    }
    return lines;
}

Line Page::line(Paint paint, const std::string& text) const {
    return {painted(style_, paint, text), text.size()};
}

std::vector<Line> Page::wrapped_lines(Paint paint, const std::string& text, std::size_t columns) const {
    std::vector<Line> lines;
    for (const std::string& part : wrapped(text, columns)) {
        lines.push_back(line(paint, part));
    }
    return lines;
}

std::string Page::row(std::string_view time, const std::string& left, const Line& between, const std::string& right,
                      const Line& beside) const {
    const std::string padding = spaces(inner_ - std::min(inner_, between.columns));
    const std::string_view gap = beside.columns > 0 ? " " : "";
    return fmt::format("{:>{}} {}{}{}{}{}{}\n", time, time_columns - 1, left, between.text, padding, right, gap,
                       beside.text);
}

std::string Page::rows_between(base::Duration at, const std::string& left, const std::string& right,
                               std::vector<Line> between, std::vector<Line> beside) const {
    const std::string lifeline{strokes(style_).lifeline};
    const std::size_t count = std::max(between.size(), beside.size());
    between.resize(count);
    beside.resize(count);
    const Clock clock{at};
    std::string text = clock.line;
    for (std::size_t i = 0; i < count; ++i) {
        text +=
            row(i == 0 ? clock.column : "", i == 0 ? left : lifeline, between[i], i == 0 ? right : lifeline, beside[i]);
    }
    return text;
}

std::string Page::rows(base::Duration at, std::vector<Line> between, std::vector<Line> beside) const {
    const std::string lifeline{strokes(style_).lifeline};
    return rows_between(at, lifeline, lifeline, std::move(between), std::move(beside));
}

std::string Page::rows_at(tcp::Side side, base::Duration at, std::vector<Line> between,
                          std::vector<Line> beside) const {
    const Strokes& stroke = strokes(style_);
    std::string left{stroke.lifeline};
    std::string right{stroke.lifeline};
    if (side == tcp::Side::Client) {
        left = painted(style_, Paint::Client, stroke.from_left);
    } else {
        right = painted(style_, Paint::Server, stroke.from_right);
    }
    return rows_between(at, left, right, std::move(between), std::move(beside));
}

std::string Page::across(base::Duration at, Paint paint, std::string_view what) const {
    Clock clock{at};
    std::string text = clock.line;
    for (const std::string& line : wrapped(what, width() - time_columns)) {
        text +=
            fmt::format("{:>{}} {}\n", std::exchange(clock.column, {}), time_columns - 1, painted(style_, paint, line));
    }
    return text;
}

std::string last_word(const Page& page, const tcp::Connection& connection, const explain::Explanation& explanation) {
    const std::string ends = fmt::format("connection {}: client {}, server {}", connection.id,
                                         to_string(connection.client.endpoint), to_string(connection.server.endpoint));
    std::string text = "\n";
    for (const std::string& line : wrapped(ends, page.width())) {
        text += painted(page.style(), Paint::Strong, line) + "\n";
    }
    for (const std::string& line : wrapped(explanation.says, page.width() - 2)) {
        text += "  " + line + "\n";
    }
    return text;
}

}  // namespace sockstep::render
