// tracer/app/draw_command.cpp - sockstep draw: a capture as a picture or a page.
#include <fmt/format.h>

#include <cmath>
#include <limits>
#include <map>
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
    std::optional<double> from;  // seconds
    std::optional<double> to;
    PictureOptions picture;
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
    capture::FileReader reader{
        [fd, file](std::span<std::uint8_t> octets) { return os::read_some(*fd, octets, file); }};
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
        into.fault = fmt::format("{}: at offset {}: {}", file == "-" ? "standard input" : file, first.offset, first.what);
    }
}

std::optional<base::Duration> duration_of(const std::optional<double>& seconds) {
    if (!seconds) {
        return std::nullopt;
    }
    return base::Duration{std::llround(*seconds * 1e9)};
}

int draw(DrawOptions options) {
    options.picture.what.from = duration_of(options.from);
    options.picture.what.to = duration_of(options.to);
    const Picture picture{options.output};
    Loaded loaded;
    load(options.file, loaded);
    const auto connections = loaded.correlator.timeline().connections.size();
    if (options.picture.what.connection > connections) {
        say(fmt::format("--connection {}: there is no such one among {}", options.picture.what.connection,
                        explain::count(static_cast<std::int64_t>(connections), "connection")));
        return 1;
    }
    picture.draw({loaded.correlator.timeline(), loaded.roles, loaded.findings}, options.picture);
    if (loaded.fault) {
        say(*loaded.fault);
    }
    return loaded.fault ? 1 : 0;
}

/// An option whose value is one of several words.
template <typename Value>
void add_choice(CLI::App& command, const char* name, Value& value, const std::map<std::string, Value>& words,
                const char* about) {
    std::string all;
    for (const auto& [word, each] : words) {
        all += (all.empty() ? "" : "|") + word;
    }
    command.add_option_function<std::string>(
               name, [&value, words](const std::string& word) { value = words.at(word); }, about)
        ->check([words, all](const std::string& word) {
            return words.contains(word) ? std::string{} : fmt::format("{} is none of {}", word, all);
        })
        ->type_name(all);
}

}  // namespace

void add_draw(CLI::App& app, int& status) {
    auto options = std::make_shared<DrawOptions>();
    CLI::App* command =
        app.add_subcommand("draw", "Draw a capture: SVG, PNG or DOT for paper and slides, an HTML page to step through");
    command->add_option("FILE", options->file, "The capture: pcap or pcapng; - is standard input")->required();
    command->add_option("-o", options->output, "The picture; its ending says what it is: .svg .png .dot .html .txt")
        ->type_name("PICTURE")
        ->required();
    PictureOptions& picture = options->picture;
    command->add_option("--connection", picture.what.connection, "Only connection number N")
        ->transform(whole_number(1, std::numeric_limits<std::uint64_t>::max()))
        ->type_name("N");
    const auto when = seconds(0, 1e9);
    command->add_option("--from", options->from, "From this time on, since the first frame")->check(when)->type_name("SECONDS");
    command->add_option("--to", options->to, "Up to this time")->check(when)->type_name("SECONDS");
    add_choice<render::Only>(*command, "--only", picture.what.only,
                             {{"calls", render::Only::Calls}, {"segments", render::Only::Segments}},
                             "Leave out the rest");
    command->add_option("--title", picture.what.title, "What stands above it")->type_name("TEXT");
    add_choice<render::Theme>(
        *command, "--theme", picture.theme,
        {{"light", render::Theme::Light}, {"dark", render::Theme::Dark}, {"print", render::Theme::Print}},
        "Colours [light]; print is black and white");
    add_choice<render::Scale>(*command, "--scale", picture.scale,
                              {{"even", render::Scale::Even}, {"time", render::Scale::Time}},
                              "A row for each thing that happens, or distances that are times [even]");
    command->callback([options, &status] { status = draw(*options); });
}

}  // namespace sockstep::app
