// tracer/calls/call_recorder.hpp - a thread at the beginning and at the end of a call: to records.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/timestamp.hpp"
#include "calls/other_end.hpp"
#include "calls/ptrace.hpp"
#include "calls/socket_state.hpp"
#include "calls/traced.hpp"
#include "record/event.hpp"

namespace sockstep::calls {

class CallRecorder {
public:
    explicit CallRecorder(std::function<void(const WaitsForInput&)> waits_for_input)
        : waits_for_input_{std::move(waits_for_input)} {}

    /// The thread stands at the entry of a call. Returns true if its exit must be seen too: `thread.call` is open.
    bool enter(Thread& thread);

    /// What enter() would record of the call; nothing changes, and it can be entered afterwards.
    std::optional<record::CallBegin> preview(Thread& thread);

    /// The state of a program's socket, of which `copy` is a copy.
    std::optional<record::Socket> ask(int copy) { return states_.ask(copy); }

    /// The thread stands at the exit of `thread.call`. A call that a signal has interrupted stays open until it shows
    /// what becomes of it.
    void leave(Thread& thread, base::Timestamp time);

    /// `signal` will be delivered to a thread whose call was interrupted.
    void signal_comes(Thread& thread, int signal, base::Timestamp time);

    /// The thread stands at the entry of the call that only ignored signals have interrupted: it goes on.
    bool goes_on(Thread& thread);

    /// The thread has gone on after a call was interrupted: the program saw EINTR, or the kernel begins it anew.
    void settle(Thread& thread, base::Timestamp time);

    /// The thread ends in its call, if it is in one; `signal` killed it, or 0.
    void end_in_call(Thread& thread, int signal, base::Timestamp time);

    /// The program that the process has become makes calls that are not followed: a 32-bit one.
    void note_foreign(const Thread& thread, const std::string& executable);

    /// What was recorded since it was asked last.
    std::vector<record::Event>& records() { return records_; }

private:
    bool enter_call(Thread& thread, const Row& row, const __ptrace_syscall_info& info);
    std::optional<int> subject(Thread& thread, OpenCall& call, const CallView& view);
    std::optional<int> descriptor_subject(Thread& thread, const OpenCall& call);
    std::optional<int> new_descriptor_subject(Thread& thread, OpenCall& call);
    std::optional<int> splice_subject(Thread& thread, OpenCall& call);
    std::optional<int> range_subject(Thread& thread, OpenCall& call);
    std::optional<int> wait_subject(Thread& thread, OpenCall& call, const CallView& view);
    bool begin(Thread& thread, OpenCall& call, const CallView& view);
    void judge_waiting(Thread& thread, OpenCall& call, record::CallBegin& begin);
    void judge_wait_call(Thread& thread, OpenCall& call, record::CallBegin& begin);
    std::optional<bool> one_is_ready(Thread& thread, OpenCall& call);
    std::optional<bool> epoll_is_ready(Thread& thread, OpenCall& call);
    void look_at_other_end(Thread& thread, const OpenCall& call, record::CallBegin& begin);
    std::optional<FileRest> file_of_sendfile(Thread& thread, const OpenCall& call);
    static void undo_interruption(Thread& thread, base::Timestamp time);
    std::vector<OpenCall>::const_iterator restarted(const Thread& thread, const OpenCall& call) const;

    void finish(Thread& thread, record::CallEnd end, base::Timestamp time);
    void add_made(Thread& thread, const OpenCall& call, record::CallEnd& end);
    void add_holders(Thread& thread, const OpenCall& call, record::CallEnd& end);
    void note_bound(const Thread& thread, const record::Socket& socket);
    std::vector<record::PortHolder> all_holders_of(const base::Endpoint& wanted, const Thread& thread,
                                                   std::uint64_t own) const;

    int pidfd_of(Thread& thread);
    std::optional<record::Socket> state(Thread& thread, int fd, Asked asked = Asked::All);
    void complete(Thread& thread, record::CallBegin& begin);

    bool is_input(const Thread& thread, dev_t terminal) const;
    void read_of_terminal(Thread& thread, const OpenCall& call, const Descriptor& descriptor);
    void tell_of_waiting(const Thread& thread);
    void wait_for_terminal(Thread& thread, OpenCall& call, const CallView& view);

    std::function<void(const WaitsForInput&)> waits_for_input_;
    std::vector<record::Event> records_;
    SocketStates states_;
    std::unordered_map<std::uint64_t, base::Endpoint> connecting_;  // where non-blocking connects went, by inode
    /// Sockets that a bind has given a name. Only their programs can tell of them while they do not listen.
    struct Bound {
        base::Endpoint local;
        pid_t pid = 0;
        std::string host;
    };
    std::unordered_map<std::uint64_t, Bound> bound_;  // by inode
    std::uint64_t last_id_ = 0;
    bool previews_ = false;
    std::optional<record::CallBegin> previewed_;
};

}  // namespace sockstep::calls
