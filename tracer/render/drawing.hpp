// tracer/render/drawing.hpp - a diagram laid out: lines, boxes and texts with their places.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "render/diagram.hpp"

namespace sockstep::render {

/// What a line, a box or a text is for: a theme says what it looks like.
enum class Ink : std::uint8_t {
    Title,
    Host,
    Lifeline,
    Text,
    Faint,  // times, acknowledgement numbers
    State,
    Client,  // a segment that the client sent
    Server,
    Repeat,   // a segment that is sent again
    Alarm,    // RST, loss, failure
    Running,  // a call that returned at once
    Asleep,   // a call that slept
    Wake,
    Cause,
};

struct Point {
    double x = 0;
    double y = 0;  // downwards
};

struct Stroke {
    Point from;
    Point to;
    Ink ink = Ink::Text;
    bool has_head = false;
    std::optional<std::size_t> item{};
};

/// By its middle.
struct Box {
    Point middle;
    double width = 0;
    double height = 0;
    Ink ink = Ink::Running;
    std::optional<std::size_t> item{};
};

enum class Align : std::uint8_t { Left, Middle, Right };

/// By its middle; `width` and `height` are those of all its lines.
struct Label {
    Point middle;
    double width = 0;
    double height = 0;
    double size = 0;  // of its font
    std::vector<std::string> lines;
    Align align = Align::Left;
    Ink ink = Ink::Text;
    std::optional<std::size_t> item{};
};

/// All lengths are in points, 1/72 inch.
struct Drawing {
    double width = 0;
    double height = 0;
    std::vector<Stroke> strokes;
    std::vector<Box> boxes;
    std::vector<Label> labels;  // no two overlap
};

enum class Scale : std::uint8_t {
    Even,  // a row for each thing that happens
    Time,  // distances are times, as far as rows leave room; where they are not, the axis is dashed and says so
};

/// Two lifelines with short calls take 85 mm, the column of a textbook.
Drawing lay_out(const Diagram& diagram, Scale scale);

}  // namespace sockstep::render
