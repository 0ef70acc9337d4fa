// tracer/calls/call_results.cpp - what a call that returned has made, and who stood in the way of one that failed.
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "calls/address.hpp"
#include "calls/call_recorder.hpp"
#include "calls/names.hpp"
#include "calls/port_holders.hpp"
#include "os/clock.hpp"

namespace sockstep::calls {

using record::CallKind;

namespace {

/// The address that bind() or connect() was given.
std::optional<base::Endpoint> given_endpoint(const Thread& thread, const OpenCall& call) {
    Address address;
    const auto size = std::min<std::size_t>(call.args[2] & 0xFFFFFFFF, sizeof address.storage);
    address.length = Memory{thread.tid}.read(call.args[1], &address.storage, size);
    return endpoint_of(address);
}

bool is_tcp(const std::optional<record::Socket>& socket) {
    return socket && socket->kind == record::SocketKind::Tcp;
}

bool asks_for_error(const OpenCall& call) {
    return call.row->number == SYS_getsockopt && static_cast<int>(call.args[1]) == SOL_SOCKET &&
           static_cast<int>(call.args[2]) == SO_ERROR;
}

/// recvmsg() may have brought descriptors (SCM_RIGHTS), under any number.
bool may_bring_descriptors(const OpenCall& call) {
    return call.row->number == SYS_recvmsg || call.row->number == SYS_recvmmsg;
}

/// Needs Linux 6.9; elsewhere it fails. Source: pidfd_open(2)
constexpr unsigned pidfd_thread = O_EXCL;

}  // namespace

void CallRecorder::note_foreign(const Thread& thread, const std::string& executable) {
    record::CallBegin begin;
    begin.id = ++last_id_;
    begin.time = os::now();
    begin.host = thread.process->program->host;
    begin.program = thread.process->program->name;
    begin.pid = thread.process->pid;
    begin.tid = thread.tid;
    begin.name = "execve";
    begin.kind = CallKind::NotFollowed;
    begin.arguments.push_back({"pathname", executable});
    record::CallEnd end;
    end.id = begin.id;
    end.time = begin.time;
    records_.emplace_back(std::move(begin));
    records_.emplace_back(std::move(end));
}

/// A process whose first thread has ended has no descriptors under its own id any more, only under its threads'.
int CallRecorder::pidfd_of(Thread& thread) {
    if (!thread.process->first_thread_ended) {
        return thread.process->pidfd.value();
    }
    if (!thread.pidfd.is_open()) {
        thread.pidfd = os::Fd{static_cast<int>(::syscall(SYS_pidfd_open, thread.tid, pidfd_thread))};
    }
    return thread.pidfd.value();
}

std::optional<record::Socket> CallRecorder::state(Thread& thread, int fd, Asked asked) {
    const Descriptor descriptor = thread.descriptors->at(fd, thread.tid);
    if (!descriptor.is_socket()) {
        return std::nullopt;
    }
    const os::Fd copy = copy_descriptor(pidfd_of(thread), fd);
    if (!copy.is_open()) {
        return states_.remembered(descriptor.inode);
    }
    auto socket = states_.ask(copy.value(), asked);
    if (!socket) {
        thread.descriptors->forget(fd);
    }
    return socket;
}

/// It will sleep, so all is told of its socket.
void CallRecorder::complete(Thread& thread, record::CallBegin& begin) {
    const os::Fd copy = copy_descriptor(pidfd_of(thread), begin.fd);
    if (copy.is_open()) {
        states_.ask_rest(copy.value(), *begin.socket);
    }
}

void CallRecorder::add_made(Thread& thread, const OpenCall& call, record::CallEnd& end) {
    if (may_bring_descriptors(call)) {
        if (end.socket && end.socket->kind == record::SocketKind::Unix) {
            thread.descriptors->forget_all();
        }
        return;
    }
    const bool makes =
        call.kind == CallKind::Socket || call.kind == CallKind::Accept || call.kind == CallKind::Duplicate;
    if (!makes || end.result < 0) {
        return;
    }
    std::array<int, 2> fds{static_cast<int>(end.result), -1};
    if (call.row->number == SYS_socketpair) {
        fds = Memory{thread.tid}.value<std::array<int, 2>>(call.args[3]).value_or(std::array{-1, -1});
        thread.descriptors->forget(fds[1]);
        end.other = state(thread, fds[1]);
    }
    thread.descriptors->forget(fds[0]);
    end.made = state(thread, fds[0]);
}

void CallRecorder::note_bound(const Thread& thread, const record::Socket& socket) {
    constexpr std::size_t most_bound = 4096;
    if (bound_.size() >= most_bound) {
        bound_.clear();
    }
    if (socket.local) {
        const Process& process = *thread.process;
        bound_.insert_or_assign(socket.inode, Bound{*socket.local, process.pid, process.program->host});
    }
}

/// In the way of `wanted`, without the socket `own`.
std::vector<record::PortHolder> CallRecorder::all_holders_of(const base::Endpoint& wanted, const Thread& thread,
                                                             std::uint64_t own) const {
    auto holders = holders_of(wanted, Transport::Tcp, thread.tid);
    const auto is_listed = [&](std::uint64_t inode) {
        return std::ranges::find(holders, inode, &record::PortHolder::inode) != holders.end();
    };
    const auto is_open = [](pid_t pid, std::uint64_t inode) {
        const std::vector<OpenSocket> open = open_sockets(pid);
        return std::ranges::find(open, inode, &OpenSocket::inode) != open.end();
    };
    for (const auto& [inode, bound] : bound_) {
        if (bound.host == thread.process->program->host && are_in_each_others_way(bound.local, wanted) &&
            !is_listed(inode) && is_open(bound.pid, inode)) {
            holders.push_back({bound.local, "BOUND", inode, true});
        }
    }
    std::erase_if(holders, [own](const auto& holder) { return holder.inode == own; });
    return holders;
}

void CallRecorder::add_holders(Thread& thread, const OpenCall& call, record::CallEnd& end) {
    if (end.socket && end.socket->kind == record::SocketKind::Udp && call.kind == CallKind::Bind &&
        end.error == "EADDRINUSE") {
        const auto wanted = given_endpoint(thread, call);
        end.holders = wanted ? holders_of(*wanted, Transport::Udp, thread.tid) : std::vector<record::PortHolder>{};
        return;
    }
    if (!is_tcp(end.socket)) {
        return;
    }
    if (call.kind == CallKind::Bind && end.error.empty()) {
        note_bound(thread, *end.socket);
    } else if ((call.kind == CallKind::Bind || call.kind == CallKind::Listen) && end.error == "EADDRINUSE") {
        const auto wanted = call.kind == CallKind::Bind ? given_endpoint(thread, call) : end.socket->local;
        if (wanted && wanted->port != 0) {
            end.holders = all_holders_of(*wanted, thread, end.socket->inode);
        }
    } else if (call.kind == CallKind::Connect) {
        const auto wanted = given_endpoint(thread, call);
        if (wanted && end.error == "ECONNREFUSED") {
            end.holders = listeners_near(wanted->port, thread.tid);
        } else if (wanted && end.error == "EINPROGRESS") {
            connecting_.insert_or_assign(end.socket->inode, *wanted);
        }
    } else if (asks_for_error(call)) {
        const auto error = Memory{thread.tid}.value<int>(call.args[3]);
        const auto wanted = connecting_.extract(end.socket->inode);
        if (error == ECONNREFUSED && !wanted.empty()) {
            end.holders = listeners_near(wanted.mapped().port, thread.tid);
        }
    }
}

}  // namespace sockstep::calls
