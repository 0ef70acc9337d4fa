// tracer/render/theme.hpp - what each ink looks like.
#pragma once

#include <string_view>

#include "render/dot.hpp"
#include "render/drawing.hpp"

namespace sockstep::render {

struct Look {
    std::string_view colour;           // of lines and texts
    std::string_view fill{};           // of boxes
    std::string_view style = "solid";  // of lines: solid, dashed, dotted; the same in every theme
    double width = 0.8;                // points
};

Look look_of(Ink ink, Theme theme);
std::string_view background_of(Theme theme);

}  // namespace sockstep::render
