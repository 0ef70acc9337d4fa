// tests/tcp/conversation.hpp - conversations for tests: made, captured and followed, segment by segment.
#pragma once

#include <algorithm>
#include <deque>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "base/timestamp.hpp"
#include "decode/frame.hpp"
#include "decode/frame_builder.hpp"
#include "decode/tcp_segment.hpp"
#include "tcp/connection.hpp"
#include "tcp/seen.hpp"
#include "tcp/segment.hpp"
#include "tcp/tracker.hpp"

namespace sockstep::tcp {

/// Where the sequence numbers of the two ends begin.
struct Initial {
    std::uint32_t client = 1000;
    std::uint32_t server = 5000;
};

/// Two ends that talk, and a tracker that watches. A test reads like a ladder:
///
///     Conversation talk;
///     talk.client().syn();
///     talk.server().syn_ack();
///     talk.client().ack();
///     EXPECT_EQ(talk.client().data(6).states(), "ESTABLISHED / ESTABLISHED");
///
/// Unless told otherwise each segment has the next sequence number of its sender, acknowledges all that has arrived
/// there, offers 64240 bytes and passes 10 ms after the one before it. seq() and ack() are relative to the initial
/// numbers, as the tracker's are.
class Conversation {
public:
    class Speaker;

    explicit Conversation(Initial initial = {}, Detail detail = Detail::Segments, Retention retention = {})
        : tracker_{[this](const Connection& connection) { folded_.push_back(connection); }, detail, 0, retention} {
        start(initial);
    }
    Conversation(const Conversation&) = delete;
    Conversation& operator=(const Conversation&) = delete;

    /// The end that sent the first SYN, and the one that it was sent to.
    Speaker client();
    Speaker server();

    /// SYN, SYN-ACK, ACK, without options.
    Conversation& open();

    /// The capture begins here: one byte of each end's has passed before it, so that both begin with number 1.
    Conversation& begun() {
        client_.next = client_.received = server_.next = server_.received = 1;
        return *this;
    }

    /// Lets time pass before the next segment, instead of the usual 10 ms.
    Conversation& pass(base::Duration duration) {
        time_ += duration - step;
        return *this;
    }
    /// The next segments have other initial numbers: another connection between the same endpoints.
    Conversation& start(Initial initial) {
        client_ = {.initial = initial.client};
        server_ = {.initial = initial.server};
        return *this;
    }
    Conversation& between(const base::Endpoint& client, const base::Endpoint& server) {
        client_at_ = client;
        server_at_ = server;
        return *this;
    }

    const Seen& last() const { return seen_.back(); }
    const Connection& connection() const { return last().connection; }
    const std::deque<Seen>& all() const { return seen_; }
    Tracker& tracker() { return tracker_; }
    const std::vector<Connection>& folded() const { return folded_; }

    static constexpr base::Duration step = std::chrono::milliseconds{10};

private:
    struct Talker {
        std::uint32_t initial = 0;
        std::int64_t next = 0;      // relative
        std::int64_t received = 0;  // all before it has arrived from the other end
    };

    const Seen& watch(const decode::FrameBuilder& frame, std::optional<std::size_t> captured);

