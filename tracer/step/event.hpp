// tracer/step/event.hpp - what the stepping controller is told: what waits, what moved, and that all is quiet.
#pragma once

#include <cstdint>
#include <string>
#include <variant>

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
    decode::TcpSegment packet{};  // without payload: see `data`
    std::string data{};           // the first octets of its payload
};

/// Its sender sent a held segment again, or sent something only because the answer is held; the wire kept it to itself.
struct SegmentRepeated {
    std::uint64_t hold = 0;
};

/// Somebody else has seen to what was held: a thread was killed, a delayed segment's time has come.
struct CallVanished {
    std::uint64_t hold = 0;
};
struct SegmentVanished {
    std::uint64_t hold = 0;
};

/// A call that was let go fell asleep in the kernel, or has returned.
struct CallSleeps {
    std::string program{};
    int tid = 0;
};
struct CallReturned {
    std::string program{};
    int tid = 0;
};

/// A program printed something, whole lines or not.
struct Printed {
    std::string program{};
    record::Stream stream = record::Stream::Output;
    std::string text{};
};

/// A program waits for a line from its terminal, which has none; or no longer does.
struct WaitsForInput {
    std::string program{};
};
struct HasInput {
    std::string program{};
};

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

using Event = std::variant<CallWaits, SegmentWaits, SegmentRepeated, CallVanished, SegmentVanished, CallSleeps,
                           CallReturned, Printed, WaitsForInput, HasInput, ProgramEnded, Quiet, Idle, RunEnds>;

}  // namespace sockstep::step
