// tracer/app/picture.hpp - a timeline drawn into a file: SVG, PNG, DOT, HTML or text, by the file's name.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "app/command_line.hpp"
#include "correlate/timeline.hpp"
#include "findings/findings.hpp"
#include "os/reserved_file.hpp"
#include "render/cast.hpp"
#include "render/diagram.hpp"
#include "render/dot.hpp"
#include "render/drawing.hpp"

namespace sockstep::app {

/// What there is to be drawn. It views its parts.
struct Subject {
    const correlate::Timeline& timeline;
    const std::vector<render::Role>& roles;
    const std::vector<findings::Finding>& findings;
};

struct PictureOptions {
    render::DiagramOptions what;
    render::Theme theme = render::Theme::Light;
    render::Scale scale = render::Scale::Even;
};

enum class PictureKind : std::uint8_t { Svg, Png, Dot, Html, Text };

/// Why `file` is no name for a picture; empty if it is one.
std::string objection_to_picture(const std::string& file);
/// By the ending of `file`. Throws: CLI::ValidationError naming `option`.
PictureKind kind_of_picture(const std::string& file, const std::string& option);

/// A file that can be written, opened before there is anything to draw: so what is wrong is said before a run. An older
/// one stays as it was until there is something to take its place.
class Picture {
public:
    /// Throws: std::system_error if it cannot be created, std::runtime_error if it takes Graphviz and there is none;
    /// CLI::ValidationError as above.
    explicit Picture(const std::string& file, const std::string& option = "-o");

    /// Throws: std::runtime_error where there is nothing to draw, or too much; std::system_error if it cannot be
    /// written.
    void draw(const Subject& subject, const PictureOptions& options);

private:
    std::string text_of(const Subject& subject, const PictureOptions& options) const;
    std::string by_graphviz(const std::string& dot) const;

    PictureKind kind_;
    std::string graphviz_;  // its program, if it takes one
    os::ReservedFile file_;
};

}  // namespace sockstep::app
