// tracer/findings/run.hpp - a timeline, sorted by what rules ask for: sockets, threads, processes.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/ip_address.hpp"
#include "base/timestamp.hpp"
#include "correlate/timeline.hpp"
#include "findings/findings.hpp"

namespace sockstep::findings {

using correlate::Call;
using correlate::Segment;
using record::CallKind;

/// A process had a descriptor of a socket, from one moment to another.
struct Holding {
    int pid = 0;
    base::Timestamp from{};
    std::optional<base::Timestamp> until{};  // absent: it still has it
    bool closed = false;                     // it ended by a call, not with the process
};

/// A TCP socket and all that programs did with it: a listener, or one end of a connection.
struct End {
    std::uint64_t socket = 0;  // its inode
    std::string program{};     // that made it
    std::optional<base::Endpoint> local{};
    std::optional<base::Endpoint> peer{};
    std::uint64_t connection = 0;      // id; 0: it was not captured
    std::optional<tcp::Side> side{};   // of `connection`
    std::vector<const Call*> calls{};  // with a descriptor of it, in the order in which they began; without those that
                                       // receive beside its stream
    std::vector<const Call*> options{};  // those of them that set one, and not to 0, which turns options off
    const Call* made_by = nullptr;       // socket or accept
    const Call* listens = nullptr;       // the listen call that succeeded
    const End* other = nullptr;          // the connection's other end, if its program is traced too
    std::vector<Holding> holders{};      // in the order in which they got it

    /// The call of the same kind as `sleeper`, of another socket, that went on when `sleeper` ended, and did not end
    /// earlier.
    const Call* outlasting(const Call& sleeper) const;
    /// Bytes that its program has handed over, or has taken, by `time`; absent if a call's bytes are not known.
    std::optional<std::int64_t> sent_by(base::Timestamp time) const;
    std::optional<std::int64_t> received_by(base::Timestamp time) const;
    /// SO_LINGER, say, was set for it, and not to 0.
    bool has_option(std::string_view option) const;
    /// When its last descriptor was given up; absent if that was not seen.
    std::optional<base::Timestamp> given_up() const;
    std::vector<int> holders_at(base::Timestamp time) const;
    /// A connection to `wanted` is one to this listener: by its address, or by the wildcard.
    bool listens_at(const base::Endpoint& wanted) const;
};

/// A thread, from its beginning to its end.
struct Thread {
    int pid = 0;
    int tid = 0;
    base::Timestamp from{};
    std::optional<base::Timestamp> until{};
    std::vector<const Call*> calls{};  // in the order in which they began
};

struct ProcessLife {
    std::string program{};
    base::Timestamp from{};
    std::optional<base::Timestamp> exiting{};
    std::vector<std::uint64_t> sockets{};          // that it still had when it decided to end
    std::optional<int> status{};                   // how it ended, if no signal did it
    std::string signal{};                          // what ended it
    std::string last_signal{};                     // the last one that was delivered to it
    std::optional<base::Timestamp> told_to_end{};  // by sockstep, because the run is over
};

/// Views its timeline, which lives longer.
class Run {
public:
    Run(const correlate::Timeline& timeline, Network network);
    Run(const Run&) = delete;
    Run& operator=(const Run&) = delete;

    const correlate::Timeline& timeline() const { return timeline_; }
    Network network() const { return network_; }
    const std::deque<End>& ends() const { return ends_; }
    const std::map<int, Thread>& threads() const { return threads_; }
    const std::map<int, ProcessLife>& processes() const { return processes_; }

    const End* end_of(const Call& call) const;  // of the call's socket; null if it has none, or no TCP socket
    const End* end_of(std::uint64_t socket) const;
    const ProcessLife* process(int pid) const;
    /// The thread's calls after `call`, the nearest first.
    std::vector<const Call*> later_of_thread(const Call& call) const;
    const Call* next_of_thread(const Call& call) const;
    /// The process has exactly one thread at `time`.
    bool is_single_thread(int pid, base::Timestamp time) const;
    /// It slept and nobody woke it: it goes on, or it was the run's end that ended it.
    bool slept_to_the_end(const Call& call) const;
    /// The program did nothing more on its own after `call`: it goes on, or sockstep told it to end before its thread
    /// made another call.
    bool ended_with_the_run(const Call& call) const;
    /// `call`'s thread is the only one, of all processes, that could use the socket at `time`.
    bool only_thread_can_use(const End& end, const Call& call, base::Timestamp time) const;

private:
    void add_begin(const Call& call);
    void add_end(const Call& call);
    void add_process(const record::Process& process);
    End& end(const record::Socket& socket, const Call& call);
    void learn(End& end, const Call& call, const record::Socket& socket);
    void hold(int pid, int fd, std::uint64_t socket, base::Timestamp time);
    void give_up(int pid, int fd, base::Timestamp time, bool closed);
    void close(const Call& call);
    void pair_ends();
    Thread& thread(int pid, int tid, base::Timestamp time);

    const correlate::Timeline& timeline_;
    Network network_;
    std::deque<End> ends_;
    std::map<std::uint64_t, End*> by_socket_;
    std::map<int, Thread> threads_;  // by tid
    std::map<int, ProcessLife> processes_;
    std::map<int, std::map<int, std::uint64_t>> descriptors_;  // pid, fd: socket
};

// What is asked of single calls.

inline bool succeeded(const Call& call) {
    return call.returned() && call.end->result >= 0;
}
inline bool failed_with(const Call& call, std::string_view error) {
    return call.returned() && call.end->result < 0 && call.end->error == error;
}
inline bool would_block(const Call& call) {
    return failed_with(call, "EAGAIN") || failed_with(call, "EWOULDBLOCK");
}
inline bool is(const Call& call, CallKind kind) {
    return call.begin.kind == kind;
}
inline base::Timestamp began(const Call& call) {
    return call.begin.time;
}
/// When it ended; of one that has not, the end of all times.
inline base::Timestamp ended(const Call& call) {
    return call.end ? call.end->time : base::Timestamp::max();
}
/// The first of an end's calls that began after `call` had returned.
std::vector<const Call*>::const_iterator first_after(const End& end, const Call& call);
/// Octets that it moved.
std::int64_t moved(const Call& call);
/// One of its arguments says so: "SO_LINGER".
bool mentions(const Call& call, std::string_view text);
/// The value of its argument of that name, if it is a number.
std::optional<std::int64_t> number_in(const Call& call, std::string_view argument);

}  // namespace sockstep::findings
