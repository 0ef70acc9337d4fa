// tracer/app/report.cpp - one frame after the other through decode, tcp, explain and render.
#include "app/report.hpp"

#include <algorithm>
#include <string>
#include <utility>
#include <variant>

#include "explain/explain.hpp"

namespace sockstep::app {

namespace {

/// How many frames before its own a connection's memory is asked for, and as many before that its place in the table.
constexpr std::size_t announced_ahead = 8;

/// Becomes what a frame is at the place where that is kept: made elsewhere it would have to be copied.
struct DecodedInPlace {
    const record::Frame& frame;

    operator decode::Decoded() const { return decode::decode(frame.link, frame.bytes, frame.wire_length); }
};

}  // namespace

Report::Report(ReportOptions options, Output& output, std::uint64_t hash_seed)
    : options_{options},
      output_{output},
      tracker_{[this](const tcp::Connection& connection) { fold(connection); },
               options.summary && !options.keeps ? tcp::Detail::Connections : tcp::Detail::Segments, hash_seed},
      ladder_{options.style} {}

void Report::add(std::span<const record::Frame> frames) {
    at_hand_.clear();
    decode(frames, at_hand_);
    add(at_hand_);
}

void Report::decode(std::span<const record::Frame> frames, DecodedFrames& into) const {
    for (const record::Frame& frame : frames) {
        into.frames.push_back(frame);
        const decode::Decoded& decoded = into.decoded.emplace_back(DecodedInPlace{frame});
        const auto* packet = std::get_if<decode::TcpSegment>(&decoded);
        into.hashes.push_back(packet != nullptr ? tracker_.hash(*packet) : 0);
    }
}

void Report::add(const DecodedFrames& all) {
    for (std::size_t i = 0; i < std::min(all.frames.size(), 2 * announced_ahead); ++i) {
        announce(all, i);
    }
    for (std::size_t i = 0; i < all.frames.size(); ++i) {
        announce(all, i + 2 * announced_ahead);
        if (i + announced_ahead < all.frames.size()) {
            tracker_.prepare(all.hashes[i + announced_ahead]);
        }
        const record::Frame& frame = all.frames[i];
        start_ = start_.value_or(frame.time);
        ++totals_.frames;
        if (const auto* packet = std::get_if<decode::TcpSegment>(&all.decoded[i])) {
            add_segment(frame, *packet, all.hashes[i]);
        } else {
            add_other(frame, all.decoded[i]);
        }
    }
}

void Report::announce(const DecodedFrames& all, std::size_t place) const {
    if (place < all.hashes.size()) {
        tracker_.announce(all.hashes[place]);
    }
}

void Report::add_segment(const record::Frame& frame, const decode::TcpSegment& packet, std::uint64_t hash) {
    const auto [segment, connection] = tracker_.add(packet, hash, frame.number, frame.time);
    totals_.segments = tracker_.segments();
    totals_.connections = tracker_.connections();
    const bool is_shown = !options_.summary && shows(connection.id);
    if (!is_shown && !keep_) {
        return;
    }
    const explain::Explanation explanation = explain::explain(packet, segment, connection);
    if (keep_) {
        keep_(frame, explanation.says + " [" + explanation.sources() + "]");
    }
    if (!is_shown) {
        return;
    }
    const base::Duration at = since_start(frame.time);
    output_.write(options_.json ? render::json_segment(at, packet, segment, explanation)
                                : ladder_.segment(at, packet, segment, connection, explanation));
}

/// What carries something else is only counted; what should have been readable is shown too.
void Report::add_other(const record::Frame& frame, const decode::Decoded& decoded) {
    totals_.others.add(decoded);
    if (keep_) {
        keep_(frame, std::holds_alternative<decode::NotTcp>(decoded) ? std::string{} : decode::describe(decoded));
    }
    if (std::holds_alternative<decode::NotTcp>(decoded)) {
        return;
    }
    if (options_.summary || options_.connection != 0) {
        return;
    }
    const std::string what = decode::describe(decoded);
    const base::Duration at = since_start(frame.time);
    output_.write(options_.json ? render::json_frame(at, frame.number, what) : ladder_.frame(at, frame.number, what));
}

void Report::fold(const tcp::Connection& connection) {
    if (!shows(connection.id)) {
        return;
    }
    if (options_.summary && !options_.json) {
        if (!std::exchange(heading_printed_, true)) {
            output_.write(render::summary_heading(options_.style));
        }
        output_.write(render::summary_row(connection, options_.style));
        return;
    }
    const explain::Explanation explanation = explain::explain(connection);
    output_.write(options_.json ? render::json_connection(connection, explanation)
                                : ladder_.connection(connection, explanation));
}

void Report::add_output(base::Timestamp time, std::string_view program, bool typed, std::string_view text) {
    start_ = start_.value_or(time);
    if (options_.summary) {
        return;
    }
    const base::Duration at = since_start(time);
    output_.write(options_.json ? render::json_output(at, program, typed ? "stdin" : "stdout", text)
                                : ladder_.output(at, program, typed, text));
}

void Report::finish() {
    tracker_.finish();
    output_.write(options_.json ? render::json_totals(totals_) : render::totals_text(totals_, options_.style));
    output_.flush();
}

}  // namespace sockstep::app
