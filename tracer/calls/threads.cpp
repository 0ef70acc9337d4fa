// tracer/calls/threads.cpp - what each kind of stop means.
#include "calls/threads.hpp"

#include <fmt/format.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <utility>

#include "calls/filter.hpp"
#include "calls/launch.hpp"
#include "calls/names.hpp"
#include "os/clock.hpp"

namespace sockstep::calls {

namespace {

constexpr std::size_t most_stops = 256;  // at once: the caller has other things to do

/// Noise: signals that the C library or a language's runtime sends to its own threads, or the kernel to every parent.
bool is_worth_telling(int signal) {
    constexpr int first_internal = 32;  // glibc's SIGCANCEL, SIGSETXID and musl's SIGTIMER ... lie below SIGRTMIN
    const bool internal = signal >= first_internal && signal < SIGRTMIN;
    return !internal && signal != SIGCHLD && signal != SIGURG && signal != SIGWINCH && signal != SIGCONT;
}

}  // namespace

Tracer::Threads::Threads(TracerEvents events)
    : events_{std::move(events)},
      calls_{[this](const WaitsForInput& waits) {
          if (events_.waits_for_input) {
              events_.waits_for_input(waits);
          }
      }},
      filter_{make_filter()} {}

Tracer::Threads::~Threads() {
    events_ = {};
    for (const auto& [pid, process] : processes_) {
        ::kill(pid, SIGKILL);
    }
    for (const pid_t tid : early_) {
        ::kill(tid, SIGKILL);
    }
    int status = 0;
    while (!threads_.empty() || !early_.empty()) {
        const pid_t tid = ::waitpid(-1, &status, __WALL);
        if (tid == -1 && errno != EINTR) {
            break;
        }
        const Stop stop = Stop::from_wait(tid, status);
        if (stop.kind == Stop::Kind::Exited || stop.kind == Stop::Kind::Killed) {
            threads_.erase(tid);
            early_.erase(tid);
        } else if (tid > 0) {
            ::kill(tid, SIGKILL);  // one that was just forked
            resume(tid);
        }
    }
}

pid_t Tracer::Threads::launch(const Launch& what) {
    auto program = std::make_unique<Program>();
    program->name = what.name;
    program->host = what.host;
    program->controlling_terminal = what.controlling_terminal;
    struct stat input {};
    if (::isatty(what.input) == 1 && ::fstat(what.input, &input) == 0) {
        program->terminal = input.st_rdev;
    }
    const pid_t pid = launch_stopped(what, filter_, program->session);
    time_ = os::now();
    program->first = pid;
    Process& process = add_process(pid, *program, 0);
    programs_.push_back(std::move(program));
    add_thread(pid, process).descriptors = std::make_shared<Descriptors>();
    at_exec(pid);
    hand_over_records();
    return pid;
}

std::size_t Tracer::Threads::handle_stops(std::chrono::milliseconds patience) {
    std::size_t count = 0;
    std::optional<os::Alarm> alarm;
    time_ = os::now();
    for (const auto end = time_ + patience; count < most_stops && (time_ < end || patience.count() == 0); ++count) {
        const bool may_wait = patience.count() > 0 && pace_.is_quick();
        const auto stop = may_wait ? wait_for_next_stop(alarm, patience) : next_stop();
        if (!stop) {
            return count;
        }
        if (events_.stopped && stop->kind != Stop::Kind::CallExit) {  // within a call nothing is printed
            events_.stopped();
        }
        time_ = os::now();
        pace_.stop_at(time_);
        handle(*stop);
        hand_over_records();
    }
    ::kill(::getpid(), SIGCHLD);  // those of which the signal came already still wait
    return count;
}

std::optional<Stop> Tracer::Threads::next_stop() {
    while (const auto seen = waiting_stop()) {
        if (const auto stop = taken(*seen)) {
            return stop;
        }
    }
    return std::nullopt;
}

std::optional<Stop> Tracer::Threads::wait_for_next_stop(std::optional<os::Alarm>& alarm,
                                                        std::chrono::milliseconds patience) {
    if (vigil_.is_worthwhile()) {
        if (const auto stop = next_stop_awake()) {
            return stop;
        }
    }
    if (!alarm) {
        alarm.emplace(patience);
    }
    if (const auto seen = wait_for_stop()) {
        return taken(*seen);
    }
    pace_.none_came();
    return std::nullopt;
}

std::optional<Stop> Tracer::Threads::next_stop_awake() {
    using Clock = std::chrono::steady_clock;
    auto stop = next_stop();
    if (stop) {
        return stop;
    }
    for (const auto end = Clock::now() + Vigil::longest; !stop && Clock::now() < end;) {
        stop = next_stop();
    }
    vigil_.came(stop.has_value());
    return stop;
}

/// Absent: it is over.
std::optional<Stop> Tracer::Threads::taken(const Stop& seen) {
    return seen.is_of_call() && find(seen.tid) != nullptr ? std::optional{seen} : take_stop(seen.tid);
}

void Tracer::Threads::handle(const Stop& stop) {
    Thread* thread = find(stop.tid);
    if (stop.kind == Stop::Kind::Exec) {
        at_exec(stop.tid);
        return;
    }
    if (thread == nullptr) {
        const bool gone = stop.kind == Stop::Kind::Exited || stop.kind == Stop::Kind::Killed;
        if (gone) {
            early_.erase(stop.tid);
        } else {
            early_.insert(stop.tid);
        }
        return;
    }
    switch (stop.kind) {
        case Stop::Kind::Exited:
        case Stop::Kind::Killed:
            ended(*thread, stop);
            return;
        case Stop::Kind::CallEntry:
            at_entry(*thread);
            return;
        case Stop::Kind::CallExit:
            at_exit(*thread);
            return;
        case Stop::Kind::Fork:
            at_fork(*thread);
            return;
        case Stop::Kind::Exiting:
            at_exiting(*thread);
            return;
        case Stop::Kind::Group:
            at_group_stop(*thread, stop.signal);
            return;
        case Stop::Kind::Trap:
            at_trap(*thread);
            return;
        case Stop::Kind::Signal:
            at_signal(*thread, stop.signal);
            return;
        case Stop::Kind::Exec:
        case Stop::Kind::Other:
            resume(stop.tid);
    }
}

void Tracer::Threads::at_entry(Thread& thread) {
    if (thread.call && calls_.goes_on(thread)) {
        resume_until_exit(thread.tid);
        return;
    }
    if (thread.call) {
        calls_.settle(thread, time_);  // it was interrupted, and this is what comes after
    }
    if (!holds(thread)) {
        begin_call(thread);
    }
}

bool Tracer::Threads::holds(Thread& thread) {
    if (!events_.holds) {
        return false;
    }
    const auto call = calls_.preview(thread);
    thread.held = call && events_.holds(++holds_, *call) ? holds_ : 0;
    if (thread.held != 0) {
        take_stop(thread.tid);  // while it lasts it would be seen again and again, and no other behind it
        thread.stop_is_taken = true;
    }
    return thread.held != 0;
}

void Tracer::Threads::begin_call(Thread& thread) {
    const bool is_recorded = calls_.enter(thread);
    thread.stop_is_taken = false;
    if (is_recorded) {
        resume_until_exit(thread.tid);
    } else {
        resume(thread.tid);
    }
}

bool Tracer::Threads::release(std::uint64_t hold) {
    for (auto& [tid, thread] : threads_) {
        if (thread.held == hold && hold != 0) {
            thread.held = 0;
            time_ = os::now();
            begin_call(thread);
            hand_over_records();
            return true;
        }
    }
    return false;
}

/// The thread was killed while it was held.
void Tracer::Threads::end_hold(Thread& thread) {
    const std::uint64_t hold = std::exchange(thread.held, 0);
    if (hold != 0 && events_.hold_ended) {
        events_.hold_ended(hold);
    }
}

void Tracer::Threads::at_exit(Thread& thread) {
    calls_.leave(thread, time_);
    resume(thread.tid);
}

void Tracer::Threads::at_signal(Thread& thread, int signal) {
    if (is_worth_telling(signal) && !thread.process->actions.ignores(signal)) {
        record::Process change;
        change.change = Change::Signal;
        change.signal = signal_name(signal);
        change.by_sockstep = sender_of_signal(thread.tid) == ::getpid();
        record(std::move(change), *thread.process, thread.tid);
    }
    if (thread.call && thread.call->interrupted != 0) {
        calls_.signal_comes(thread, signal, time_);
    }
    thread.process->actions.delivered(signal);
    resume(thread.tid, signal);
}

void Tracer::Threads::at_group_stop(Thread& thread, int signal) {
    thread.listening = true;
    if (!thread.process->stopped) {
        thread.process->stopped = true;
        record::Process change;
        change.change = Change::Stopped;
        change.signal = signal_name(signal);
        record(std::move(change), *thread.process, thread.tid);
    }
    stay_stopped(thread.tid);
}

void Tracer::Threads::at_trap(Thread& thread) {
    if (thread.listening && thread.process->stopped) {
        thread.process->stopped = false;
        record(Change::Continued, thread);
    }
    thread.listening = false;
    resume(thread.tid);
}

Thread* Tracer::Threads::find(pid_t tid) {
    const auto found = threads_.find(tid);
    return found == threads_.end() ? nullptr : &found->second;
}

void Tracer::Threads::record(record::Process change, const Process& process, pid_t tid) {
    change.time = os::now();
    change.host = process.program->host;
    change.program = process.program->name;
    change.pid = process.pid;
    change.tid = tid;
    calls_.records().emplace_back(std::move(change));
}

void Tracer::Threads::record(Change change, const Thread& thread) {
    record::Process process;
    process.change = change;
    record(std::move(process), *thread.process, thread.tid);
}

void Tracer::Threads::hand_over_records() {
    std::vector<record::Event> records = std::move(calls_.records());
    calls_.records().clear();
    if (events_.record) {
        for (record::Event& each : records) {
            events_.record(std::move(each));
        }
    }
}

}  // namespace sockstep::calls
