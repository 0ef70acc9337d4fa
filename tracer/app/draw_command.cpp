// tracer/app/draw_command.cpp - sockstep draw: a capture or a trace as a picture or a page.
#include <fmt/format.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <random>
#include <set>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "app/commands.hpp"
#include "app/messages.hpp"
#include "app/numbers.hpp"
#include "app/output.hpp"
#include "app/picture.hpp"
#include "app/picture_options.hpp"
#include "app/run_report.hpp"
#include "app/show_trace.hpp"
#include "app/trace_view.hpp"
#include "capture/file_reader.hpp"
#include "correlate/correlator.hpp"
#include "explain/words.hpp"
#include "findings/findings.hpp"
#include "os/fd.hpp"
#include "os/file.hpp"
#include "tracefile/reader.hpp"

namespace sockstep::app {

namespace {

struct DrawOptions {
    std::string file;
    std::string output;
    std::uint64_t run = 0;  // of a trace of several; 0: none was chosen
    PictureWishes picture;
};

/// What a file holds, as far as it can be read: frames, or a run with its calls.
class Loaded {
public:
    /// Throws: std::system_error; std::runtime_error if it has several runs, and none or no such one was chosen.
    explicit Loaded(const DrawOptions& options) : name_{options.file == "-" ? "standard input" : options.file} {
        tracefile::Reader reader{open(options.file)};
        std::array<record::Frame, 64> frames;
        const std::span<const record::Frame> first{frames.data(), reader.next(frames)};
        if (reader.is_trace()) {
            runs_ = reader.runs(first);
            take(chosen(options.run));
            return;
        }
        take(reader, first);
    }

    const correlate::Timeline& timeline() const { return run_ ? run_->timeline() : frames_.timeline(); }
    Subject subject() const { return {timeline(), roles_, findings_}; }
    /// Connections that a run is about; of a capture there is no telling.
    std::optional<std::set<std::uint64_t>> concerned() const {
        return run_ ? std::optional{run_->concerned()} : std::nullopt;
    }

    /// Nothing could be read.
    bool is_nothing() const { return timeline().moments.empty() && !faults_.empty(); }
    /// Says what is wrong with the file. Returns the exit status.
    int complain() const {
        if (!faults_.empty()) {
            return app::complain(name_, faults_);
        }
        return run_ && tell_what_is_missing(runs_, name_) ? 1 : 0;
    }

private:
    static capture::FileReader open(const std::string& file) {
        auto fd = std::make_shared<const os::Fd>(os::open_to_read(file));
        return capture::FileReader{
            [fd, file](std::span<std::uint8_t> octets) { return os::read_some(*fd, octets, file); }};
    }

    /// Frames only, which arrive when they are seen.
    void take(tracefile::Reader& reader, std::span<const record::Frame> first) {
        std::array<record::Frame, 64> frames;
        for (auto some = first; !some.empty(); some = {frames.data(), reader.next(frames)}) {
            for (const record::Frame& frame : some) {
                frames_.add(frame);
            }
        }
        frames_.finish();
        findings_ = findings::find(frames_.timeline());
        faults_ = reader.faults();
    }

    void take(const tracefile::Run& run) {
        RunReport::Options options = options_of(run, {});
        options.held_back = true;  // so it prints nothing
        roles_ = roles_of(run);
        run_.emplace(options, roles_, nowhere_, std::random_device{}());
        replay(run, *run_);
        run_->end();
        findings_ = run_->findings();
        faults_ = runs_.faults;
    }

    const tracefile::Run& chosen(std::uint64_t number) const {
        const std::size_t count = runs_.runs.size();
        if (number > count || (number == 0 && count != 1)) {
            throw std::runtime_error{fmt::format("{}: holds {}; choose one with --run", name_,
                                                 explain::count(static_cast<std::int64_t>(count), "run"))};
        }
        return runs_.runs[number == 0 ? 0 : number - 1];
    }

    std::string name_;
    tracefile::Reader::Runs runs_;
    Output nowhere_{os::create_file("/dev/null"), "/dev/null"};
    correlate::Correlator frames_{std::random_device{}()};  // of a capture
    std::optional<RunReport> run_;                          // of a trace
    std::vector<render::Role> roles_;
    std::vector<findings::Finding> findings_;
    std::vector<capture::Fault> faults_;
};

int draw(const DrawOptions& options) {
    Picture picture{options.output};
    const Loaded loaded{options};
    if (loaded.is_nothing()) {
        return loaded.complain();
    }
    const std::size_t connections = loaded.timeline().connections.size();
    if (options.picture.options.what.connection > connections) {
        say(fmt::format("--connection {}: there is no such one among {}", options.picture.options.what.connection,
                        explain::count(static_cast<std::int64_t>(connections), "connection")));
        return 1;
    }
    PictureOptions wishes = options.picture.in(loaded.timeline());
    wishes.what.concerned = loaded.concerned();
    picture.draw(loaded.subject(), wishes);
    return loaded.complain();
}

}  // namespace

void add_draw(CLI::App& app, int& status) {
    auto options = std::make_shared<DrawOptions>();
    CLI::App* command = app.add_subcommand(
        "draw", "Draw a capture or a trace: SVG, PNG or DOT for paper and slides, an HTML page to step through");
    command->add_option("FILE", options->file, "The capture, or a run that -o has kept; - is standard input")
        ->required();
    command->add_option("-o", options->output, "The picture; its ending says what it is: .svg .png .dot .html .txt")
        ->type_name("PICTURE")
        ->required();
    command->add_option("--run", options->run, "Of a trace of several runs, number N")
        ->transform(whole_number(1, std::numeric_limits<std::uint64_t>::max()))
        ->type_name("N");
    command->add_option("--connection", options->picture.options.what.connection, "Draw only connection number N")
        ->transform(whole_number(1, std::numeric_limits<std::uint64_t>::max()))
        ->type_name("N");
    add_picture_options(*command, options->picture);
    command->callback([options, &status] { status = draw(*options); });
}

}  // namespace sockstep::app