    Talker client_;
    Talker server_;
    base::Endpoint client_at_ = decode::endpoint("10.0.0.11", 41234);
    base::Endpoint server_at_ = decode::endpoint("10.0.0.1", 5000);
    base::Timestamp time_{std::chrono::seconds{1'700'000'000}};
    std::uint64_t frames_ = 0;
    std::vector<Connection> folded_;
    std::deque<Seen> seen_;
    Tracker tracker_;
};

/// What one end is about to send: what is special of it first, then one of the verbs, which sends it.
class Conversation::Speaker {
public:
    Speaker& seq(std::int64_t number) { return set(seq_, number); }
    Speaker& ack(std::int64_t number) { return set(ack_, number); }
    Speaker& without_ack() { return set(no_ack_, true); }
    Speaker& window(std::uint16_t stated) {
        return header([=](auto& frame) { frame.window(stated); });
    }
    Speaker& mss(std::uint16_t octets) {
        return header([=](auto& frame) { frame.mss(octets); });
    }
    Speaker& window_scale(std::uint8_t shift) {
        return header([=](auto& frame) { frame.window_scale(shift); });
    }
    Speaker& sack_permitted() {
        return header([](auto& frame) { frame.sack_permitted(); });
    }
    Speaker& timestamps() {
        return header([](auto& frame) { frame.timestamps(7, 8); });
    }
    Speaker& option(const decode::Octets& octets) {
        return header([&](auto& frame) { frame.option(octets); });
    }
    Speaker& psh() {
        return header([](auto& frame) { frame.psh(); });
    }
    Speaker& urg() {
        return header([](auto& frame) { frame.urg(1); });
    }
    Speaker& ece() {
        return header([](auto& frame) { frame.ece(); });
    }
    Speaker& cwr() {
        return header([](auto& frame) { frame.cwr(); });
    }
    Speaker& wrong_checksum() {
        return header([](auto& frame) { frame.checksum(0x1234); });
    }
    /// Blocks of the other end's stream bytes, [from, to).
    Speaker& sack(const std::vector<StreamRange>& blocks) {
        std::vector<std::pair<std::uint32_t, std::uint32_t>> absolute;
        absolute.reserve(blocks.size());
        for (const StreamRange& block : blocks) {
            absolute.emplace_back(on_wire(peer_, block.from + 1), on_wire(peer_, block.to + 1));
        }
        return header([&](auto& frame) { frame.sack(absolute); });
    }
    /// Only so many octets of the frame were captured.
    Speaker& snapped(std::size_t octets) { return set(captured_, octets); }
    /// It does not arrive: the other end will not acknowledge it by itself.
    Speaker& lost() { return set(lost_, true); }

    const Seen& syn(std::size_t length = 0) { return send("S", std::string(length, 'x')); }
    const Seen& syn_ack(std::size_t length = 0) { return send("SA", std::string(length, 'x')); }
    const Seen& ack() { return send("A", ""); }
    const Seen& data(std::size_t length) { return send("A", std::string(length, 'x')); }
    const Seen& data(const std::string& text) { return send("A", text); }
    const Seen& fin(std::size_t length = 0) { return send("FA", std::string(length, 'x')); }
    const Seen& rst(std::size_t length = 0) { return send("R", std::string(length, 'x')); }
    const Seen& rst_ack() { return send("RA", ""); }
    const Seen& keep_alive(std::size_t length = 0) {
        seq_ = seq_.value_or(self_.next - 1);
        return send("A", std::string(length, 'x'));
    }
    /// It was sent, but the capture has not seen it.
    void unseen_data(std::size_t length) { self_.next += static_cast<std::int64_t>(length); }

private:
    friend class Conversation;

    Speaker(Conversation& conversation, Talker& self, Talker& peer, const base::Endpoint& from,
            const base::Endpoint& to)
        : conversation_{conversation}, self_{self}, peer_{peer} {
        frame_.from(to_string(from.address), from.port).to(to_string(to.address), to.port);
    }

    template <typename Field, typename Value>
    Speaker& set(Field& field, Value value) {
        field = std::move(value);
        return *this;
    }
    template <typename Change>
    Speaker& header(Change change) {
        change(frame_);
        return *this;
    }
    static std::uint32_t on_wire(const Talker& talker, std::int64_t relative) {
        return talker.initial + static_cast<std::uint32_t>(relative);
    }

    const Seen& send(const std::string& flags, const std::string& payload) {
        const auto has = [&flags](char flag) { return flags.find(flag) != std::string::npos; };
        const std::int64_t seq = seq_.value_or(has('S') ? 0 : self_.next);
        frame_.seq(on_wire(self_, seq)).payload(payload);
        if (has('S')) {
            frame_.syn();
        }
        if (has('F')) {
            frame_.fin();
        }
        if (has('R')) {
            frame_.rst();
        }
        if (has('A') && !no_ack_) {
            frame_.ack(on_wire(peer_, ack_.value_or(self_.received)));
        }
        const auto length = static_cast<std::int64_t>(payload.size()) + (has('S') ? 1 : 0) + (has('F') ? 1 : 0);
        if (!has('R')) {
            self_.next = std::max(self_.next, seq + length);
            const bool in_order = !lost_ && seq <= peer_.received;
            peer_.received = in_order ? std::max(peer_.received, seq + length) : peer_.received;
        }
        return conversation_.watch(frame_, captured_);
    }

    Conversation& conversation_;
    Talker& self_;
    Talker& peer_;
    decode::FrameBuilder frame_;
    std::optional<std::int64_t> seq_;
    std::optional<std::int64_t> ack_;
    std::optional<std::size_t> captured_;
    bool no_ack_ = false;
    bool lost_ = false;
};

inline Conversation::Speaker Conversation::client() {
    return {*this, client_, server_, client_at_, server_at_};
}

inline Conversation::Speaker Conversation::server() {
    return {*this, server_, client_, server_at_, client_at_};
}

inline Conversation& Conversation::open() {
    client().syn();
    server().syn_ack();
    client().ack();
    return *this;
}

inline const Seen& Conversation::watch(const decode::FrameBuilder& frame, std::optional<std::size_t> captured) {
    time_ += step;
    Seen& seen = seen_.emplace_back();
    seen.octets = frame.bytes();
    const auto wire_length = static_cast<std::uint32_t>(seen.octets.size());
    seen.octets.resize(std::min(captured.value_or(wire_length), seen.octets.size()));
    const decode::Decoded decoded = decode::decode(base::LinkType::Ethernet, seen.octets, wire_length);
    seen.packet = std::get<decode::TcpSegment>(decoded);
    seen.time = time_;
    const Tracker::Result result = tracker_.add(seen.packet, ++frames_, time_);
    seen.segment = result.segment;
    seen.connection = result.connection;
    return seen;
}

}  // namespace sockstep::tcp
