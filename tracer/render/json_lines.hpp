// tracer/render/json_lines.hpp - the public record: one JSON object a line.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/timestamp.hpp"
#include "decode/frame.hpp"
#include "decode/tcp_segment.hpp"
#include "explain/explain.hpp"
#include "tcp/connection.hpp"
#include "tcp/segment.hpp"

namespace sockstep::render {

/// What a whole trace amounts to.
struct Totals {
    std::uint64_t frames = 0;
    std::uint64_t segments = 0;
    std::uint64_t connections = 0;
    decode::OtherFrames others{};
};

/// Where it is known: who made a segment, and whom it woke.
struct SegmentJoins {
    std::string_view cause;            // "call", "exit", "kernel", "unknown"
    std::uint64_t caused_by = 0;       // the call
    std::vector<std::uint64_t> calls;  // all whose bytes it carries
    int exited = 0;                    // the process
    std::vector<std::uint64_t> woke;   // calls

    // Where our wire carried it.
    std::string_view fate{};     // "delivered", "dropped", "corrupted", "held", "under-way"
    std::string_view lost_by{};  // of a dropped one: "rule", "loss", "full-queue", "hand" ...
    std::string_view left{};     // why the kernel that got it did not take it: "accept-queue-full", "deferred"
    std::optional<base::Duration> delivered{};  // since the run began
    std::uint64_t copies = 0;                   // that were delivered
};

/// Each returns one line, ended by a newline. Times are seconds since the trace began, with 9 decimals; a field that is
/// absent is unknown or does not apply.
std::string json_segment(base::Duration at, const decode::TcpSegment& packet, const tcp::Segment& segment,
                         const explain::Explanation& explanation, const SegmentJoins* joins = nullptr);
std::string json_connection(const tcp::Connection& connection, const explain::Explanation& explanation);
std::string json_frame(base::Duration at, std::uint64_t number, std::string_view what);
/// What a program printed or was given to read; `stream` is "stdin", "stdout" or "stderr".
std::string json_output(base::Duration at, std::string_view program, std::string_view stream, std::string_view text);
std::string json_totals(const Totals& totals);

}  // namespace sockstep::render
