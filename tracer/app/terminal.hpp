// tracer/app/terminal.hpp - what the terminal at standard output can show.
#pragma once

#include <cstddef>
#include <optional>

#include "render/style.hpp"

namespace sockstep::app {

/// Columns that the text can be laid out in; a terminal that is narrower or wider gets the nearest.
constexpr std::size_t narrowest = 40;
constexpr std::size_t widest = 1000;

struct StyleOptions {
    bool ascii = false;
    bool why = false;
    std::optional<std::size_t> width;
};

/// Colour only on a terminal and never with NO_COLOR (https://no-color.org); Unicode where the locale's encoding is
/// UTF-8; the terminal's width, or COLUMNS, or 80.
render::Style style_of_standard_output(const StyleOptions& options);

}  // namespace sockstep::app
