// tests/step/lesson.hpp - a stepped run made by hand: what happens, what is said, and the commands that come of it.
#pragma once

#include <fmt/format.h>

#include <string>
#include <vector>

#include "step/controller.hpp"

namespace sockstep::step {

/// A command in words: "call 3 goes", "segment 2 is dropped", "stop".
inline std::string in_words(const Command& command) {
    struct Words {
        std::string operator()(const LetCallGo& go) const { return fmt::format("call {} goes", go.hold); }
        std::string operator()(const DecideSegment& decide) const {
            switch (decide.fate) {
                case SegmentFate::Deliver:
                    return fmt::format("segment {} is delivered", decide.hold);
                case SegmentFate::Drop:
                    return fmt::format("segment {} is dropped", decide.hold);
                case SegmentFate::Duplicate:
                    return fmt::format("segment {} is doubled", decide.hold);
                case SegmentFate::Delay:
                    return fmt::format("segment {} is late by {}", decide.hold, base::to_string(decide.delay));
                case SegmentFate::Corrupt:
                    return fmt::format("segment {} is damaged", decide.hold);
            }
            return {};
        }
        std::string operator()(const TypeLine& line) const {
            return fmt::format("{} reads {}", line.program, line.text);
        }
        std::string operator()(const Stop&) const { return "stop"; }
        std::string operator()(const Refresh&) const { return "refresh"; }
        std::string operator()(const ShowStop& show) const {
            return fmt::format("show {} of {}", show.stop, show.stops);
        }
        std::string operator()(const ShowWhy&) const { return "why"; }
        std::string operator()(const ShowAll&) const { return "all"; }
        std::string operator()(const ShowHelp&) const { return "help"; }
        std::string operator()(const Say& say) const { return "say: " + say.text; }
        std::string operator()(const Save& save) const { return "save " + save.file; }
        std::string operator()(const End&) const { return "end"; }
    };
    return std::visit(Words{}, command);
}

inline std::vector<std::string> in_words(const std::vector<Command>& commands) {
    std::vector<std::string> words;
    for (const Command& command : commands) {
        words.push_back(in_words(command));
    }
    return words;
}

inline CallWaits call(std::uint64_t hold, const std::string& program, const std::string& name) {
    CallWaits waits{.hold = hold};
    waits.call.host = waits.call.program = program;
    waits.call.name = name;
    return waits;
}

constexpr std::uint8_t fin = 0x01;
constexpr std::uint8_t syn = 0x02;
constexpr std::uint8_t ack = 0x10;

inline SegmentWaits segment(std::uint64_t hold, const std::string& from, std::uint8_t flags, std::uint32_t length = 0) {
    SegmentWaits waits{.hold = hold, .from = from, .to = from == "server" ? "client" : "server", .programs = {from}};
    waits.packet.flags.bits = flags;
    waits.packet.payload_length = length;
    return waits;
}

/// A run with a server and a client.
class Lesson {
public:
    using Words = std::vector<std::string>;

    Words happens(const Event& event) { return in_words(controller.happens(event)); }
    Words say(std::string_view line) { return in_words(controller.say(line)); }
    Words quiet() { return happens(Quiet{}); }

    /// Comes to wait; the commands that come of it.
    Words waits(const CallWaits& what) { return happens(what); }
    Words waits(const SegmentWaits& what) { return happens(what); }

    Controller controller{{"server", "client"}, {"server", "client"}};
};

}  // namespace sockstep::step
