// tracer/correlate/timeline.hpp - calls, segments, output and processes of one run, in order, with causes and wakes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/timestamp.hpp"
#include "decode/frame.hpp"
#include "decode/tcp_segment.hpp"
#include "record/call.hpp"
#include "record/passage.hpp"
#include "record/process.hpp"
#include "tcp/connection.hpp"
#include "tcp/segment.hpp"
#include "tcp/stream_ranges.hpp"

namespace sockstep::correlate {

/// Who made a segment.
enum class Causer : std::uint8_t {
    Unknown,  // its program is not traced, or no traced call covers its bytes
    Call,     // a call: connect its SYN, send its data, close or shutdown its FIN or RST
    Exit,     // the end of a process, which closes its sockets
    Kernel,   // the kernel on its own: SYN-ACK, ACK, window update, keep-alive, retransmission, RST in answer to a
              // segment
};

struct Cause {
    Causer by = Causer::Unknown;
    std::uint64_t call = 0;              // by Call: the one whose byte is the segment's first new one, or that closed
    int pid = 0;                         // by Exit
    std::vector<std::uint64_t> calls{};  // all whose bytes it carries, ascending; one mostly

    friend bool operator==(const Cause&, const Cause&) = default;
};

/// What let a blocked call return.
enum class Waker : std::uint8_t {
    None,         // it was not blocked, or has not returned
    Segment,      // a segment arrived
    Timer,        // its time ran out: SO_RCVTIMEO, the timeout of poll, TCP's retransmissions of a SYN
    Signal,       // a signal came
    Call,         // another call of the programs did it: shutdown of the same socket, an octet into the pipe it polls
    ThreadEnded,  // it was not woken: its thread ended
    Unknown,
};

struct Wake {
    Waker by = Waker::None;
    std::uint64_t segment = 0;  // by Segment: its id
    std::uint64_t call = 0;     // by Call
    std::string signal{};       // by Signal: "SIGALRM"

    friend bool operator==(const Wake&, const Wake&) = default;
};

/// What a call waits for, if it has to.
enum class AwaitedThing : std::uint8_t {
    Nothing,
    Handshake,  // accept: a connection whose handshake is complete
    SynAck,     // connect: the answer to its SYN
    Bytes,      // recv: the next stream byte, the end of the stream, or a RST
    AllBytes,   // recv with MSG_WAITALL: so many bytes
    SendSpace,  // send: room in the send buffer
    Readiness,  // poll and its like: any of several descriptors
    Datagram,   // recv of a socket that is no stream
    FinAck,     // close with SO_LINGER: that the peer has got all, and the FIN
};

/// A call with all that became known of it.
struct Call {
    record::CallBegin begin;
    std::optional<record::CallEnd> end;  // absent while it goes on

    std::uint64_t connection = 0;             // id; 0: none, or not known (yet)
    std::optional<tcp::Side> side{};          // of `connection`, of the program that calls
    std::optional<tcp::StreamRange> bytes{};  // of Send and Receive on a stream: those moved; absent: none, or unknown.
                                              // Of Receive they are of the peer's stream
    std::int64_t already_waiting = 0;         // Receive: octets that were there when it began
    AwaitedThing waited_for = AwaitedThing::Nothing;
    bool blocked = false;  // it slept until something came
    Wake woken_by{};
    std::vector<std::uint64_t> caused{};  // segments, ascending
    std::uint64_t reset_by = 0;           // one that failed: the peer's RST, which had arrived by its end; 0: none

    bool returned() const { return end && end->fate == record::CallFate::Returned; }
    bool failed() const { return returned() && end->result < 0; }
    /// From its beginning to its end. REQUIRES: end.
    base::Duration duration() const { return end->time - begin.time; }
};

/// A TCP segment with all that became known of it.
struct Segment {
    base::Timestamp time{};
    decode::TcpSegment packet;  // its payload is empty: see `data`
    std::string data{};         // its first octets, at most most_segment_data
    tcp::Segment facts;
    tcp::Connection connection;  // as it was after the segment
    Cause cause{};
    std::vector<std::uint64_t> woke{};  // calls, ascending

    /// When its first sound copy reached the other end's kernel; absent: it has not. Where frames are captured and not
    /// carried by our wire, that is taken to be when it was seen.
    std::optional<base::Timestamp> arrived{};
    std::vector<std::size_t> passages{};  // of Timeline: what the wire did with it, in order
};

/// Why a kernel that is in SYN-RECEIVED lets a segment lie that would complete the handshake.
enum class Left : std::uint8_t {
    No,
    QueueFull,  // the accept queue has no room. Source: Linux, tcp_v4_syn_recv_sock()
    Deferred,   // TCP_DEFER_ACCEPT: it waits for data. Source: tcp(7); Linux, tcp_check_req()
};

/// What the wire did with a segment.
struct Passage {
    record::Passage what;
    std::uint64_t segment = 0;  // its id
    tcp::States before;         // of both ends, when it arrived
    tcp::States after;
    bool news = false;     // it is the first copy that arrived
    Left left = Left::No;  // the kernel that got it did not take it
};

constexpr std::size_t most_segment_data = 256;

/// A frame that should have been readable as TCP and was not.
struct OtherFrame {
    base::Timestamp time{};
    std::uint64_t frame = 0;
    std::string what;
};

/// What happened next.
struct Moment {
    enum class What : std::uint8_t {
        CallBegins,  // `index` is of calls
        CallEnds,
        Segment,  // of segments: it enters the wire
        Passage,  // of passages: it arrives, or is lost
        Frame,    // of frames
        Output,   // of outputs
        Process,  // of processes
    };
    What what = What::CallBegins;
    std::size_t index = 0;
    base::Timestamp time{};

    friend bool operator==(const Moment&, const Moment&) = default;
};

/// What became of a segment on our wire, all told.
enum class WayEnd : std::uint8_t {
    UnderWay,
    Held,
    Delivered,
    Corrupted,  // all that was delivered of it has a wrong checksum: the receiving kernel drops it
    Dropped,
};

struct Way {
    WayEnd fate = WayEnd::UnderWay;
    record::DropReason why = record::DropReason::None;  // of Dropped
    std::uint64_t copies = 0;                           // delivered, sound or not
};

/// One run. Ids count from 1, and id N stands at index N - 1.
struct Timeline {
    std::deque<Call> calls;
    std::deque<Segment> segments;
    std::deque<Passage> passages;
    std::deque<OtherFrame> frames;
    std::deque<record::Output> outputs;
    std::deque<record::Process> processes;
    std::vector<tcp::Connection> connections;  // as they are now
    bool has_wire = false;                     // a wire of ours carried the segments, and says what became of each
    std::vector<Moment> moments;               // in order
    decode::OtherFrames other_frames;
    std::optional<base::Timestamp> start;  // of the first thing observed
    bool complete = false;                 // finish() was called: what is open now stayed open

    const Call& call(std::uint64_t id) const { return calls[id - 1]; }
    const Segment& segment(std::uint64_t id) const { return segments[id - 1]; }
    const tcp::Connection& connection(std::uint64_t id) const { return connections[id - 1]; }
    base::Duration since_start(base::Timestamp time) const { return time - start.value_or(time); }
};

/// Its sender's peer has not taken it and never will: lost, damaged, or let lie. False where it is not known.
bool is_lost(const Timeline& timeline, const Segment& segment);
/// Why the kernel that got it let it lie; No, if one copy was taken.
Left left(const Timeline& timeline, const Segment& segment);

/// Absent where no wire of ours carried it.
std::optional<Way> way_of(const Timeline& timeline, const Segment& segment);

}  // namespace sockstep::correlate
