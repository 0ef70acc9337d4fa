// tracer/calls/threads.hpp - the stop machine: each stop of each thread, and how the thread goes on.
#pragma once

#include <linux/filter.h>

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "calls/call_recorder.hpp"
#include "calls/pace.hpp"
#include "calls/ptrace.hpp"
#include "calls/traced.hpp"
#include "calls/tracer.hpp"
#include "os/alarm.hpp"

namespace sockstep::calls {

class Tracer::Threads {
public:
    explicit Threads(TracerEvents events);
    ~Threads();
    Threads(const Threads&) = delete;
    Threads& operator=(const Threads&) = delete;

    pid_t launch(const Launch& what);
    std::size_t handle_stops(std::chrono::milliseconds patience);

    std::vector<pid_t> living(const std::string& name) const;
    bool is_quiet(const std::string& name) const;
    bool release(std::uint64_t hold);
    std::vector<OpenSocketState> sockets(const std::string& name);
    std::optional<Ended> ended(const std::string& name) const;
    void send_signal(const std::string& name, int signal);

private:
    using Change = record::ProcessChange;

    std::optional<Stop> next_stop();
    std::optional<Stop> next_stop_awake();
    std::optional<Stop> wait_for_next_stop(std::optional<os::Alarm>& alarm, std::chrono::milliseconds patience);
    std::optional<Stop> taken(const Stop& seen);
    void handle(const Stop& stop);
    void at_entry(Thread& thread);
    bool holds(Thread& thread);
    void begin_call(Thread& thread);
    void end_hold(Thread& thread);
    void at_exit(Thread& thread);
    void at_signal(Thread& thread, int signal);
    void at_fork(Thread& thread);
    void at_exec(pid_t pid);
    void at_exiting(Thread& thread);
    void at_group_stop(Thread& thread, int signal);
    void at_trap(Thread& thread);
    void ended(Thread& thread, const Stop& stop);

    Thread* find(pid_t tid);
    Thread& add_thread(pid_t tid, Process& process);
    Process& add_process(pid_t pid, Program& program, pid_t parent);
    void adopt(pid_t tid, Thread& creator);
    void adopt_orphans(Thread& creator);
    void record(record::Process change, const Process& process, pid_t tid);
    void record(Change change, const Thread& thread);
    void hand_over_records();

    TracerEvents events_;
    CallRecorder calls_;
    std::vector<sock_filter> filter_;
    std::vector<std::unique_ptr<Program>> programs_;
    std::unordered_map<pid_t, std::unique_ptr<Process>> processes_;
    std::unordered_map<pid_t, Thread> threads_;
    std::uint64_t holds_ = 0;          // how many there were
    std::unordered_set<pid_t> early_;  // stopped, but the stop of the thread that made them has not come yet
    base::Timestamp time_{};           // of the stop that is handled
    Pace pace_;
    Vigil vigil_;
};

}  // namespace sockstep::calls
