// tracer/render/screen.hpp - one stop of a stepped run: the hosts, the wire, what waits, what has happened.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/timestamp.hpp"
#include "correlate/timeline.hpp"
#include "explain/explain.hpp"
#include "record/call.hpp"
#include "record/socket.hpp"
#include "render/cast.hpp"
#include "render/style.hpp"

namespace sockstep::render {

/// A thread at a stop. Not held and in no call: it does something that is not shown, or nothing.
struct ScreenThread {
    std::string name;                         // "server", "client/t2"
    std::optional<record::CallBegin> held{};  // the call that it is about to make
    std::uint64_t in_call = 0;                // the call that it is in; 0: none
    bool waits_for_input = false;             // from its terminal; in a call: too
};

/// A socket as the kernel describes it.
struct ScreenSocket {
    std::string program;  // and its process: "server/p2"; empty: no program has it (not yet accepted, or closed)
    int fd = -1;
    record::Socket state;
};

struct ScreenHost {
    std::string name;
    std::string address;
    std::vector<ScreenThread> threads;
    std::vector<ScreenSocket> sockets;
};

/// Something that is held, or on its way.
struct ScreenSegment {
    std::uint64_t frame = 0;
    std::string from;  // hosts
    std::string to;
    std::uint64_t repeats = 0;           // absorbed
    std::uint64_t repeats_answered = 0;  // of what it answers, absorbed
};
struct ScreenChoice {
    std::string program;  // of a call
    std::optional<record::CallBegin> call{};
    std::optional<ScreenSegment> segment{};
};

/// A line of what has happened, with what is to be said of it.
struct ScreenEvent {
    std::string text;
    explain::Explanation explanation;
};

struct Screen {
    std::size_t stop = 0;       // its number; 0: none yet
    bool is_under_way = false;  // it is what follows that stop, not yet come to the next
    base::Timestamp now{};
    std::string reason;    // why it was stopped just here; may be empty
    std::string stops_at;  // "calls and segments"
    std::vector<ScreenHost> hosts;
    std::vector<ScreenSegment> under_way;  // delayed
    std::vector<ScreenChoice> choices;     // in order
    std::vector<ScreenEvent> happened;     // since the stop before
    std::size_t forgotten = 0;             // events before these, too many to be kept
};

/// What one moment of the timeline is, in words. Nothing for what is no news: a segment that is held, the beginning of
/// a call that has returned. `hosts`: their names, by number. `cast` gives threads their names, and forgets none.
std::optional<ScreenEvent> event_of(const correlate::Timeline& timeline, const correlate::Moment& moment, Cast& cast,
                                    const std::vector<std::string>& hosts);

/// Lines of text, each ended by a newline. `rows`: as many lines as there are, at most; what finds no room gives way,
/// and a line says how much of what: first the explanations of what has happened, then what has happened, its oldest
/// first, then what is held, then the hosts. 0: no limit.
std::string screen(const Style& style, const correlate::Timeline& timeline, const Screen& screen, std::size_t rows);

}  // namespace sockstep::render
