// tracer/app/terminal.hpp - what the terminal at standard output can show.
#pragma once

#include <optional>

#include "render/style.hpp"

namespace sockstep::app {

struct StyleOptions {
    bool ascii = false;
    bool why = false;
    std::optional<std::size_t> width;
};

/// Colour only on a terminal and never with NO_COLOR (https://no-color.org); Unicode where the locale's encoding is
/// UTF-8; the terminal's width, or COLUMNS, or 80.
render::Style style_of_standard_output(const StyleOptions& options);

}  // namespace sockstep::app
