// tracer/render/diagram.hpp - a run as a picture is made of it: lifelines, and what stands on and between them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/timestamp.hpp"
#include "correlate/timeline.hpp"
#include "findings/findings.hpp"
#include "render/cast.hpp"
#include "tcp/state.hpp"

namespace sockstep::render {

/// A line downwards: a thread, or the TCP of a host that has several. Of a capture, one end's address.
struct Lifeline {
    std::string host;
    std::string name;  // "server/t2"; "TCP"; empty: nothing to be told beside the host
    tcp::Side side = tcp::Side::Client;
    bool has_tcp = true;     // segments leave and arrive here
    bool is_thread = false;  // calls stand here

    friend bool operator==(const Lifeline&, const Lifeline&) = default;
};

enum class ItemKind : std::uint8_t { Segment, Call, Output, Process, Frame };

/// Where one copy of a segment's arrow ends.
struct ArrowEnd {
    enum class What : std::uint8_t { Arrives, Damaged, Lost };
    What what = What::Arrives;
    bool again = false;  // another copy has arrived before
    std::size_t row = 0;
    base::Duration at{};

    friend bool operator==(const ArrowEnd&, const ArrowEnd&) = default;
};

/// Something that is drawn.
struct Item {
    ItemKind kind = ItemKind::Segment;
    std::uint64_t id = 0;          // of the segment or call; of a Frame its number; otherwise 0
    std::uint64_t connection = 0;  // 0: none, or unknown
    std::string program{};         // Call, Output, Process
    std::size_t lifeline = 0;      // where it stands, or begins
    std::size_t peer = 0;          // Segment: the lifeline that it is for
    std::size_t row = 0;           // where it begins
    std::size_t end_row = 0;       // where a call returns; `row` where that is told at once
    base::Duration begin{};
    std::optional<base::Duration> end{};
    bool began_before = false;  // a call that began before the first row
    bool goes_on = false;       // it has no end here
    bool blocked = false;
    bool alarming = false;   // it failed, is a RST, was killed
    bool repeats = false;    // Segment: sent again
    bool has_data = false;   // Segment
    bool typed = false;      // Output: it was given, not printed
    std::string text{};      // "#4 PSH ACK  6 bytes", "recv(3, 6)"
    std::string detail{};    // "seq 1  ack 1"
    std::string data{};      // the first bytes that a segment carries, quoted
    std::string notes{};     // "retransmission"
    std::string end_text{};  // of a call that is told twice: "recv(3) = 6"
    std::string slept{};     // "slept 40 ms, woken by #4"
    std::string says{};
    std::string source{};
    std::string queues{};               // Call: what the kernel said of its socket, last
    std::vector<ArrowEnd> ends{};       // Segment, in order; empty: it is under way, or held
    std::vector<std::size_t> causes{};  // items that made it
    std::vector<std::size_t> woke{};    // Segment: calls; Call: calls
};

/// One line of the picture: an item begins there, or goes on.
struct Row {
    enum class What : std::uint8_t { Begins, Ends, ArrowEnds };
    What what = What::Begins;
    std::size_t item = 0;
    std::size_t end = 0;  // ArrowEnds: which of its ends
    base::Duration at{};
};

/// A TCP state that one end of a connection has from a row on.
struct StateChange {
    std::size_t row = 0;
    std::size_t lifeline = 0;
    std::uint64_t connection = 0;
    tcp::State state = tcp::State::Unknown;

    friend bool operator==(const StateChange&, const StateChange&) = default;
};

struct Diagram {
    std::string title;
    std::vector<Lifeline> lifelines;  // from left to right
    std::vector<Item> items;
    std::vector<Row> rows;
    std::vector<StateChange> states;
    std::set<std::uint64_t> connections;  // that are drawn
    std::vector<findings::Finding> findings;
    std::vector<std::vector<std::size_t>> evidence;  // of each finding: items
};

enum class Only : std::uint8_t { All, Calls, Segments };

/// What of a timeline is to be drawn.
struct DiagramOptions {
    std::string title{};
    std::uint64_t connection = 0;                        // 0: all
    std::optional<std::set<std::uint64_t>> concerned{};  // connections that the run is about; absent: all
    std::optional<base::Duration> from{};
    std::optional<base::Duration> to{};
    std::optional<base::Duration> begun_by{};  // only what had begun by then, to its end
    Only only = Only::All;

    bool wants(const correlate::Timeline& timeline, const correlate::Moment& moment) const;
    bool wants_time(const correlate::Timeline& timeline, const correlate::Moment& moment) const;
    bool wants_connection(std::uint64_t id) const {
        return (connection == 0 || connection == id) && (!concerned || concerned->contains(id));
    }
};

/// REQUIRES, for causes and wakes to be complete: that `timeline` is.
Diagram make_diagram(const correlate::Timeline& timeline, const std::vector<Role>& roles,
                     const std::vector<findings::Finding>& findings, const DiagramOptions& options);

}  // namespace sockstep::render
