// tests/tracefile/samples.hpp - a record of each kind with every field set, and traces in memory.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/ip_address.hpp"
#include "capture/capture_builder.hpp"
#include "capture/file_reader.hpp"
#include "capture/temporary_folder.hpp"
#include "os/file.hpp"
#include "tracefile/reader.hpp"
#include "tracefile/writer.hpp"

namespace sockstep::tracefile::test {

using capture::test::Octets;

inline base::Timestamp at(std::int64_t nanoseconds) {
    return base::Timestamp{base::Duration{1'700'000'000'123'456'789 + nanoseconds}};
}

inline base::Endpoint v4(std::uint8_t last, std::uint16_t port) {
    return {base::ip_address(Octets{10, 0, 0, last}), port};
}
inline base::Endpoint v6(std::uint8_t last, std::uint16_t port) {
    return {base::ip_address(Octets{0xfd, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, last}), port};
}

/// No field has its usual value.
inline record::Socket full_socket() {
    record::Socket socket;
    socket.inode = 18'446'744'073'709'551'615ULL;
    socket.kind = record::SocketKind::Unix;
    socket.what = "TCP over IPv6";
    socket.nonblocking = true;
    socket.local = v4(1, 65535);
    socket.peer = v6(2, 0);
    socket.state = "SYN-SENT";
    socket.receive_queue = 0;
    socket.send_queue = 4'294'967'295U;
    socket.send_space = 3;
    socket.accept_queue = 4;
    socket.accept_limit = 5;
    socket.no_delay = false;
    socket.linger = -1;
    socket.readable = socket.writable = socket.hung_up = socket.failed = true;
    socket.urgent_ahead = socket.at_urgent = true;
    socket.bytes_written = 6;
    socket.bytes_received = 7;
    return socket;
}

inline const record::Awaited full_awaited{
    .fd = 7, .socket = 8, .to_read = true, .to_write = true, .readable = true, .writable = true, .other = true};
inline const std::string any_octets{"\0\xff\xc0\xaf\"\\\n\x7f", 8};  // no UTF-8

inline record::CallBegin full_begin(std::uint64_t id = 1) {
    record::CallBegin call;
    call.id = id;
    call.time = at(1);
    call.host = "h\xc3\xb6st";
    call.program = "server";
    call.pid = 2'147'483'647;
    call.tid = -2'147'483'647 - 1;
    call.name = "recv";
    call.kind = record::CallKind::Receive;
    call.fd = 3;
    call.arguments = {{"size", std::int64_t{-9'223'372'036'854'775'807}}, {"flags", "MSG_PEEK"}, {"data", any_octets}};
    call.socket = full_socket();
    call.length = 18'446'744'073'709'551'615ULL;
    call.data = any_octets;
    call.waits = call.waits_for_all = call.peeks = call.discards = call.beside_stream = true;
    call.reads = call.writes = call.waits_elsewhere = true;
    call.ready = false;
    call.awaited = {full_awaited, {}};
    call.restarts = 9;
    call.also_held_by = {14, 15};
    return call;
}

inline record::CallEnd full_end(std::uint64_t id = 1) {
    record::CallEnd end;
    end.id = id;
    end.time = at(2);
    end.fate = record::CallFate::Interrupted;
    end.result = -1;
    end.moved = 0;
    end.error = "EINTR";
    end.signal = "SIGALRM";
    end.results = {{"address", "10.0.0.1:80"}};
    end.data = "plain \"text\"\t\x01";
    end.rest = any_octets;
    end.socket = end.made = end.other = full_socket();
    end.slept = 0;
    end.ready = {full_awaited};
    end.holders = {{v4(1, 80), "LISTEN", 77, false}, {v6(1, 81), "TIME-WAIT", 0, true}};
    return end;
}

inline record::Process full_process() {
    return {.change = record::ProcessChange::Exiting,
            .time = at(3),
            .host = "client",
            .program = "client",
            .pid = 11,
            .tid = 12,
            .parent = 13,
            .status = 255,
            .signal = "SIGPIPE",
            .by_sockstep = true,
            .detail = any_octets,
            .sockets = {1, 2, 3}};
}

inline record::Output full_output() {
    return {.time = at(4), .program = "client", .stream = record::Stream::Error, .text = any_octets};
}

inline record::Passage full_passage() {
    return {.frame = 1,
            .time = at(6),
            .fate = record::Fate::Dropped,
            .why = record::DropReason::Kernel,
            .from = 0,
            .to = 2,
            .duplicate = true,
            .corrupted = true,
            .opening = record::Opening{.is_open = true, .is_kept = true, .queue_is_full = true}};
}

inline About full_about() {
    return {.made_by = "sockstep test",
            .has_wire = true,
            .has_segments = false,
            .private_network = true,
            .roles = {{"server", "echo 'a b'", true}, {"client", "echo", false}}};
}

/// As sockstep reads it.
inline Reader::Runs read(const Octets& file) {
    Reader reader{capture::FileReader{capture::test::memory(file, 65'536)}};
    record::Frame frame;
    const std::size_t count = reader.next({&frame, 1});
    if (reader.is_trace()) {
        return reader.runs({&frame, count});
    }
    Reader::Runs none;
    none.faults = reader.faults();
    return none;
}

inline record::Frame frame_of(const Octets& octets, std::uint64_t number, base::Timestamp time) {
    return {number, time, base::LinkType::Ethernet, static_cast<std::uint32_t>(octets.size() + 5), octets};
}

/// A trace of one run: `write` adds to it.
template <typename Write>
Octets trace(Write write, const About& about = full_about(), const std::string& id = "00112233aabbccdd") {
    const capture::test::TemporaryFolder folder;
    const std::string path = folder.file("run.pcapng");
    Writer writer{os::create_private_file(path), path, id, about};
    write(writer);
    writer.finish();
    return capture::test::content(path);
}

/// A record of each kind.
inline void write_all_kinds(Writer& writer) {
    writer.add(full_begin());
    writer.add(full_end());
    writer.add(full_process());
    writer.add(full_output());
    writer.add(frame_of({1, 2, 3, 4, 5, 6, 7}, 1, at(5)), "a comment");
    writer.add(full_passage());
    writer.add(Shown{at(7)});
}

}  // namespace sockstep::tracefile::test
