// tracer/app/picture.cpp - diagram, drawing, and Graphviz for what is no text.
#include "app/picture.hpp"

#include <fmt/format.h>

#include <array>
#include <optional>
#include <stdexcept>
#include <string_view>
#include <utility>

#include <CLI/CLI.hpp>

#include "base/bytes.hpp"
#include "explain/words.hpp"
#include "os/child.hpp"
#include "os/programs.hpp"
#include "render/findings.hpp"
#include "render/html.hpp"
#include "render/run_ladder.hpp"

namespace sockstep::app {

namespace {

/// A picture with more can be neither read nor printed; the page can.
constexpr std::size_t most_rows = 3000;
constexpr std::size_t text_columns = 120;

constexpr std::array<std::pair<std::string_view, PictureKind>, 5> endings{{{".svg", PictureKind::Svg},
                                                                           {".png", PictureKind::Png},
                                                                           {".dot", PictureKind::Dot},
                                                                           {".html", PictureKind::Html},
                                                                           {".txt", PictureKind::Text}}};

std::string ladder_of(const Subject& subject, const PictureOptions& options) {
    const render::Style style{.width = text_columns};
    render::RunLadder ladder{style, subject.roles};
    std::string text = options.what.title.empty() ? "" : render::printable(options.what.title) + "\n\n";
    text += ladder.opening();
    for (const correlate::Moment& moment : subject.timeline.moments) {
        if (options.what.wants(subject.timeline, moment)) {
            text += ladder.moment(subject.timeline, moment);
        }
    }
    return text + render::findings_text(subject.findings, style);
}

std::optional<PictureKind> find_kind(const std::string& file) {
    for (const auto& [ending, kind] : endings) {
        if (file.ends_with(ending) && file.size() > ending.size()) {
            return kind;
        }
    }
    return std::nullopt;
}

/// The Graphviz program that draws it; empty if it takes none.
std::string program_for(PictureKind kind, const std::string& file) {
    if (kind != PictureKind::Svg && kind != PictureKind::Png) {
        return {};
    }
    const auto program = os::find_program("neato");
    if (!program) {
        throw std::runtime_error{fmt::format(
            "{}: drawing SVG and PNG takes Graphviz, whose program neato is not in PATH: type 'apt-get install "
            "graphviz', or draw .dot, .html or .txt",
            file)};
    }
    return *program;
}

}  // namespace

std::string objection_to_picture(const std::string& file) {
    return find_kind(file) ? "" : file + ": the name must end in .svg, .png, .dot, .html or .txt";
}

PictureKind kind_of_picture(const std::string& file, const std::string& option) {
    const auto kind = find_kind(file);
    if (!kind) {
        throw CLI::ValidationError{option, objection_to_picture(file)};
    }
    return *kind;
}

Picture::Picture(const std::string& file, const std::string& option)
    : kind_{kind_of_picture(file, option)}, graphviz_{program_for(kind_, file)}, file_{file} {}

std::string Picture::by_graphviz(const std::string& dot) const {
    os::Child child{{.path = graphviz_,
                     .arguments = {"-q", "-n2", kind_ == PictureKind::Svg ? "-Tsvg" : "-Tpng",
                                   "-Gdpi=" + std::string{kind_ == PictureKind::Svg ? "72" : "220"}}}};
    child.type(dot);
    child.close_input();
    std::string drawn;
    while (child.read_output(drawn)) {
    }
    const os::ExitStatus status = child.wait();
    if (drawn.empty() || !status.success()) {
        throw std::runtime_error{
            fmt::format("{}: Graphviz ({}) has failed: {}", file_.path(), graphviz_, to_string(status))};
    }
    return drawn;
}

std::string Picture::text_of(const Subject& subject, const PictureOptions& options) const {
    if (kind_ == PictureKind::Text) {
        return ladder_of(subject, options);
    }
    const render::Diagram diagram =
        render::make_diagram(subject.timeline, subject.roles, subject.findings, options.what);
    if (diagram.rows.empty()) {
        throw std::runtime_error{
            fmt::format("{}: nothing of what was asked for happened, so nothing is drawn", file_.path())};
    }
    if (kind_ == PictureKind::Html) {
        return render::html_page(diagram, options.theme);
    }
    if (diagram.rows.size() > most_rows) {
        throw std::runtime_error{fmt::format(
            "{}: {} rows are more than a picture can show ({}); choose with --connection, --from, --to or --only, or "
            "draw .html",
            file_.path(), explain::number(static_cast<std::int64_t>(diagram.rows.size())),
            explain::number(static_cast<std::int64_t>(most_rows)))};
    }
    const std::string dot = render::dot_text(diagram, render::lay_out(diagram, options.scale), options.theme);
    return kind_ == PictureKind::Dot ? dot : by_graphviz(dot);
}

void Picture::draw(const Subject& subject, const PictureOptions& options) {
    const std::string text = text_of(subject, options);
    file_.write({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
}

}  // namespace sockstep::app
