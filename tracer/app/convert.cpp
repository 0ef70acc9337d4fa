// tracer/app/convert.cpp - sockstep convert: traces and captures in other formats.
#include <fmt/format.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <random>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

#include <CLI/CLI.hpp>

#include "app/commands.hpp"
#include "app/messages.hpp"
#include "app/output.hpp"
#include "app/output_options.hpp"
#include "app/report.hpp"
#include "app/show_trace.hpp"
#include "app/trace_keeper.hpp"
#include "capture/file_reader.hpp"
#include "capture/pcap_writer.hpp"
#include "os/file.hpp"
#include "tracefile/pcapng_file.hpp"
#include "tracefile/reader.hpp"

namespace sockstep::app {

namespace {

enum class Format : std::uint8_t { Pcapng, Pcap, JsonLines };

std::optional<Format> format_of(const std::string& name) {
    const std::string ending = std::filesystem::path{name}.extension().string();
    if (ending == ".pcapng") {
        return Format::Pcapng;
    }
    if (ending == ".pcap") {
        return Format::Pcap;
    }
    return ending == ".json" || ending == ".jsonl" ? std::optional{Format::JsonLines} : std::nullopt;
}

struct ConvertOptions {
    std::string from;
    std::string to;
};

/// One file, from its first frame to its last.
class Conversion {
public:
    explicit Conversion(const ConvertOptions& options)
        : options_{options}, format_{*format_of(options.to)}, reader_{capture::FileReader::open(options.from)} {}

    /// Returns the exit status. What is there under the new name stays if the old file cannot be read at all.
    int run() {
        if (os::is_same_file(options_.from, options_.to)) {
            throw std::runtime_error{options_.to + ": cannot be read and written at once: choose another name"};
        }
        std::array<record::Frame, 64> frames;
        first_ = {frames.data(), reader_.next(frames)};
        if (first_.empty() && !reader_.is_trace() && !reader_.faults().empty()) {
            return complain(name(), reader_.faults());
        }
        if (reader_.is_trace() && format_ == Format::Pcapng) {
            throw std::runtime_error{name() + ": is a trace, so it is pcapng already"};
        }
        if (reader_.is_trace() && format_ == Format::JsonLines) {
            Output output{os::create_private_file(options_.to), options_.to};
            OutputOptions json;
            json.json = true;
            return show_trace(reader_.runs(first_), name(), 0, json, output);
        }
        convert_frames(os::create_private_file(options_.to));
        return reader_.faults().empty() ? 0 : complain(name(), reader_.faults());
    }

private:
    std::string name() const { return options_.from == "-" ? "standard input" : options_.from; }

    void convert_frames(os::Fd file) {
        switch (format_) {
            case Format::Pcapng:
                return to_pcapng(std::move(file));
            case Format::Pcap:
                return to_pcap(std::move(file));
            case Format::JsonLines:
                return to_json(std::move(file));
        }
    }

    /// With comments, for readers who have only Wireshark.
    void to_pcapng(os::Fd fd) {
        tracefile::PcapngFile file{std::move(fd), options_.to, made_by(), link(), "sockstep"};
        Output nowhere{os::create_file("/dev/null"), "/dev/null"};
        Report report{{.style = {}, .summary = true, .keeps = true}, nowhere, std::random_device{}()};
        report.keep_with([&](const record::Frame& frame, std::string_view comment) {
            file.add(frame, comment, {});
            if (constexpr std::size_t much = 65'536; file.waiting() > much) {
                file.flush();
            }
        });
        for_each_frame([&](const record::Frame& frame) {
            require_link(frame);
            report.add(frame);
        });
        file.flush();
    }

    void to_pcap(os::Fd fd) {
        constexpr std::uint32_t snaplen = 262'144;
        capture::PcapWriter writer{std::move(fd), options_.to, link(), snaplen};
        for_each_frame([&](const record::Frame& frame) {
            require_link(frame);
            writer.write(frame);
        });
        writer.flush();
    }

    void to_json(os::Fd fd) {
        Output output{std::move(fd), options_.to};
        Report report{{.style = {}, .json = true}, output, std::random_device{}()};
        for_each_frame([&](const record::Frame& frame) { report.add(frame); });
        report.finish();
    }

    base::LinkType link() const { return first_.empty() ? base::LinkType::Ethernet : first_.front().link; }

    /// The first frames' memory is used again by those after them.
    template <typename Take>
    void for_each_frame(Take take) {
        link_ = link();
        for (const record::Frame& frame : std::exchange(first_, {})) {
            take(frame);
        }
        record::Frame frame;
        while (reader_.next({&frame, 1}) > 0) {
            take(frame);
        }
    }

    /// Other programs read only one link type in a file.
    void require_link(const record::Frame& frame) const {
        if (frame.link != link_) {
            throw std::runtime_error{
                fmt::format("{}: frame {} is of link type {}, the first of {}: only JSON lines can hold both", name(),
                            frame.number, static_cast<unsigned>(frame.link), static_cast<unsigned>(link_))};
        }
    }

    const ConvertOptions& options_;
    Format format_;
    tracefile::Reader reader_;
    std::span<const record::Frame> first_;
    base::LinkType link_ = base::LinkType::Ethernet;
};

CLI::Validator has_known_ending() {
    return {[](const std::string& name) {
                return format_of(name)
                           ? std::string{}
                           : name + " must end in .pcapng, .pcap, .jsonl or .json: that says what it becomes";
            },
            ""};
}

CLI::Validator is_no_json() {
    return {[](const std::string& name) {
                return format_of(name) == Format::JsonLines
                           ? "JSON lines do not hold the octets of frames, so nothing can be made of " + name
                           : std::string{};
            },
            ""};
}

}  // namespace

void add_convert(CLI::App& app, int& status) {
    auto options = std::make_shared<ConvertOptions>();
    CLI::App* command = app.add_subcommand(
        "convert",
        "Make JSON lines or a pcap file of a trace or a capture, or a pcapng file with comments of a capture");
    command->add_option("FILE", options->from, "A trace or a capture; - is standard input")
        ->required()
        ->check(is_no_json());
    command->add_option("-o,--output", options->to, "What to make: FILE.pcap, FILE.pcapng, FILE.jsonl")
        ->required()
        ->check(has_known_ending())
        ->type_name("FILE");
    command->callback([options, &status] { status = Conversion{*options}.run(); });
}

}  // namespace sockstep::app
