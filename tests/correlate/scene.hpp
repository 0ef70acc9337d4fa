// tests/correlate/scene.hpp - a run made by hand: calls and frames in turn, and the timeline that comes of them.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "correlate/correlator.hpp"
#include "record/event.hpp"
#include "tcp/conversation.hpp"

namespace sockstep::correlate {

/// A program with one socket, one end of the conversation. Reads like a program:
///
///     Scene scene;
///     const auto connect = scene.client.begin(CallKind::Connect);
///     scene.talk.client().syn();
///     scene.talk.server().syn_ack();
///     scene.client.end(connect, 0);
///
/// Time passes by a microsecond with each record, by 10 ms with each frame.
class Scene {
public:
    class Program {
    public:
        Program(Scene& scene, std::string name, std::uint64_t inode, base::Endpoint local, base::Endpoint peer)
            : run_{scene}, name_{std::move(name)}, inode_{inode}, local_{local}, peer_{peer} {}

        /// `change` makes the record special before it is added.
        template <typename Change>
        std::uint64_t begin(record::CallKind kind, Change change) {
            run_.take_frames();
            record::CallBegin call;
            call.id = ++run_.calls_;
            call.time = run_.tick();
            call.program = name_;
            call.pid = call.tid = static_cast<int>(inode_);
            call.name = "call";
            call.kind = kind;
            call.fd = 3;
            call.socket = state();
            call.waits = true;
            change(call);
            const std::uint64_t id = call.id;
            run_.correlator.add(std::move(call));
            return id;
        }
        std::uint64_t begin(record::CallKind kind) {
            return begin(kind, [](record::CallBegin&) {});
        }
        /// What it waits for is not there.
        std::uint64_t begin_unready(record::CallKind kind) {
            return begin(kind, [](record::CallBegin& call) { call.ready = false; });
        }
        std::uint64_t begin_send(const std::string& data) {
            return begin(record::CallKind::Send, [&](record::CallBegin& call) {
                call.data = data.substr(0, record::most_data);
                call.length = data.size();
                call.ready = true;
            });
        }

        template <typename Change>
        void end(std::uint64_t id, std::int64_t result, Change change) {
            run_.take_frames();
            record::CallEnd call;
            call.id = id;
            call.time = run_.tick();
            call.result = result;
            call.socket = state();
            change(call);
            run_.correlator.add(std::move(call));
        }
        void end(std::uint64_t id, std::int64_t result) {
            end(id, result, [](record::CallEnd&) {});
        }
        void fail(std::uint64_t id, const std::string& error) {
            end(id, -1, [&](record::CallEnd& call) { call.error = error; });
        }
        void end_receive(std::uint64_t id, const std::string& data) {
            end(id, static_cast<std::int64_t>(data.size()),
                [&](record::CallEnd& call) { call.data = data.substr(0, record::most_data); });
        }

        /// A call that returns at once.
        std::uint64_t call(record::CallKind kind, std::int64_t result) {
            const std::uint64_t id = begin(kind);
            end(id, result);
            return id;
        }
        std::uint64_t send(const std::string& data) {
            const std::uint64_t id = begin_send(data);
            end(id, static_cast<std::int64_t>(data.size()));
            return id;
        }
        std::uint64_t receive(const std::string& data) {
            const std::uint64_t id =
                begin(record::CallKind::Receive, [](record::CallBegin& call) { call.ready = true; });
            end_receive(id, data);
            return id;
        }

        /// The process begins to end, and holds its socket.
        void exits() {
            run_.take_frames();
            run_.correlator.add(record::Process{.change = record::ProcessChange::Exiting,
                                                .time = run_.tick(),
                                                .program = name_,
                                                .pid = static_cast<int>(inode_),
                                                .sockets = {inode_}});
        }

        /// The socket as the kernel would describe it: with a name, and a peer once it is connected.
        record::Socket state() const {
            record::Socket socket;
            socket.inode = inode_;
            socket.kind = record::SocketKind::Tcp;
            if (named_) {
                socket.local = local_;
                socket.peer = peer_;
            }
            return socket;
        }
        /// Its port is not known yet.
        Program& unnamed() {
            named_ = false;
            return *this;
        }
        void is_named() { named_ = true; }

    private:
        Scene& run_;
        std::string name_;
        std::uint64_t inode_;
        base::Endpoint local_;
        base::Endpoint peer_;
        bool named_ = true;
    };

    explicit Scene(Travel travel = Travel::AtOnce) : correlator{0, travel} {}

    tcp::Conversation talk;
    Correlator correlator;
    Program client{*this, "client", 101, decode::endpoint("10.0.0.11", 41234), decode::endpoint("10.0.0.1", 5000)};
    Program server{*this, "server", 201, decode::endpoint("10.0.0.1", 5000), decode::endpoint("10.0.0.11", 41234)};

    /// Hands over the frames that have passed.
    void take_frames() {
        for (; taken_ < talk.all().size(); ++taken_) {
            const tcp::Seen& seen = talk.all()[taken_];
            correlator.add(record::Frame{taken_ + 1, seen.time, base::LinkType::Ethernet,
                                         static_cast<std::uint32_t>(seen.octets.size()), seen.octets});
            time_ = seen.time;
        }
    }

    /// The handshake, of sockets that both programs know.
    Scene& open() {
        const std::uint64_t connect = client.unnamed().begin_unready(record::CallKind::Connect);
        talk.open();
        client.is_named();
        client.end(connect, 0);
        return *this;
    }

    /// The newest segment, or one with this id, reaches the other end now; or it never will.
    void arrives(std::uint64_t id = 0) { passes(id, record::Fate::Delivered); }
    void is_lost(std::uint64_t id = 0) { passes(id, record::Fate::Dropped); }
    void passes(std::uint64_t id, record::Fate fate, bool corrupted = false) {
        take_frames();
        correlator.add(
            record::Passage{.frame = id == 0 ? last() : id,
                            .time = tick(),
                            .fate = fate,
                            .why = fate == record::Fate::Dropped ? record::DropReason::Hand : record::DropReason::None,
                            .corrupted = corrupted});
    }
    /// The newest segment arrives, and the kernel that got it says so.
    void arrives_and(record::Opening opening) {
        take_frames();
        correlator.add(record::Passage{.frame = last(), .time = tick(), .opening = opening});
    }
    std::string states() {
        take_frames();
        const Timeline& timeline = correlator.timeline();
        const tcp::States now = timeline.passages.back().after;
        return std::string{name(now.client)} + " / " + std::string{name(now.server)};
    }

    const Call& call(std::uint64_t id) {
        take_frames();
        return correlator.timeline().call(id);
    }
    const Segment& segment(std::uint64_t id) {
        take_frames();
        return correlator.timeline().segment(id);
    }
    /// The newest segment.
    std::uint64_t last() {
        take_frames();
        return correlator.timeline().segments.size();
    }

private:
    base::Timestamp tick() { return time_ += std::chrono::microseconds{1}; }

    std::size_t taken_ = 0;
    std::uint64_t calls_ = 0;
    base::Timestamp time_{std::chrono::seconds{1'700'000'000}};
};

}  // namespace sockstep::correlate
