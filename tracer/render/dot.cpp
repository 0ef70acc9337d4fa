// tracer/render/dot.cpp - nodes at pinned places for texts and boxes, edges between points for lines.
#include "render/dot.hpp"

#include <fmt/format.h>

#include <string_view>

#include "render/entities.hpp"
#include "render/theme.hpp"

namespace sockstep::render {

namespace {

/// In double quotes. A backslash begins an escape of Graphviz and an ampersand an entity, so neither may stay as it is.
/// Source: graphviz.org, "escString"; its DOT language reads HTML entities in every label.
std::string escaped(std::string_view text) {
    std::string result;
    for (const char octet : with_entities(text)) {
        if (octet == '\\') {
            result += octet;
        }
        result += static_cast<unsigned char>(octet) < 0x20U ? ' ' : octet;
    }
    return result;
}

class DotWriter {
public:
    DotWriter(const Diagram& diagram, const Drawing& drawing, Theme theme)
        : diagram_{diagram}, drawing_{drawing}, theme_{theme} {}

    std::string write() {
        text_ = fmt::format(
            "// Drawn by: neato -n2 -Tsvg\n"
            "graph sockstep {{\n"
            "  graph [outputorder=edgesfirst, splines=line, pad=0, margin=0, bgcolor=\"{}\", notranslate=true, "
            "tooltip=\"{}\"]\n"
            "  node [shape=plaintext, fixedsize=true, margin=0, fontname=\"Arial\"]\n"
            "  edge [dir=none, arrowsize=0.45]\n",
            background_of(theme_), escaped(diagram_.title.empty() ? "a run" : diagram_.title));
        corners();
        for (const Stroke& stroke : drawing_.strokes) {
            add(stroke);
        }
        for (const Box& box : drawing_.boxes) {
            add(box);
        }
        for (const Label& label : drawing_.labels) {
            add(label);
        }
        return text_ + "}\n";
    }

private:
    std::string at(Point point) const { return fmt::format("{:.2f},{:.2f}", point.x, drawing_.height - point.y); }

    /// Graphviz cuts the page where its last node ends.
    void corners() {
        point({0, 0});
        point({drawing_.width, drawing_.height});
    }

    std::size_t point(Point where) {
        text_ += fmt::format("  n{} [shape=point, style=invis, width=0.01, height=0.01, label=\"\", pos=\"{}\"]\n",
                             nodes_, at(where));
        return nodes_++;
    }

    /// What a reader of the SVG is shown when he rests on it.
    std::string about(const std::optional<std::size_t>& place) const {
        if (!place) {
            return ", tooltip=\" \"";
        }
        const Item& item = diagram_.items[*place];
        const std::string_view kind = item.kind == ItemKind::Segment ? "segment"
                                      : item.kind == ItemKind::Call  ? "call"
                                                                     : "event";
        return fmt::format(", class=\"{}\", tooltip=\"{}{}\"", kind, escaped(item.says.empty() ? item.text : item.says),
                           item.source.empty() ? "" : " [" + escaped(item.source) + "]");
    }

    void add(const Stroke& stroke) {
        const std::size_t from = point(stroke.from);
        const std::size_t to = point(stroke.to);
        const Look look = look_of(stroke.ink, theme_);
        text_ += fmt::format("  n{} -- n{} [color=\"{}\", style=\"{}\", penwidth={:.2f}{}{}]\n", from, to, look.colour,
                             look.style, look.width, stroke.has_head ? ", dir=forward" : "", about(stroke.item));
    }

    void add(const Box& box) {
        const Look look = look_of(box.ink, theme_);
        text_ += fmt::format(
            "  n{} [shape=box, style=filled, label=\"\", color=\"{}\", fillcolor=\"{}\", penwidth={:.2f}, "
            "width={:.4f}, "
            "height={:.4f}, pos=\"{}\"{}]\n",
            nodes_++, look.colour, look.fill, look.width, box.width / 72, box.height / 72, at(box.middle),
            about(box.item));
    }

    void add(const Label& label) {
        const Look look = look_of(label.ink, theme_);
        const std::string_view end = label.align == Align::Left ? "\\l" : label.align == Align::Right ? "\\r" : "\\n";
        std::string text;
        for (const std::string& line : label.lines) {
            text += escaped(line);
            text += &line == &label.lines.back() && label.align == Align::Middle ? "" : end;
        }
        const bool is_strong = label.ink == Ink::Title || label.ink == Ink::Host || label.ink == Ink::State;
        text_ += fmt::format(
            "  n{} [label=\"{}\", fontsize={:.2f}, fontcolor=\"{}\", style=filled, fillcolor=\"{}\", width={:.4f}, "
            "height={:.4f}, pos=\"{}\"{}{}]\n",
            nodes_++, text, label.size, look.colour, background_of(theme_), label.width / 72, label.height / 72,
            at(label.middle), is_strong ? ", fontname=\"Helvetica-Bold\"" : "", about(label.item));
    }

    const Diagram& diagram_;
    const Drawing& drawing_;
    Theme theme_;
    std::string text_;
    std::size_t nodes_ = 0;
};

}  // namespace

std::string dot_text(const Diagram& diagram, const Drawing& drawing, Theme theme) {
    return DotWriter{diagram, drawing, theme}.write();
}

}  // namespace sockstep::render
