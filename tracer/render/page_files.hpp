// tracer/render/page_files.hpp - the files of tracer/render/page/, as they are put into this program by CMake.
#pragma once

#include <string_view>

namespace sockstep::render::page_files {

extern const std::string_view html;
extern const std::string_view style;
extern const std::string_view script;

}  // namespace sockstep::render::page_files
