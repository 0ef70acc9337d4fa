// tracer/app/capture.cpp - sockstep capture: an interface, explained as the segments arrive.
#include <fmt/format.h>
#include <signal.h>

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <memory>
#include <optional>
#include <random>
#include <string>

#include "app/commands.hpp"
#include "app/output.hpp"
#include "app/output_options.hpp"
#include "app/report.hpp"
#include "capture/live.hpp"
#include "capture/pcap_writer.hpp"
#include "os/deadline.hpp"
#include "os/poll.hpp"
#include "os/signal_fd.hpp"

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
        }
        if (options.duration > 0) {
            deadline_.emplace(
                std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::duration<double>{options.duration}));
        }
    }

    void run() {
        fmt::print(stderr, "sockstep: capturing on {}; Ctrl-C ends\n", options_.live.interface);
        while (!is_complete() && !wait_for_an_end()) {
            take_frames();
        }
        take_frames();  // what came before the end, and is still in the kernel's buffer
        report_.finish();
        const capture::Statistics statistics = live_.statistics();
        fmt::print(stderr, "sockstep: {} frames captured, {} dropped by the kernel, {} by the interface\n", frames_,
                   statistics.dropped_by_kernel, statistics.dropped_by_interface);
    }

private:
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
        output_.flush();
    }

    const CaptureOptions& options_;
    os::SignalFd signals_{SIGINT, SIGTERM};
    capture::Live live_;
    Output output_;
    Report report_;
    std::optional<capture::PcapWriter> writer_;
    std::optional<os::Deadline> deadline_;
    std::uint64_t frames_ = 0;
};

}  // namespace

void add_capture(CLI::App& app, int& status) {
    auto options = std::make_shared<CaptureOptions>();
    CLI::App* command = app.add_subcommand("capture", "Explain the segments of a network interface as they arrive");
    command->add_option("-i,--interface", options->live.interface, "The interface: lo, eth0, any ...")
        ->required()
        ->option_text("IFACE");
    command->add_option("--filter", options->live.filter, "Only frames that match, as in pcap-filter(7)")
        ->option_text("BPF");
    command->add_option("--write", options->file, "Write the frames to a pcap file too")->option_text("FILE");
    command->add_option("--count", options->count, "End after N frames")->check(CLI::PositiveNumber)->option_text("N");
    command->add_option("--duration", options->duration, "End after S seconds")
        ->check(CLI::Range(0.001, 1e9))
        ->option_text("S");
    command->add_option("--snaplen", options->live.snaplen, "Octets to keep of each frame [262144]")
        ->check(CLI::Range(64U, 262144U))
        ->option_text("N");
    command->add_flag("--promiscuous", options->live.promiscuous, "Also frames that are for other machines");
    add_output_options(*command, options->output);
    command->callback([options, &status] {
        Session{*options}.run();
        status = 0;
    });
}

}  // namespace sockstep::app
