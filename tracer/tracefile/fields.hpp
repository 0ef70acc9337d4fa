// tracer/tracefile/fields.hpp - the fields of each record by name: one list, used to write and to read.
#pragma once

#include <concepts>
#include <type_traits>

#include "record/call.hpp"
#include "record/passage.hpp"
#include "record/process.hpp"
#include "record/socket.hpp"
#include "tracefile/run.hpp"

namespace sockstep::tracefile {

/// T, or const T.
template <typename Maybe, typename T>
concept Is = std::same_as<std::remove_const_t<Maybe>, T>;

// `visit.needed(name, value)` is for a field that every record has; `visit(name, value, usual)` for one that is left
// out where it has its usual value, and `visit(name, value)` where that is what T{} makes.

template <typename Visit>
void visit_fields(Visit& visit, Is<Role> auto& role) {
    visit.needed("program", role.program);
    visit("command", role.command);
    visit("server", role.is_server);
}

template <typename Visit>
void visit_fields(Visit& visit, Is<About> auto& about) {
    visit("made_by", about.made_by);
    visit("wire", about.has_wire);
    visit("segments", about.has_segments, true);
    visit("private_network", about.private_network);
    visit("roles", about.roles);
}

/// Its octets are its packet block's.
template <typename Visit>
void visit_fields(Visit& visit, Is<KeptFrame> auto& kept) {
    visit.needed("frame", kept.frame.number);
    visit.needed("time", kept.frame.time);
}

template <typename Visit>
void visit_fields(Visit& visit, Is<record::Argument> auto& argument) {
    visit.needed("name", argument.name);
    visit.needed("value", argument.value);
}

template <typename Visit>
void visit_fields(Visit& visit, Is<record::Socket> auto& socket) {
    visit("inode", socket.inode);
    visit("kind", socket.kind, record::SocketKind::Other);
    visit("what", socket.what);
    visit("nonblocking", socket.nonblocking);
    visit("local", socket.local);
    visit("peer", socket.peer);
    visit("state", socket.state);
    visit("receive_queue", socket.receive_queue);
    visit("send_queue", socket.send_queue);
    visit("send_space", socket.send_space);
    visit("accept_queue", socket.accept_queue);
    visit("accept_limit", socket.accept_limit);
    visit("no_delay", socket.no_delay);
    visit("linger", socket.linger);
    visit("readable", socket.readable);
    visit("writable", socket.writable);
    visit("hung_up", socket.hung_up);
    visit("failed", socket.failed);
    visit("urgent_ahead", socket.urgent_ahead);
    visit("at_urgent", socket.at_urgent);
    visit("bytes_written", socket.bytes_written);
    visit("bytes_received", socket.bytes_received);
}

template <typename Visit>
void visit_fields(Visit& visit, Is<record::Awaited> auto& awaited) {
    visit("fd", awaited.fd, -1);
    visit("socket", awaited.socket);
    visit("to_read", awaited.to_read);
    visit("to_write", awaited.to_write);
    visit("readable", awaited.readable);
    visit("writable", awaited.writable);
    visit("other", awaited.other);
}

template <typename Visit>
void visit_fields(Visit& visit, Is<record::PortHolder> auto& holder) {
    visit.needed("local", holder.local);
    visit("state", holder.state);
    visit("inode", holder.inode);
    visit("same_port", holder.same_port, true);
}

template <typename Visit>
void visit_fields(Visit& visit, Is<record::CallBegin> auto& call) {
    visit.needed("id", call.id);
    visit.needed("time", call.time);
    visit("host", call.host);
    visit.needed("program", call.program);
    visit.needed("pid", call.pid);
    visit.needed("tid", call.tid);
    visit.needed("name", call.name);
    visit("kind", call.kind, record::CallKind::Option);
    visit("fd", call.fd, -1);
    visit("args", call.arguments);
    visit("socket", call.socket);
    visit("length", call.length);
    visit("data", call.data);
    visit("waits", call.waits);
    visit("waits_for_all", call.waits_for_all);
    visit("peeks", call.peeks);
    visit("discards", call.discards);
    visit("beside_stream", call.beside_stream);
    visit("reads", call.reads);
    visit("writes", call.writes);
    visit("waits_elsewhere", call.waits_elsewhere);
    visit("ready", call.ready);
    visit("awaited", call.awaited);
    visit("restarts", call.restarts);
    visit("also_held_by", call.also_held_by);
}

template <typename Visit>
void visit_fields(Visit& visit, Is<record::CallEnd> auto& end) {
    visit.needed("id", end.id);
    visit.needed("time", end.time);
    visit("fate", end.fate);
    visit("result", end.result);
    visit("moved", end.moved);
    visit("error", end.error);
    visit("signal", end.signal);
    visit("results", end.results);
    visit("data", end.data);
    visit("rest", end.rest);
    visit("socket", end.socket);
    visit("made", end.made);
    visit("other", end.other);
    visit("slept", end.slept);
    visit("ready", end.ready);
    visit("holders", end.holders);
}

template <typename Visit>
void visit_fields(Visit& visit, Is<record::Process> auto& process) {
    visit.needed("event", process.change);
    visit.needed("time", process.time);
    visit("host", process.host);
    visit.needed("program", process.program);
    visit.needed("pid", process.pid);
    visit.needed("tid", process.tid);
    visit("parent", process.parent);
    visit("status", process.status);
    visit("signal", process.signal);
    visit("by_sockstep", process.by_sockstep);
    visit("detail", process.detail);
    visit("sockets", process.sockets);
}

template <typename Visit>
void visit_fields(Visit& visit, Is<record::Output> auto& output) {
    visit.needed("time", output.time);
    visit.needed("program", output.program);
    visit.needed("stream", output.stream);
    visit.needed("text", output.text);
}

template <typename Visit>
void visit_fields(Visit& visit, Is<record::Opening> auto& opening) {
    visit("open", opening.is_open);
    visit("kept", opening.is_kept);
    visit("queue_full", opening.queue_is_full);
}

template <typename Visit>
void visit_fields(Visit& visit, Is<record::Passage> auto& passage) {
    visit.needed("frame", passage.frame);
    visit.needed("time", passage.time);
    visit.needed("fate", passage.fate);
    visit("why", passage.why);
    visit("from", passage.from, -1);
    visit("to", passage.to, -1);
    visit("duplicate", passage.duplicate);
    visit("corrupted", passage.corrupted);
    visit("opening", passage.opening);
}

template <typename Visit>
void visit_fields(Visit& visit, Is<Shown> auto& shown) {
    visit.needed("time", shown.time);
}

/// What a record is called in a file.
template <typename T>
constexpr std::string_view type_name{};
template <>
inline constexpr std::string_view type_name<KeptFrame> = "frame";
template <>
inline constexpr std::string_view type_name<record::CallBegin> = "call";
template <>
inline constexpr std::string_view type_name<record::CallEnd> = "return";
template <>
inline constexpr std::string_view type_name<record::Process> = "process";
template <>
inline constexpr std::string_view type_name<record::Output> = "output";
template <>
inline constexpr std::string_view type_name<record::Passage> = "passage";
template <>
inline constexpr std::string_view type_name<Shown> = "shown";

}  // namespace sockstep::tracefile
