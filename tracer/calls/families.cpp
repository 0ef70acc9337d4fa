// tracer/calls/families.cpp - processes and threads as they are made, become other programs, and end.
#include <fmt/format.h>
#include <linux/kcmp.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <fstream>
#include <string>
#include <string_view>
#include <utility>

#include "base/words.hpp"
#include "calls/names.hpp"
#include "calls/threads.hpp"

namespace sockstep::calls {

namespace {

bool is_thread_of(pid_t tid, pid_t pid) {
    return ::syscall(SYS_tgkill, pid, tid, 0) == 0;
}

/// Where kcmp is refused (a kernel without it, a seccomp filter) it is as nearly always: threads of a process share
/// their descriptors, and processes do not.
bool same_descriptors(pid_t one, pid_t other, pid_t process_of_one) {
    const auto order = ::syscall(SYS_kcmp, one, other, KCMP_FILES, 0, 0);
    return order == 0 || (order < 0 && is_thread_of(other, process_of_one));
}

os::Fd open_pidfd(pid_t pid) {
    return os::Fd{static_cast<int>(::syscall(SYS_pidfd_open, pid, 0))};
}

std::string executable(pid_t pid) {
    std::array<char, 4096> path{};
    const ssize_t length = ::readlink(fmt::format("/proc/{}/exe", pid).c_str(), path.data(), path.size());
    return {path.data(), length > 0 ? static_cast<std::size_t>(length) : 0};
}

/// The process that `tid` is a thread of, and the one that made that process, or that took it in; 0: it has ended.
struct Family {
    pid_t process = 0;
    pid_t parent = 0;
};

Family family_of(pid_t tid) {
    Family family;
    std::ifstream file{fmt::format("/proc/{}/status", tid)};
    for (std::string line; std::getline(file, line);) {
        std::string_view text = line;
        const std::string_view key = base::next_word(text);
        if (key == "Tgid:") {
            family.process = base::number_in<pid_t>(base::next_word(text)).value_or(0);
        } else if (key == "PPid:") {
            family.parent = base::number_in<pid_t>(base::next_word(text)).value_or(0);
            break;
        }
    }
    return family;
}

}  // namespace

void Tracer::Threads::at_fork(Thread& thread) {
    if (const auto message = event_message(thread.tid)) {
        adopt(static_cast<pid_t>(*message), thread);
    }
    resume(thread.tid);
}

/// A thread other than the first may call execve(): then all others end, and it takes the first one's id.
void Tracer::Threads::at_exec(pid_t pid) {
    const auto former = static_cast<pid_t>(event_message(pid).value_or(static_cast<unsigned long>(pid)));
    if (former != pid && find(former) != nullptr) {
        if (Thread* first = find(pid)) {
            end_hold(*first);
            if (!first->exiting) {
                calls_.end_in_call(*first, 0, time_);
                record(Change::ThreadExit, *first);
            }
            --first->process->tids;
            threads_.erase(pid);
        }
        auto node = threads_.extract(former);
        node.key() = pid;
        node.mapped().tid = pid;
        node.mapped().switches = {};
        node.mapped().pidfd = {};
        threads_.insert(std::move(node));
    }
    Thread* thread = find(pid);
    if (thread == nullptr) {
        early_.insert(pid);
        return;
    }
    thread->descriptors = std::make_shared<Descriptors>();
    thread->restarting.clear();
    thread->process->threads = 1;
    thread->process->first_thread_ended = false;
    thread->process->actions.reset();
    record::Process change;
    change.change = Change::Exec;
    change.detail = executable(pid);
    record(change, *thread->process, pid);
    if (is_foreign(pid)) {
        calls_.note_foreign(*thread, change.detail);
    }
    resume(pid);
}

void Tracer::Threads::at_exiting(Thread& thread) {
    end_hold(thread);
    const int status = static_cast<int>(event_message(thread.tid).value_or(0));
    calls_.end_in_call(thread, WIFSIGNALED(status) ? WTERMSIG(status) : 0, time_);
    thread.exiting = true;
    if (--thread.process->threads == 0) {
        record::Process change;
        change.change = Change::Exiting;
        for (const OpenSocket& each : open_sockets(thread.tid)) {
            change.sockets.push_back(each.inode);
        }
        record(std::move(change), *thread.process, thread.tid);
    } else {
        thread.process->first_thread_ended |= thread.tid == thread.process->pid;
        record(Change::ThreadExit, thread);
    }
    resume(thread.tid);
}

void Tracer::Threads::ended(Thread& thread, const Stop& stop) {
    end_hold(thread);
    const pid_t tid = thread.tid;
    Process& process = *thread.process;
    const bool is_process = tid == process.pid;
    calls_.end_in_call(thread, stop.signal, time_);
    if (is_process || stop.kind == Stop::Kind::Killed) {
        adopt_orphans(thread);  // who ends by itself has told of all it made, or is about to
    }
    if (!thread.exiting) {
        --process.threads;
        if (!is_process) {
            record(Change::ThreadExit, thread);
        }
    }
    if (is_process) {
        record::Process change;
        change.change = Change::Exit;
        change.status = stop.code;
        change.signal = stop.signal != 0 ? signal_name(stop.signal) : "";
        record(std::move(change), process, tid);
        if (process.program->first == tid) {
            process.program->ended = Ended{stop.code, stop.signal};
        }
    }
    --process.tids;
    threads_.erase(tid);
    if (is_process) {
        std::erase(process.program->processes, tid);
        processes_.erase(tid);
    }
}

Thread& Tracer::Threads::add_thread(pid_t tid, Process& process) {
    Thread& thread = threads_[tid];
    thread.tid = tid;
    thread.process = &process;
    ++process.threads;
    ++process.tids;
    return thread;
}

Process& Tracer::Threads::add_process(pid_t pid, Program& program, pid_t parent) {
    auto& place = processes_[pid];
    place = std::make_unique<Process>();
    place->pid = pid;
    place->program = &program;
    place->pidfd = open_pidfd(pid);
    program.processes.push_back(pid);
    record::Process change;
    change.change = Change::Start;
    change.parent = parent;
    record(std::move(change), *place, pid);
    return *place;
}

/// Takes in a thread or a process that `creator` has made. Its own first stop may have come already.
void Tracer::Threads::adopt(pid_t tid, Thread& creator) {
    if (find(tid) != nullptr) {
        return;
    }
    Process& parent = *creator.process;
    const bool shares = same_descriptors(creator.tid, tid, parent.pid);
    auto descriptors = shares ? creator.descriptors : std::make_shared<Descriptors>(*creator.descriptors);
    if (is_thread_of(tid, parent.pid)) {
        Thread& thread = add_thread(tid, parent);
        thread.descriptors = std::move(descriptors);
        record(Change::ThreadStart, thread);
    } else {
        Process& child = add_process(tid, *parent.program, parent.pid);
        child.actions = parent.actions;
        add_thread(tid, child).descriptors = std::move(descriptors);
    }
    if (early_.erase(tid) != 0) {
        resume(tid);
    }
}

/// A thread that is killed while it makes another one never tells of it. What it made is a thread of its process, a
/// child of its process, or, if that has ended, a child of somebody whom we do not trace.
void Tracer::Threads::adopt_orphans(Thread& creator) {
    const std::unordered_set<pid_t> orphans = early_;
    for (const pid_t tid : orphans) {
        const Family family = family_of(tid);
        const bool is_process =
            family.process == tid;  // otherwise a thread, perhaps of another process that still tells
        const bool is_ours = is_process ? family.parent == creator.process->pid || !processes_.contains(family.parent)
                                        : family.process == creator.process->pid;
        if (is_ours) {
            adopt(tid, creator);
        }
    }
}

}  // namespace sockstep::calls
