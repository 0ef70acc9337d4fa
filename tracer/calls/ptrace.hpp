// tracer/calls/ptrace.hpp - ptrace(2) requests, typed. A thread may vanish before any of them.
#pragma once

#include <sys/ptrace.h>
#include <sys/types.h>

#include <array>
#include <cstdint>
#include <optional>

namespace sockstep::calls {

/// What waitpid() told of a thread. Source: ptrace(2), "Stopped states"
struct Stop {
    enum class Kind : std::uint8_t {
        Exited,     // it has ended: `code` is its exit status
        Killed,     // it has ended: by `signal`
        CallEntry,  // the seccomp filter stopped it
        CallExit,
        Fork,     // fork, vfork or clone: event_message() is the new thread
        Exec,     // event_message() is the id that the thread had before
        Exiting,  // it will end: event_message() is the wait status that it will have
        Group,    // a stopping signal has stopped its process
        Trap,     // of a new thread, or one that was stopped goes on
        Signal,   // `signal` will be delivered
        Other,
    };
    pid_t tid = 0;
    Kind kind = Kind::Other;
    int code = 0;
    int signal = 0;

    static Stop from_wait(pid_t tid, int status);

    /// The stops of a call are over when the thread goes on; all others must be taken, or are told again.
    bool is_of_call() const { return kind == Kind::CallEntry || kind == Kind::CallExit; }
};

/// A stop of any thread that waits to be taken; absent: there is none.
std::optional<Stop> waiting_stop();
/// Blocks: until there is one, or a signal comes.
std::optional<Stop> wait_for_stop();
/// Takes the stop of a thread. Absent: it is over.
std::optional<Stop> take_stop(pid_t tid);

/// Lets a thread go on, delivering `signal`. What it does afterwards shows whether it was still there.
void resume(pid_t tid, int signal = 0);
/// ... until the end of the system call that it is about to make.
void resume_until_exit(pid_t tid);
/// The thread stays stopped as its process is, until that is continued.
void stay_stopped(pid_t tid);

std::optional<unsigned long> event_message(pid_t tid);
/// Where in a system call it is, and the call's number, arguments or result. Source: PTRACE_GET_SYSCALL_INFO
/// The process that has sent the signal at which the thread is stopped; 0: the kernel, or it is not known.
pid_t sender_of_signal(pid_t tid);

std::optional<__ptrace_syscall_info> syscall_info(pid_t tid);

/// At a signal-delivery stop: makes the thread call `number` with `arguments` again, as the kernel does it itself for
/// calls that it restarts. REQUIRES: it has just returned from that call.
void call_again(pid_t tid, int number, const std::array<std::uint64_t, 6>& arguments);

/// Is it a program of another architecture, a 32-bit one? REQUIRES: it is stopped.
bool is_foreign(pid_t tid);

}  // namespace sockstep::calls
