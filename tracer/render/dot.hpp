// tracer/render/dot.hpp - a drawing in Graphviz's language.
#pragma once

#include <cstdint>
#include <string>

#include "render/diagram.hpp"
#include "render/drawing.hpp"

namespace sockstep::render {

enum class Theme : std::uint8_t {
    Light,
    Dark,
    Print,  // black, white and grey; what differs, differs by the form of its lines
};

/// Every place is pinned: "neato -n2" draws exactly this.
std::string dot_text(const Diagram& diagram, const Drawing& drawing, Theme theme);

}  // namespace sockstep::render
