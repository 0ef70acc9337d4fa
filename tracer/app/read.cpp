// tracer/app/read.cpp - sockstep read: a capture file, explained.
#include <fmt/format.h>
#include <signal.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <initializer_list>
#include <limits>
#include <memory>
#include <optional>
#include <random>
#include <span>
#include <string>
#include <thread>
#include <utility>
#include <variant>
#include <vector>

#include <CLI/CLI.hpp>

#include "app/ahead.hpp"
#include "app/commands.hpp"
#include "app/decoded_frames.hpp"
#include "app/messages.hpp"
#include "app/numbers.hpp"
#include "app/output.hpp"
#include "app/output_options.hpp"
#include "app/report.hpp"
#include "app/show_trace.hpp"
#include "capture/file_reader.hpp"
#include "capture/filter.hpp"
#include "capture/source.hpp"
#include "explain/words.hpp"
#include "os/check.hpp"
#include "os/fd.hpp"
#include "os/file.hpp"
#include "os/poll.hpp"
#include "os/signal_fd.hpp"
#include "tracefile/reader.hpp"

namespace sockstep::app {

namespace {

struct ReadOptions {
    std::string file;
    std::string filter;
    bool only_frames = false;
    std::uint64_t run = 0;  // 0: all
    OutputOptions output;
};

/// The octets of `fd` until they end, or until Ctrl-C ends them rather than the program, so that what was seen is still
/// summed up. The signal waits to be read, so it is not lost when it comes while a frame is explained.
capture::Source until_interrupted(std::shared_ptr<const os::Fd> fd, const std::string& file) {
    auto signals = std::make_shared<os::SignalFd>(std::initializer_list<int>{SIGINT, SIGTERM});
    return [fd = std::move(fd), signals, file](std::span<std::uint8_t> into) -> std::optional<std::size_t> {
        os::Poll poll;
        poll.add(fd->value());
        poll.add(signals->fd());
        while (!poll.ready(fd->value()) && !poll.ready(signals->fd())) {
            poll.wait();
        }
        return signals->read() ? std::nullopt : os::read_some(*fd, into, file);
    };
}

/// One capture file, or stream, from its first frame to its totals.
class Reading {
public:
    explicit Reading(const ReadOptions& options)
        : options_{options}, report_{options.output.report(), output_, std::random_device{}()} {
        if (!options.filter.empty()) {
            filter_.emplace(options.filter);
        }
    }

    /// Returns the exit status.
    int run() {
        tracefile::Reader reader{open()};
        std::array<record::Frame, 64> frames;
        try {
            const std::span<const record::Frame> first = next(reader, frames);
            if (reader.is_trace() && !options_.only_frames) {
                return show_runs(reader, first);
            }
            if (options_.run != 0 && !reader.is_trace()) {
                say(fmt::format("--run {}: {} is no trace of runs", options_.run, name()));
                return 1;
            }
            report_.add(first);
            read_all(reader);
        } catch (const std::exception&) {
            if (report_.totals().frames > 0) {
                report_.finish();  // what came before the fault is not lost
            }
            throw;
        }
        if (report_.totals().frames == 0 && !reader.faults().empty()) {
            return complain(name(), reader.faults());  // it is no capture: nothing was counted
        }
        report_.finish();
        return reader.faults().empty() ? status_of(options_.output, report_.totals())
                                       : complain(name(), reader.faults());
    }

private:
    std::string name() const { return options_.file == "-" ? "standard input" : options_.file; }

    /// A run is shown with all that is known of it in the end, so it is read first.
    int show_runs(tracefile::Reader& reader, std::span<const record::Frame> first) {
        if (filter_) {
            say(
                fmt::format("{}: --filter would part calls from their segments; add --frames to read its frames only, "
                            "or take --connection",
                            name()));
            return 2;
        }
        return show_trace(reader.runs(first), name(), options_.run, options_.output, output_);
    }

    capture::FileReader open() {
        auto fd = std::make_shared<const os::Fd>(os::open_to_read(options_.file));
        struct stat about {};
        os::check(::fstat(fd->value(), &about), "fstat");
        is_stream_ = !S_ISREG(about.st_mode);
        if (is_stream_) {
            return capture::FileReader{until_interrupted(std::move(fd), options_.file)};
        }
        return capture::FileReader{
            [fd, file = options_.file](std::span<std::uint8_t> into) { return os::read_some(*fd, into, file); }};
    }

    void read_all(tracefile::Reader& reader) {
        const bool only_counts = options_.output.summary && !is_stream_;
        if (only_counts && std::thread::hardware_concurrency() > 1) {
            count_all(reader);
            return;
        }
        if (is_stream_) {
            output_.flush();
        }
        std::array<record::Frame, 64> frames;
        for (auto wanted = next(reader, frames); !frames_ended_; wanted = next(reader, frames)) {
            report_.add(wanted);
            if (is_stream_) {
                output_.flush();
            }
        }
    }

    /// Where nothing is printed of a segment, reading and decoding take as long as following the connections: two
    /// threads share the work.
    void count_all(tracefile::Reader& reader) {
        std::vector<record::Frame> frames(1024);
        Ahead<DecodedFrames> ahead{[&](DecodedFrames& batch) {
            batch.clear();
            report_.decode(next(reader, frames), batch);
            forget_octets(batch);
            return !frames_ended_;
        }};
        while (const DecodedFrames* batch = ahead.next()) {
            report_.add(*batch);
        }
    }

    /// The reader uses their memory again.
    static void forget_octets(DecodedFrames& batch) {
        for (std::size_t i = 0; i < batch.frames.size(); ++i) {
            batch.frames[i].bytes = {};
            if (auto* segment = std::get_if<decode::TcpSegment>(&batch.decoded[i])) {
                segment->payload = {};
            }
        }
    }

    /// The next frames that the filter lets pass, in the front of `frames`; perhaps none of those at hand.
    std::span<const record::Frame> next(tracefile::Reader& reader, std::span<record::Frame> frames) {
        const std::size_t count = reader.next(frames);
        frames_ended_ = count == 0;
        const auto end = frames.begin() + static_cast<std::ptrdiff_t>(count);
        return {frames.begin(), std::remove_if(frames.begin(), end, [this](const record::Frame& frame) {
                    return filter_ && !filter_->matches(frame);
                })};
    }

    const ReadOptions& options_;
    Output output_;
    Report report_;
    std::optional<capture::Filter> filter_;
    bool is_stream_ = false;
    bool frames_ended_ = false;
};

}  // namespace

void add_read(CLI::App& app, int& status) {
    auto options = std::make_shared<ReadOptions>();
    CLI::App* command = app.add_subcommand(
        "read", "Explain a capture file (pcap or pcapng, also gzip-compressed), or show a run again that -o has kept");
    command->add_option("FILE", options->file, "The file; - is standard input")->required();
    command->add_option("--filter", options->filter, "Only frames that match, as in pcap-filter(7)")->type_name("BPF");
    command->add_flag("--frames", options->only_frames, "Of a trace, only its frames, as of any capture");
    command->add_option("--run", options->run, "Of a trace of several runs, only number N")
        ->transform(whole_number(1, std::numeric_limits<std::uint64_t>::max()))
        ->type_name("N")
        ->excludes("--frames");
    add_output_options(*command, options->output);
    command->callback([options, &status] { status = Reading{*options}.run(); });
}

}  // namespace sockstep::app
