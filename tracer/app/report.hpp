// tracer/app/report.hpp - frames in, the reader's text out: decode, follow, explain, render.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string_view>
#include <utility>

#include "app/decoded_frames.hpp"
#include "app/output.hpp"
#include "decode/frame.hpp"
#include "record/frame.hpp"
#include "render/json_lines.hpp"
#include "render/ladder.hpp"
#include "render/style.hpp"
#include "render/summary.hpp"
#include "tcp/tracker.hpp"

namespace sockstep::app {

struct ReportOptions {
    render::Style style;
    bool json = false;
    bool summary = false;
    std::uint64_t connection = 0;  // show only this one; 0: all
    bool keeps = false;            // segments are looked at closely, though a summary does not show them
};

/// What read, capture and demo print. Frames come in the order observed; each is printed as soon as it is understood.
class Report {
public:
    /// `hash_seed`: see tcp::Tracker.
    Report(ReportOptions options, Output& output, std::uint64_t hash_seed);

    /// Gets each frame, and what is said of it in one comment; nothing is said of a frame that carries no TCP.
    using Keep = std::function<void(const record::Frame&, std::string_view comment)>;
    /// From now on. REQUIRES: options.keeps, with a summary.
    void keep_with(Keep keep) { keep_ = std::move(keep); }

    /// Frames that belong together only in that they are at hand at once.
    void add(std::span<const record::Frame> frames);
    /// The same in two steps, of which the first may be done by another thread. It appends to `into`.
    void decode(std::span<const record::Frame> frames, DecodedFrames& into) const;
    void add(const DecodedFrames& all);
    void add(const record::Frame& frame) { add({&frame, 1}); }
    /// What a program printed, or was given to read.
    void add_output(base::Timestamp time, std::string_view program, bool typed, std::string_view text);
    /// Prints what is left to say of connections, and the totals.
    void finish();

    const render::Totals& totals() const { return totals_; }

private:
    bool shows(std::uint64_t connection) const { return options_.connection == 0 || options_.connection == connection; }
    base::Duration since_start(base::Timestamp time) const { return time - start_.value_or(time); }

    void announce(const DecodedFrames& all, std::size_t place) const;
    void add_segment(const record::Frame& frame, const decode::TcpSegment& packet, std::uint64_t hash);
    void add_other(const record::Frame& frame, const decode::Decoded& decoded);
    void fold(const tcp::Connection& connection);

    ReportOptions options_;
    Output& output_;
    tcp::Tracker tracker_;
    render::Ladder ladder_;
    render::Totals totals_;
    DecodedFrames at_hand_;
    Keep keep_;
    std::optional<base::Timestamp> start_;
    bool heading_printed_ = false;  // of the summary
};

}  // namespace sockstep::app
