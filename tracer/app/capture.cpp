// tracer/app/capture.cpp - sockstep capture: an interface, explained as the segments arrive.
#include <fmt/format.h>
#include <signal.h>

#include <chrono>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <string_view>

#include <CLI/CLI.hpp>

#include "app/commands.hpp"
#include "app/messages.hpp"
#include "app/numbers.hpp"
#include "app/output.hpp"
#include "app/output_options.hpp"
#include "app/report.hpp"
#include "app/trace_keeper.hpp"
#include "capture/live.hpp"
#include "capture/pcap_writer.hpp"
#include "explain/words.hpp"
#include "os/deadline.hpp"
#include "os/file.hpp"
#include "os/poll.hpp"
#include "os/signal_fd.hpp"
#include "tracefile/pcapng_file.hpp"

namespace sockstep::app {

namespace {

struct CaptureOptions {
    capture::LiveOptions live;
    std::string file;
    std::uint64_t count = 0;  // 0: no end
    double duration = 0;      // seconds; 0: no end
    OutputOptions output;
};

/// One capture, from its first frame to its summary.
class Session {
public:
    explicit Session(const CaptureOptions& options)
        : options_{options}, live_{options.live}, report_{options.output.report(), output_, std::random_device{}()} {
        if (!options.file.empty()) {
            writer_.emplace(options.file, live_.link(), options.live.snaplen);
            writer_->flush();  // so that a full disk is told now, and what is there at any time is a capture file
        }
        if (!options.output.trace.empty()) {
            keep(options.output.trace);
        }
        if (options.duration > 0) {
            deadline_.emplace(
                std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::duration<double>{options.duration}));
        }
    }

    /// Returns the exit status.
    int run() {
        say(fmt::format("capturing on {}; Ctrl-C ends", options_.live.interface));
        while (!is_complete() && !wait_for_an_end()) {
            take_frames();
        }
        take_frames();  // what came before the end, and is still in the kernel's buffer
        report_.finish();
        const capture::Statistics statistics = live_.statistics();
        say(fmt::format("{} captured, {} dropped by the kernel, {} by the interface",
                        explain::count(static_cast<std::int64_t>(frames_), "frame"), statistics.dropped_by_kernel,
                        statistics.dropped_by_interface));
        return status_of(options_.output, report_.totals());
    }

private:
    void keep(const std::string& path) {
        trace_.emplace(os::create_private_file(path), path, made_by(), live_.link(), options_.live.interface);
        trace_->flush();
        report_.keep_with(
            [this](const record::Frame& frame, std::string_view comment) { trace_->add(frame, comment, {}); });
    }

    bool is_complete() const { return options_.count > 0 && frames_ >= options_.count; }

    /// Blocks: until frames wait, or the capture is to end; true if it is.
    bool wait_for_an_end() {
        os::Poll poll;
        poll.add(live_.fd());
        poll.add(signals_.fd());
        if (deadline_) {
            poll.add(deadline_->fd());
        }
        poll.wait();
        return signals_.read().has_value() || (deadline_ && poll.ready(deadline_->fd()));
    }

    /// Everything that waits is printed and written now, so that whoever reads our output or the file sees it now.
    void take_frames() {
        live_.dispatch([this](const record::Frame& frame) {
            if (is_complete()) {
                return;
            }
            ++frames_;
            if (writer_) {
                writer_->write(frame);
            }
            report_.add(frame);
        });
        if (writer_) {
            writer_->flush();
        }
        if (trace_) {
            trace_->flush();
        }
        output_.flush();
    }

    const CaptureOptions& options_;
    os::SignalFd signals_{SIGINT, SIGTERM};
    capture::Live live_;
    Output output_;
    Report report_;
    std::optional<capture::PcapWriter> writer_;
    std::optional<tracefile::PcapngFile> trace_;
    std::optional<os::Deadline> deadline_;
    std::uint64_t frames_ = 0;
};

/// Standard output is taken by what the capture means.
CLI::Validator names_a_file() {
    return {[](const std::string& name) {
                return name == "-" ? std::string{"standard output is taken, so - cannot be written to"} : std::string{};
            },
            ""};
}

}  // namespace

void add_capture(CLI::App& app, int& status) {
    auto options = std::make_shared<CaptureOptions>();
    CLI::App* command = app.add_subcommand("capture", "Explain the segments of a network interface as they arrive");
    command->add_option("-i,--interface", options->live.interface, "The interface: lo, eth0, any ...")
        ->required()
        ->type_name("IFACE");
    command->add_option("--filter", options->live.filter, "Only frames that match, as in pcap-filter(7)")
        ->type_name("BPF");
    command->add_option("--write", options->file, "Write the frames to a pcap file too")
        ->check(names_a_file())
        ->type_name("FILE");
    command->add_option("--count", options->count, "End after N frames")
        ->transform(whole_number(1, std::numeric_limits<std::uint64_t>::max()))
        ->type_name("N");
    command->add_option("--duration", options->duration, "End after S seconds")
        ->check(seconds(0.001, 1e9))
        ->type_name("S");
    command->add_option("--snaplen", options->live.snaplen, "Octets to keep of each frame [262144]")
        ->transform(whole_number(64, 262144))
        ->type_name("N");
    command->add_flag("--promiscuous", options->live.promiscuous, "Also frames that are for other machines");
    add_output_options(*command, options->output);
    add_trace_option(*command, options->output);
    command->callback([options, &status] { status = Session{*options}.run(); });
}

}  // namespace sockstep::app
