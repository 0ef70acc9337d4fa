// tracer/calls/call_recorder.cpp - from the stops of a call to its CallBegin and CallEnd.
#include "calls/call_recorder.hpp"

#include <poll.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>

#include <algorithm>
#include <cerrno>
#include <ctime>
#include <iterator>
#include <utility>

#include "calls/names.hpp"
#include "os/clock.hpp"

namespace sockstep::calls {

namespace {

using record::CallKind;

Asked asked_before(CallKind kind) {
    return kind == CallKind::Send ? Asked::BeforeSend : kind == CallKind::Receive ? Asked::BeforeReceive : Asked::All;
}

bool is_ready(const record::CallBegin& begin, const record::Socket& socket) {
    switch (begin.kind) {
        case CallKind::Connect:
            return socket.state == "ESTABLISHED";  // it fails at once
        case CallKind::Send:
            return socket.failed || (socket.writable && begin.length <= socket.send_space.value_or(0));
        case CallKind::Receive:
            if (begin.waits_for_all && !socket.hung_up && !socket.failed) {
                return socket.receive_queue.value_or(0) >= begin.length;
            }
            return socket.readable || socket.hung_up || socket.failed;  // the last two: it fails at once, or says 0
        default:
            return socket.readable;
    }
}

/// What was there may be gone before the call comes to it: another thread or process takes it. A send that has room by
/// the octet may lack it for the bookkeeping of its segments.
bool may_sleep(const record::CallBegin& begin) {
    const bool is_small_send =
        begin.kind == CallKind::Send && begin.socket && begin.length <= begin.socket->send_space.value_or(0) / 4;
    const bool is_certain = is_small_send || begin.kind == CallKind::Connect;
    return begin.ready != true || !is_certain;
}

constexpr std::size_t most_awaited = 64;  // a server that waits for thousands, again and again, would fill the memory

std::vector<record::Awaited> as_awaited(CallKind kind, const std::vector<Watched>& all) {
    std::vector<record::Awaited> awaited;
    if (kind == CallKind::Wait && all.size() > most_awaited) {
        return awaited;
    }
    awaited.reserve(all.size());
    for (const Watched& each : all) {
        awaited.push_back(each.awaited);
    }
    return awaited;
}

/// A forked process has its parent's descriptors under the same numbers, so one look at each suffices. Of a program of
/// many processes none is looked at.
std::vector<int> other_holders(const Process& process, int fd, std::uint64_t inode) {
    constexpr std::size_t most_processes = 32;
    std::vector<int> holders;
    if (process.program->processes.size() <= most_processes) {
        std::ranges::copy_if(process.program->processes, std::back_inserter(holders),
                             [&](pid_t pid) { return pid != process.pid && ask_descriptor(pid, fd).inode == inode; });
    }
    return holders;
}

}  // namespace

bool CallRecorder::enter(Thread& thread) {
    const auto info = syscall_info(thread.tid);
    if (!info || info->op != PTRACE_SYSCALL_INFO_SECCOMP || info->seccomp.ret_data >= call_table().size()) {
        return false;
    }
    const Row& row = call_table()[info->seccomp.ret_data];
    const auto& args = info->seccomp.args;
    switch (row.subject) {
        case Subject::SignalAction:
            thread.process->actions.set(static_cast<int>(args[0]), Memory{thread.tid}, args[1]);
            return false;
        case Subject::OwnDescriptors:
            thread.descriptors = std::make_shared<Descriptors>(*thread.descriptors);
            return false;
        case Subject::Continuation: {
            const auto same_stack = [&](const OpenCall& call) { return call.stack == info->stack_pointer; };
            const auto found = std::ranges::find_if(thread.restarting, same_stack);
            return found != thread.restarting.end() && enter_call(thread, *found->row, *info);
        }
        default:
            return enter_call(thread, row, *info);
    }
}

bool CallRecorder::enter_call(Thread& thread, const Row& row, const __ptrace_syscall_info& info) {
    OpenCall call;
    call.row = &row;
    call.kind = row.kind;
    call.stack = info.stack_pointer;
    std::ranges::copy(info.seccomp.args, call.args.begin());
    const Memory memory{thread.tid};
    const CallView view{memory, call.args};
    const auto fd = subject(thread, call, view);
    if (!fd) {
        return false;
    }
    call.fd = *fd;
    return begin(thread, call, view);
}

bool CallRecorder::begin(Thread& thread, OpenCall& call, const CallView& view) {
    record::CallBegin begin;
    begin.program = thread.process->program->name;
    begin.host = thread.process->program->host;
    begin.pid = thread.process->pid;
    begin.tid = thread.tid;
    begin.name = call.row->name;
    begin.kind = call.kind;
    begin.fd = call.fd;
    if (call.row->begin != nullptr) {
        call.row->begin(view, begin);
    }
    if (call.kind == CallKind::Close && call.row->subject == Subject::NewDescriptor) {
        begin.arguments = {{"oldfd", std::int64_t{view.number(0)}}};
    }
    auto sets = as_arguments(call.row->subject, call.watched);
    const auto place = begin.arguments.begin() + (call.row->subject == Subject::Select ? 1 : 0);
    begin.arguments.insert(place, std::make_move_iterator(sets.begin()), std::make_move_iterator(sets.end()));
    look_at_other_end(thread, call, begin);
    if (begin.fd >= 0) {
        if (call.kind == CallKind::Connect) {
            states_.forget_addresses(thread.descriptors->at(begin.fd, thread.tid).inode);
        }
        begin.socket = state(thread, begin.fd, asked_before(call.kind));
        if (!begin.socket && call.row->subject != Subject::Epoll) {
            return false;  // it was a socket when it was asked last, and is none now
        }
    }
    if (call.kind == CallKind::Close && begin.socket) {
        begin.also_held_by = other_holders(*thread.process, begin.fd, begin.socket->inode);
    }
    const auto restarts = restarted(thread, call);
    begin.restarts = restarts == thread.restarting.end() ? 0 : restarts->id;
    call.kind = begin.kind;
    call.length = begin.length;
    call.discards = begin.discards && begin.socket && begin.socket->kind == record::SocketKind::Tcp;
    begin.awaited = as_awaited(call.kind, call.watched);
    judge_waiting(thread, call, begin);
    if (begin.ready == false && begin.socket && !begin.socket->send_queue) {
        complete(thread, begin);
    }
    begin.time = os::now();
    if (previews_) {
        previewed_ = std::move(begin);
        return true;
    }
    if (restarts != thread.restarting.end()) {
        thread.restarting.erase(restarts);
    }
    begin.id = ++last_id_;
    call.id = begin.id;
    call.time = begin.time;
    if (call.kind == CallKind::Close) {
        thread.descriptors->forget(call.fd);
    }
    thread.call = std::move(call);
    records_.emplace_back(std::move(begin));
    return true;
}

/// Of sendfile() the file says how much there is to send; of splice() the pipe, whether it sleeps for that.
void CallRecorder::look_at_other_end(Thread& thread, const OpenCall& call, record::CallBegin& begin) {
    if (call.row->subject == Subject::Sendfile) {
        if (auto rest = file_of_sendfile(thread, call)) {
            begin.length = std::min(begin.length, rest->octets);
            begin.data = rest->data.substr(0, static_cast<std::size_t>(begin.length));
        }
    } else if (call.row->subject == Subject::Splice) {
        const bool sends = call.kind == CallKind::Send;
        const os::Fd copy = copy_descriptor(pidfd_of(thread), static_cast<int>(call.args[sends ? 0 : 2]));
        begin.waits_elsewhere = begin.waits && copy.is_open() && pipe_is_waited_for(copy.value(), sends);
    }
}

/// What its file has from the place on where the call begins, or has ended.
std::optional<FileRest> CallRecorder::file_of_sendfile(Thread& thread, const OpenCall& call) {
    const os::Fd copy = copy_descriptor(pidfd_of(thread), static_cast<int>(call.args[1]));
    const auto offset = Memory{thread.tid}.value<std::int64_t>(call.args[2]);
    return copy.is_open() ? file_rest(copy.value(), offset) : std::nullopt;
}

/// Whether the call will sleep, as far as its arguments and its socket tell; and if so, how often it has by now.
void CallRecorder::judge_waiting(Thread& thread, OpenCall& call, record::CallBegin& begin) {
    if (call.kind == CallKind::Wait) {
        judge_wait_call(thread, call, begin);
    } else if (begin.socket) {
        const auto* identity = states_.identity(begin.socket->inode);
        const bool connects_at_once =
            call.kind == CallKind::Connect && identity != nullptr && identity->type == SOCK_DGRAM;
        const bool is_known = call.kind != CallKind::Connect || begin.socket->kind == record::SocketKind::Tcp;
        begin.waits = begin.waits && !begin.socket->nonblocking && !connects_at_once;
        if (begin.waits && is_known) {
            begin.ready = !begin.waits_elsewhere && is_ready(begin, *begin.socket);
        }
    }
    if (call.kind == CallKind::Close && begin.socket && begin.socket->linger.value_or(0) > 0) {
        begin.waits = begin.socket->kind == record::SocketKind::Tcp;  // whether it is the last descriptor shows later
    }
    if (begin.waits && may_sleep(begin)) {
        call.alone = thread.process->tids == 1 && !thread.stop_is_taken;
        call.switches = thread.switches.count(thread.tid, call.alone);
    }
}

void CallRecorder::judge_wait_call(Thread& thread, OpenCall& call, record::CallBegin& begin) {
    const bool is_epoll = call.row->subject == Subject::Epoll;
    const auto any = is_epoll ? epoll_is_ready(thread, call) : one_is_ready(thread, call);
    begin.awaited = as_awaited(call.kind, call.watched);
    if (begin.waits) {
        begin.ready = any;
    }
}

std::optional<bool> CallRecorder::one_is_ready(Thread& thread, OpenCall& call) {
    const bool complete = ask_readiness(call.watched, pidfd_of(thread));
    if (std::ranges::any_of(call.watched, &Watched::ready)) {
        return true;
    }
    return complete ? std::optional{false} : std::nullopt;
}

/// The instance itself knows best: with EPOLLET, a descriptor that is ready may have been told of already.
std::optional<bool> CallRecorder::epoll_is_ready(Thread& thread, OpenCall& call) {
    const os::Fd copy = copy_descriptor(pidfd_of(thread), static_cast<int>(call.args[0]));
    if (!copy.is_open()) {
        return std::nullopt;
    }
    pollfd asked{copy.value(), POLLIN, 0};
    if (::poll(&asked, 1, 0) != 1) {
        return false;
    }
    ask_readiness(call.watched, pidfd_of(thread));
    return true;
}

/// The call that begins anew with this one; the end if it is a new one.
std::vector<OpenCall>::const_iterator CallRecorder::restarted(const Thread& thread, const OpenCall& call) const {
    return std::ranges::find_if(thread.restarting, [&](const OpenCall& each) {
        return each.row == call.row && each.stack == call.stack && each.args == call.args;
    });
}

std::optional<record::CallBegin> CallRecorder::preview(Thread& thread) {
    previews_ = true;
    previewed_.reset();
    enter(thread);
    previews_ = false;
    return std::exchange(previewed_, {});
}

}  // namespace sockstep::calls
