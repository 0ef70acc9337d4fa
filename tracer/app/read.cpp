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
#include <memory>
#include <optional>
#include <random>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <CLI/CLI.hpp>

#include "app/commands.hpp"
#include "app/messages.hpp"
#include "app/output.hpp"
#include "app/output_options.hpp"
#include "app/report.hpp"
#include "capture/file_reader.hpp"
#include "capture/filter.hpp"
#include "capture/source.hpp"
#include "explain/words.hpp"
#include "os/check.hpp"
#include "os/fd.hpp"
#include "os/file.hpp"
#include "os/poll.hpp"
#include "os/signal_fd.hpp"

namespace sockstep::app {

namespace {

struct ReadOptions {
    std::string file;
    std::string filter;
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
        capture::FileReader reader = open();
        try {
            read_all(reader);
        } catch (const std::exception&) {
            if (report_.totals().frames > 0) {
                report_.finish();  // what came before the fault is not lost
            }
            throw;
        }
        report_.finish();
        return reader.faults().empty() ? status_of(options_.output, report_.totals()) : complain(reader.faults());
    }

private:
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

    void read_all(capture::FileReader& reader) {
        std::array<record::Frame, 64> frames;
        while (const std::size_t count = reader.next(frames)) {
            const auto wanted = std::remove_if(frames.begin(), frames.begin() + count, [&](const record::Frame& frame) {
                return filter_ && !filter_->matches(frame);
            });
            report_.add({frames.begin(), wanted});
            if (is_stream_) {
                output_.flush();
            }
        }
    }

    /// One line: where the first fault is, and how many there are more. Returns the exit status.
    int complain(const std::vector<capture::Fault>& faults) const {
        const std::string file = options_.file == "-" ? "standard input" : options_.file;
        const std::size_t more = faults.size() - 1;
        say(fmt::format("{}: at offset {}: {}{}", file, faults[0].offset, faults[0].what,
                        more == 0 ? ""
                                  : fmt::format("; and {} more after it",
                                                explain::count(static_cast<std::int64_t>(more), "fault"))));
        return 1;
    }

    const ReadOptions& options_;
    Output output_;
    Report report_;
    std::optional<capture::Filter> filter_;
    bool is_stream_ = false;
};

}  // namespace

void add_read(CLI::App& app, int& status) {
    auto options = std::make_shared<ReadOptions>();
    CLI::App* command = app.add_subcommand("read", "Explain a capture file: pcap or pcapng, also gzip-compressed");
    command->add_option("FILE", options->file, "The file; - is standard input")->required();
    command->add_option("--filter", options->filter, "Only frames that match, as in pcap-filter(7)")->type_name("BPF");
    add_output_options(*command, options->output);
    command->callback([options, &status] { status = Reading{*options}.run(); });
}

}  // namespace sockstep::app
