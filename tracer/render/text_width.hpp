// tracer/render/text_width.hpp - how much room a text takes in a picture, before anybody draws it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace sockstep::render {

/// Points that `text` takes in Helvetica of `size` points, and a little more: another font may stand in for it.
/// Liberation Sans and Arial have the same widths.
double text_width(std::string_view text, double size);

/// Broken at spaces into lines of at most `width` points; a longer word is cut, between characters.
std::vector<std::string> fitted(std::string_view text, double size, double width);

}  // namespace sockstep::render
