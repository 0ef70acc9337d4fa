// tracer/render/entities.hpp - text that HTML, SVG and Graphviz show as it is.
#pragma once

#include <string>
#include <string_view>

namespace sockstep::render {

/// With &amp; &lt; &gt; &quot; for what begins or ends a tag, an entity or an attribute's value.
std::string with_entities(std::string_view text);

}  // namespace sockstep::render
