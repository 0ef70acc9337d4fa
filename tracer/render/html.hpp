// tracer/render/html.hpp - a diagram as a page to step through: one file, which needs nothing else.
#pragma once

#include <string>

#include "render/diagram.hpp"
#include "render/dot.hpp"

namespace sockstep::render {

/// `theme`: Light and Dark are how it opens; Print leaves it to the reader's settings, as Light does where they say so.
std::string html_page(const Diagram& diagram, Theme theme);

/// The diagram as JSON that may stand inside a script element: no octet of it is "<", ">" or "&".
std::string page_data(const Diagram& diagram);

}  // namespace sockstep::render
