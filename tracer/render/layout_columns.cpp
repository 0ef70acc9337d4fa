// tracer/render/layout_columns.cpp - the narrowest columns in which texts take few lines.
#include "render/layout_columns.hpp"

#include <algorithm>
#include <array>

#include "render/text_width.hpp"

namespace sockstep::render {

namespace {

constexpr std::array lane_widths{70.0, 100.0, 140.0};
constexpr std::array wire_widths{93.0, 130.0, 170.0};
constexpr double of_tcp = 70;  // a lane with nothing but states
constexpr double axis_width = 44;
constexpr std::size_t most_lines = 3;

bool fits(const Item& item, double width) {
    for (const std::string* text : {&item.text, &item.end_text, &item.slept}) {
        if (fitted(*text, font, width).size() > most_lines) {
            return false;
        }
    }
    return true;
}

double lane_of(const Diagram& diagram, std::size_t line) {
    if (!diagram.lifelines[line].is_thread) {
        return of_tcp;
    }
    for (const double width : lane_widths) {
        const bool all = std::ranges::all_of(diagram.items, [&](const Item& item) {
            return item.kind == ItemKind::Segment || item.lifeline != line || fits(item, width - 2 * margin);
        });
        if (all) {
            return width;
        }
    }
    return lane_widths.back();
}

double wire_of(const Diagram& diagram) {
    double widest = wire_widths.front();
    for (const Item& item : diagram.items) {
        if (item.kind == ItemKind::Segment) {
            widest = std::max(widest, std::max(text_width(item.text, font), text_width(item.data, font)) + 4 * margin);
        }
    }
    const auto* enough = std::ranges::find_if(wire_widths, [&](double width) { return width >= widest; });
    return enough == wire_widths.end() ? wire_widths.back() : *enough;
}

}  // namespace

Columns columns_of(const Diagram& diagram, Scale scale) {
    Columns columns;
    columns.axis = scale == Scale::Time ? axis_width : 0;
    columns.arrow_text = wire_of(diagram);
    double at = columns.axis;
    bool between = false;  // the wire is behind us
    for (std::size_t line = 0; line < diagram.lifelines.size(); ++line) {
        const double lane = lane_of(diagram, line);
        columns.lane.push_back(lane);
        if (diagram.lifelines[line].side == tcp::Side::Client) {
            at += lane;
            columns.x.push_back(at);
        } else {
            at += between ? 0 : columns.arrow_text;
            between = true;
            columns.x.push_back(at);
            at += lane;
        }
    }
    columns.width = between ? at : at + columns.arrow_text;
    return columns;
}

}  // namespace sockstep::render
