// tracer/render/layout_columns.hpp - where the lifelines of a drawing stand, and how wide a text may be there.
#pragma once

#include <cstddef>
#include <vector>

#include "render/diagram.hpp"
#include "render/drawing.hpp"

namespace sockstep::render {

constexpr double font = 7.5;   // points
constexpr double small = 6.5;  // of states, times, acknowledgement numbers
constexpr double line_height = 9.2;
constexpr double margin = 4;
constexpr double bar = 5;  // the width of a call's bar

struct Columns {
    std::vector<double> x;     // of each lifeline
    std::vector<double> lane;  // how wide a text at its outer side may be
    double arrow_text = 0;     // how wide a segment's text may be
    double axis = 0;           // of the times; 0: there are none
    double width = 0;          // of the drawing
};

Columns columns_of(const Diagram& diagram, Scale scale);

}  // namespace sockstep::render
