// tracer/correlate/joins.hpp - what Correlator does inside: every record meets what it belongs to.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <unordered_map>
#include <utility>
#include <vector>

#include "correlate/correlator.hpp"
#include "correlate/join.hpp"
#include "correlate/timeline.hpp"
#include "tcp/tracker.hpp"

namespace sockstep::correlate {

class Correlator::Joins {
public:
    Joins(std::uint64_t hash_seed, Travel travel);

    void add(const record::Frame& frame);
    void add(const record::Passage& passage);
    void add(record::CallBegin begin);
    void add(record::CallEnd end);
    void add(record::Process process);
    void add(record::Output output);
    void finish();

    const Timeline& timeline() const { return timeline_; }

private:
    using Pair = std::pair<base::Endpoint, base::Endpoint>;
    struct PairHash {
        std::size_t operator()(const Pair& pair) const;
    };

    void append(Moment::What what, std::size_t index, base::Timestamp time);
    Call& call(std::uint64_t id) { return timeline_.calls[id - 1]; }
    Segment& segment(std::uint64_t id) { return timeline_.segments[id - 1]; }
    ConnectionJoin& connection(std::uint64_t id) { return connections_[id - 1]; }

    static void note_options(const Call& call, SocketJoin& socket);
    static bool dissolves(const record::CallBegin& begin);
    bool has_no_connection_any_more(const SocketJoin& socket, const record::Socket& state) const;

    // Sockets and connections: sockets.cpp
    SocketJoin* socket_of(const Call& call);
    SocketJoin& learn(const record::Socket& socket);
    void learn_connection(const tcp::Connection& connection);
    void bind(std::uint64_t inode, SocketJoin& socket);
    bool take(std::uint64_t inode, SocketJoin& socket, std::uint64_t connection);
    void give_connection(Call& call, SocketJoin& socket);
    void take_pending(const Call& connect);
    std::uint64_t syn_of(const Call& connect, const SocketJoin& socket) const;
    void leave(SocketJoin& socket);
    void swap_ends(std::uint64_t connection);
    SocketJoin* socket_of(const EndJoin& end);

    // What an end knows when it sends, and when a segment has reached it: arrivals.cpp
    void leave(ConnectionJoin& connection, Segment& segment);
    void reopen(ConnectionJoin& connection, const Segment& syn_ack);
    void expect_completion(const ConnectionJoin& connection, Segment& segment);
    void say_what_lost_ones_said(EndJoin& end, Segment& segment);
    void find_what_asked(const ConnectionJoin& connection, Segment& segment) const;
    tcp::Asking what_asked(const ConnectionJoin& connection, const Segment& segment) const;
    bool reports_later_bytes(const EndJoin& sender, const Segment& ack, const Segment& repeat) const;
    bool recovers(const EndJoin& sender, const Segment& repeat) const;
    void note_firsts(Firsts& firsts, const Segment& segment) const;
    void arrive(Segment& segment, base::Timestamp time, Left left);
    void complete(ConnectionJoin& connection, Segment& segment);
    Left why_left(const Segment& segment, const record::Passage& passage) const;
    bool defers_accept(const base::Endpoint& listener) const;
    void report_what_arrived(std::uint64_t connection);

    // Who made a segment: causes.cpp
    void note_segment(Segment& segment);
    std::optional<base::Timestamp> arrival_of(std::uint64_t segment) const;
    bool arrived_within(std::uint64_t segment, const Call& call) const;
    std::uint64_t first_within(const Call& call, const std::vector<std::uint64_t>& ids) const;
    void find_cause(Segment& segment);
    void cause_of_data(Segment& segment, SocketJoin* sender);
    void cause_of_syn(Segment& segment, SocketJoin* sender);
    void cause_of_fin(Segment& segment, const SocketJoin* sender);
    void cause_of_rst(Segment& segment, const SocketJoin* sender);
    const Closer* closer_by_rst(const Segment& segment, const SocketJoin& socket) const;
    const Closer* closer_of_listener(const Segment& segment) const;
    bool is_at_it(const Closer& closer, base::Timestamp time) const;
    std::uint64_t only_connect_to(const base::Endpoint& destination) const;
    void set_cause(Segment& segment, Causer by, std::uint64_t call = 0, int pid = 0);
    void add_caused(std::uint64_t call, std::uint64_t segment);
    void add_sender(Segment& segment, std::uint64_t call);
    bool goes_on_at(std::uint64_t call, base::Timestamp time) const;
    static const Closer* closer_of_fin(const SocketJoin& socket, base::Timestamp time);
    void note_closer(const Call& call, SocketJoin& socket);

    // Which stream bytes a call moved: streams.cpp
    void begin_moving(Call& call, SocketJoin& socket);
    void end_moving(Call& call, SocketJoin& socket);
    void pass_over_urgent(const Call& call, SocketJoin& socket);
    std::vector<std::int64_t> places_of(const Call& call, const SocketJoin& socket) const;
    bool urgent_was_sent_to(const SocketJoin& socket) const;
    void forget_order(CallStream& stream);
    void settle(SocketJoin& socket, CallStream& stream, bool sending);
    bool settle_one(SocketJoin& socket, CallStream& stream, bool sending);
    void place(Call& call, SocketJoin& socket, CallStream& stream, bool sending);
    bool fits(const Call& call, const SocketJoin& socket, bool sending, std::int64_t position) const;
    std::optional<char> stream_byte(const SocketJoin& socket, bool sending, std::int64_t byte) const;

    // What woke a call: wakes.cpp
    void find_wake(Call& call);
    Wake wake_of_return(const Call& call);
    Wake wake_of_accept(const Call& call);
    Wake wake_of_connect(const Call& call);
    Wake wake_of_receive(const Call& call, const SocketJoin& socket);
    Wake wake_of_send(const Call& call, const SocketJoin& socket);
    Wake wake_of_wait(const Call& call);
    std::uint64_t what_made_ready(const Call& call, const record::Awaited& awaited);
    std::uint64_t first_arrived_since(const Call& call, const std::vector<std::uint64_t>& ids) const;
    std::uint64_t first_handshake_within(const Call& call, const SocketJoin& listener) const;
    Wake wake_of_close(const Call& call, const SocketJoin& socket) const;
    std::uint64_t reset_before_end(const Call& call, const SocketJoin& socket) const;
    static Wake by_segment(std::uint64_t segment);

    Travel travel_;
    Timeline timeline_;
    tcp::Tracker tracker_;
    std::vector<ConnectionJoin> connections_;
    std::unordered_map<std::uint64_t, SocketJoin> sockets_;                    // by inode
    std::unordered_map<Pair, std::uint64_t, PairHash> newest_;                 // connection of two endpoints, both ways
    std::unordered_map<Pair, std::vector<std::uint64_t>, PairHash> homeless_;  // sockets without a connection
    std::unordered_map<std::uint16_t, std::vector<std::uint64_t>>
        handshakes_;                         // by port: what completed them, in order
    std::vector<std::uint64_t> connecting_;  // connect calls that go on
    std::unordered_map<int, base::Timestamp> ended_processes_;
};

}  // namespace sockstep::correlate
