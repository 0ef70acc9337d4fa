// tracer/app/picture_options.hpp - the options that say what a picture shows, the same for draw and for --draw.
#pragma once

#include <string>

#include "app/command_line.hpp"
#include "app/picture.hpp"
#include "correlate/timeline.hpp"

namespace sockstep::app {

/// As they were given: what a place means is known when there is a timeline.
struct PictureWishes {
    std::string from;  // "0.25", seconds; "#3", a segment
    std::string to;
    PictureOptions options;

    /// Throws: std::runtime_error where a segment is named that there is not.
    PictureOptions in(const correlate::Timeline& timeline) const;
};

/// Adds --from, --to, --only, --title, --theme and --scale to `command`, to be stored in `wishes`.
void add_picture_options(CLI::App& command, PictureWishes& wishes);

}  // namespace sockstep::app
