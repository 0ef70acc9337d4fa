// tracer/app/draw_command.cpp - sockstep draw: a capture as a picture or a page.
#include <fmt/format.h>

#include <limits>
#include <memory>
#include <optional>
#include <random>
#include <span>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "app/commands.hpp"
#include "app/messages.hpp"
#include "app/numbers.hpp"
#include "app/picture.hpp"
#include "app/picture_options.hpp"
#include "capture/file_reader.hpp"
#include "correlate/correlator.hpp"
#include "explain/words.hpp"
#include "findings/findings.hpp"
#include "os/fd.hpp"
#include "os/file.hpp"

namespace sockstep::app {

namespace {

struct DrawOptions {
    std::string file;
    std::string output;
    PictureWishes picture;
};

/// What a file holds, as far as it can be read.
struct Loaded {
    correlate::Correlator correlator{std::random_device{}()};
    std::vector<render::Role> roles;
    std::vector<findings::Finding> findings;
    std::optional<std::string> fault;
};

/// A capture: frames only, which arrive when they are seen.
void load(const std::string& file, Loaded& into) {
    auto fd = std::make_shared<const os::Fd>(os::open_to_read(file));
    capture::FileReader reader{[fd, file](std::span<std::uint8_t> octets) { return os::read_some(*fd, octets, file); }};
    std::vector<record::Frame> frames(64);
    while (const std::size_t count = reader.next(frames)) {
        for (const record::Frame& frame : std::span{frames}.first(count)) {
            into.correlator.add(frame);
        }
    }
    into.correlator.finish();
    into.findings = findings::find(into.correlator.timeline());
    if (!reader.faults().empty()) {
        const capture::Fault& first = reader.faults().front();
        into.fault =
            fmt::format("{}: at offset {}: {}", file == "-" ? "standard input" : file, first.offset, first.what);
    }
}

int draw(const DrawOptions& options) {
    const Picture picture{options.output};
    Loaded loaded;
    load(options.file, loaded);
    const auto connections = loaded.correlator.timeline().connections.size();
    if (options.picture.options.what.connection > connections) {
        say(fmt::format("--connection {}: there is no such one among {}", options.picture.options.what.connection,
                        explain::count(static_cast<std::int64_t>(connections), "connection")));
        return 1;
    }
    const correlate::Timeline& timeline = loaded.correlator.timeline();
    picture.draw({timeline, loaded.roles, loaded.findings}, options.picture.in(timeline));
    if (loaded.fault) {
        say(*loaded.fault);
    }
    return loaded.fault ? 1 : 0;
}

}  // namespace

void add_draw(CLI::App& app, int& status) {
    auto options = std::make_shared<DrawOptions>();
    CLI::App* command = app.add_subcommand(
        "draw", "Draw a capture: SVG, PNG or DOT for paper and slides, an HTML page to step through");
    command->add_option("FILE", options->file, "The capture: pcap or pcapng; - is standard input")->required();
    command->add_option("-o", options->output, "The picture; its ending says what it is: .svg .png .dot .html .txt")
        ->type_name("PICTURE")
        ->required();
    command->add_option("--connection", options->picture.options.what.connection, "Draw only connection number N")
        ->transform(whole_number(1, std::numeric_limits<std::uint64_t>::max()))
        ->type_name("N");
    add_picture_options(*command, options->picture);
    command->callback([options, &status] { status = draw(*options); });
}

}  // namespace sockstep::app
