// tracer/render/ladder.cpp - arrows, states and sentences, line by line.
#include "render/ladder.hpp"

#include <fmt/format.h>

#include <algorithm>

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
    std::string_view shaft;
    std::string_view to_the_right;
    std::string_view to_the_left;
};
constexpr Strokes box{"│", "─", "▶", "◀"};
constexpr Strokes ascii{"|", "-", ">", "<"};

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

/// "#7 PSH ACK  seq 1  ack 1  6 bytes".
std::string label(const decode::TcpSegment& packet, const tcp::Segment& segment) {
    std::string text = fmt::format("#{}", segment.id);
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

Ladder::Ladder(Style style) : style_{style} {
    const std::size_t width = std::max(style.width, narrowest);
    beside_ = width >= wide ? (width - time_columns - lifelines) * 45 / 100 : 0;
    inner_ = width - time_columns - lifelines - (beside_ > 0 ? beside_ + 2 : 0);
}

std::string Ladder::heading(const tcp::Connection& connection) const {
    std::string left = fmt::format("client{} {}", connection.known_by == tcp::KnownBy::First ? "?" : "",
                                   to_string(connection.client.endpoint));
    std::string right = fmt::format("{} server", to_string(connection.server.endpoint));
    std::string text = painted(style_, Paint::Strong, fmt::format("connection {}", connection.id)) + "\n";
    const std::string margin = spaces(time_columns);
    const std::size_t columns = inner_ + lifelines;
    if (left.size() + right.size() + 2 > columns) {
        text += margin + painted(style_, Paint::Client, left) + "\n";
        left.clear();
    }
    const std::size_t gap = columns - std::min(columns, left.size() + right.size());
    return text + margin + painted(style_, Paint::Client, left) + spaces(gap) + painted(style_, Paint::Server, right) +
           "\n";
}

std::string Ladder::arrow(const decode::TcpSegment& packet, const tcp::Segment& segment) const {
    std::string text = label(packet, segment);
    text.resize(std::min(text.size(), inner_ - 6));
    const std::size_t shaft = inner_ - 1 - text.size() - 2;  // the head and two spaces aside
    const Strokes& stroke = strokes(style_);
    const bool rightwards = segment.from == tcp::Side::Client;
    const std::size_t before = std::min<std::size_t>(rightwards ? 3 : shaft - std::min<std::size_t>(3, shaft), shaft);
    std::string drawn = repeated(stroke.shaft, before) + " " + text + " " + repeated(stroke.shaft, shaft - before);
    drawn = rightwards ? drawn + std::string{stroke.to_the_right} : std::string{stroke.to_the_left} + drawn;
    const Paint paint = packet.flags.rst() ? Paint::Alarm : rightwards ? Paint::Client : Paint::Server;
    return painted(style_, paint, drawn);
}

/// What stands between the lifelines: the arrow, and under it what changed and what was carried.
std::vector<Ladder::Line> Ladder::drawing(const decode::TcpSegment& packet, const tcp::Segment& segment) const {
    std::vector<Line> lines{{arrow(packet, segment), inner_}};
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

/// The sentence and its source; with --why every rule it rests on.
std::vector<Ladder::Line> Ladder::sentences(const explain::Explanation& explanation) const {
    const std::size_t columns = beside_ > 0 ? beside_ : inner_ - 2;
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

Ladder::Line Ladder::line(Paint paint, const std::string& text) const {
    return {painted(style_, paint, text), text.size()};
}

/// One row of the page: time, lifeline, `between`, lifeline, `beside`.
std::string Ladder::row(std::string_view time, const Line& between, const Line& beside) const {
    const std::string_view lifeline = strokes(style_).lifeline;
    const std::string padding = spaces(inner_ - std::min(inner_, between.columns));
    const std::string_view gap = beside.columns > 0 ? " " : "";
    return fmt::format("{:>{}} {}{}{}{}{}{}\n", time, time_columns - 1, lifeline, between.text, padding, lifeline, gap,
                       beside.text);
}

std::string Ladder::segment(base::Duration at, const decode::TcpSegment& packet, const tcp::Segment& segment,
                            const tcp::Connection& connection, const explain::Explanation& explanation) {
    std::string text;
    if (connection.id != shown_connection_) {
        text = (shown_connection_ == 0 ? "" : "\n") + heading(connection);
        shown_connection_ = connection.id;
    }
    std::vector<Line> between = drawing(packet, segment);
    std::vector<Line> beside = sentences(explanation);
    if (beside_ == 0) {
        between.insert(between.end(), beside.begin(), beside.end());
        beside.clear();
    }
    const std::size_t rows = std::max(between.size(), beside.size());
    between.resize(rows);
    beside.resize(rows);
    for (std::size_t i = 0; i < rows; ++i) {
        text += row(i == 0 ? base::seconds(at, 6) : "", between[i], beside[i]);
    }
    return text;
}

std::string Ladder::frame(base::Duration at, std::uint64_t number, std::string_view what) {
    return across(at, Paint::Warning, fmt::format("frame {}: {}", number, what));
}

std::string Ladder::output(base::Duration at, std::string_view program, bool typed, std::string_view text) {
    const std::string said = quoted(text, 4 * style_.width);
    return across(at, Paint::Strong, fmt::format("{} {}: {}", program, typed ? "types" : "prints", said));
}

/// Lines that take the page's whole width.
std::string Ladder::across(base::Duration at, Paint paint, std::string_view what) const {
    std::string text;
    for (const std::string& line : wrapped(what, std::max(style_.width, narrowest) - time_columns)) {
        text += fmt::format("{:>{}} {}\n", text.empty() ? base::seconds(at, 6) : "", time_columns - 1,
                            painted(style_, paint, line));
    }
    return text;
}

std::string Ladder::connection(const tcp::Connection& connection, const explain::Explanation& explanation) {
    shown_connection_ = connection.id;
    const std::size_t width = std::max(style_.width, narrowest);
    const std::string ends = fmt::format("connection {}: client {}, server {}", connection.id,
                                         to_string(connection.client.endpoint), to_string(connection.server.endpoint));
    std::string text = "\n";
    for (const std::string& line : wrapped(ends, width)) {
        text += painted(style_, Paint::Strong, line) + "\n";
    }
    for (const std::string& line : wrapped(explanation.says, width - 2)) {
        text += "  " + line + "\n";
    }
    return text;
}

}  // namespace sockstep::render
