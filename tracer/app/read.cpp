// tracer/app/read.cpp - sockstep read: a capture file, explained.
#include <fmt/format.h>
#include <signal.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdio>
#include <memory>
#include <optional>
#include <random>
#include <string>

#include "app/commands.hpp"
#include "app/output.hpp"
#include "app/output_options.hpp"
#include "app/report.hpp"
#include "capture/file_reader.hpp"
#include "capture/filter.hpp"
#include "os/check.hpp"

namespace sockstep::app {

namespace {

struct ReadOptions {
    std::string file;
    std::string filter;
    OutputOptions output;
};

bool is_a_stream(const std::string& file) {
    struct stat status {};
    const int result = file == "-" ? ::fstat(STDIN_FILENO, &status) : ::stat(file.c_str(), &status);
    return result == 0 && !S_ISREG(status.st_mode);
}

/// Ctrl-C ends the input rather than the program, so that what was seen is still summed up.
void let_interrupts_end_the_input() {
    struct sigaction action {};
    action.sa_handler = [](int /*signal*/) {};  // without SA_RESTART: the read that waits returns EINTR
    os::check(::sigaction(SIGINT, &action, nullptr), "sigaction(SIGINT)");
}

int read(const ReadOptions& options) {
    std::optional<capture::Filter> filter;
    if (!options.filter.empty()) {
        filter.emplace(options.filter);
    }
    capture::FileReader reader = capture::FileReader::open(options.file);
    if (is_a_stream(options.file)) {
        let_interrupts_end_the_input();
    }
    const bool live = is_a_stream(options.file);
    Output output;
    Report report{options.output.report(), output, std::random_device{}()};
    std::array<record::Frame, 64> frames;
    while (const std::size_t count = reader.next(frames)) {
        const auto wanted = std::remove_if(frames.begin(), frames.begin() + count, [&](const record::Frame& frame) {
            return filter && !filter->matches(frame);
        });
        report.add({frames.begin(), wanted});
        if (live) {
            output.flush();
        }
    }
    report.finish();
    for (const capture::Fault& fault : reader.faults()) {
        fmt::print(stderr, "sockstep: {}: at offset {}: {}\n", options.file, fault.offset, fault.what);
    }
    return reader.faults().empty() ? 0 : 1;
}

}  // namespace

void add_read(CLI::App& app, int& status) {
    auto options = std::make_shared<ReadOptions>();
    CLI::App* command = app.add_subcommand("read", "Explain a capture file: pcap or pcapng, also gzip-compressed");
    command->add_option("FILE", options->file, "The file; - is standard input")->required();
    command->add_option("--filter", options->filter, "Only frames that match, as in pcap-filter(7)")
        ->option_text("BPF");
    add_output_options(*command, options->output);
    command->callback([options, &status] { status = read(*options); });
}

}  // namespace sockstep::app
