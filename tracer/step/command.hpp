// tracer/step/command.hpp - what the stepping controller wants done.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <variant>

#include "base/timestamp.hpp"

namespace sockstep::step {

/// The thread goes on, into its call.
struct LetCallGo {
    std::uint64_t hold = 0;

    friend bool operator==(const LetCallGo&, const LetCallGo&) = default;
};

/// What is to become of a held segment.
enum class SegmentFate : std::uint8_t { Deliver, Drop, Duplicate, Delay, Corrupt };

struct DecideSegment {
    std::uint64_t hold = 0;
    SegmentFate fate = SegmentFate::Deliver;
    base::Duration delay{};  // of Delay

    friend bool operator==(const DecideSegment&, const DecideSegment&) = default;
};

/// A line for a program's terminal.
struct TypeLine {
    std::string program{};
    std::string text{};

    friend bool operator==(const TypeLine&, const TypeLine&) = default;
};

/// All has come to rest: show it, and ask what happens next.
struct Stop {
    friend bool operator==(const Stop&, const Stop&) = default;
};

/// Something has changed while the user thinks: a screen shows it, paper need not.
struct Refresh {
    friend bool operator==(const Refresh&, const Refresh&) = default;
};

/// Show stop number `stop` of `stops`, counted from 1; one more than `stops` is what has followed the last one since.
struct ShowStop {
    std::size_t stop = 0;
    std::size_t stops = 0;

    friend bool operator==(const ShowStop&, const ShowStop&) = default;
};

/// Show the stop that is shown again, with the rules behind what is said.
struct ShowWhy {
    friend bool operator==(const ShowWhy&, const ShowWhy&) = default;
};

/// Show all of the stop that is shown, however long it is.
struct ShowAll {
    friend bool operator==(const ShowAll&, const ShowAll&) = default;
};

struct ShowHelp {
    friend bool operator==(const ShowHelp&, const ShowHelp&) = default;
};

/// One line that says what is wrong with a command, or what is being waited for.
struct Say {
    std::string text{};

    friend bool operator==(const Say&, const Say&) = default;
};

struct Save {
    std::string file{};

    friend bool operator==(const Save&, const Save&) = default;
};

/// End the run.
struct End {
    friend bool operator==(const End&, const End&) = default;
};

using Command = std::variant<LetCallGo, DecideSegment, TypeLine, Stop, Refresh, ShowStop, ShowWhy, ShowAll, ShowHelp,
                             Say, Save, End>;

}  // namespace sockstep::step
