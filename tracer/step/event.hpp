// tracer/step/event.hpp - what the stepping controller is told: what waits, what moved, and that all is quiet.
#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "decode/tcp_segment.hpp"
#include "record/call.hpp"
#include "record/process.hpp"

namespace sockstep::step {

/// A thread stands before a call and is held there.
struct CallWaits {
    std::uint64_t hold = 0;    // names it until it is let go; calls and segments count apart
    record::CallBegin call{};  // as it would begin now; its id means nothing yet
};

/// A segment has entered the wire and is held there.
struct SegmentWaits {
    std::uint64_t hold = 0;
    std::string from{};  // hosts
    std::string to{};
    std::vector<std::string> programs{};  // one of which sent it: all of its host, if more is not known
    decode::TcpSegment packet{};          // without payload
    bool chosen = false;                  // by a rule: it is stopped at, whatever else is not
};

/// Its sender sent a held segment again, or sent something only because the answer is held; the wire kept it to itself
/// and counts it.
struct SegmentRepeated {
    std::uint64_t hold = 0;
};

/// Somebody else has seen to what was held: its thread was killed.
struct CallVanished {
    std::uint64_t hold = 0;
};

/// A program printed something, whole lines or not.
struct Printed {
    std::string program{};
    record::Stream stream = record::Stream::Output;
    std::string text{};
};

/// A thread waits for a line from its program's terminal, which has none; or the program has got one.
struct WaitsForInput {
    std::string program{};
    int tid = 0;
};
struct HasInput {
    std::string program{};
};

struct ThreadEnded {
    int tid = 0;
};
/// With its last process.
struct ProgramEnded {
    std::string program{};
};

/// Nothing moves by itself any more: every thread sleeps or is held, and every segment is where it stays. Comes once
/// each time things come to rest.
struct Quiet {};

/// Things have been at rest for so long that whoever waits for more should be told.
struct Idle {};

/// The run is over: nothing will happen any more.
struct RunEnds {};

using Event = std::variant<CallWaits, SegmentWaits, SegmentRepeated, CallVanished, Printed, WaitsForInput, HasInput,
                           ThreadEnded, ProgramEnded, Quiet, Idle, RunEnds>;

}  // namespace sockstep::step
