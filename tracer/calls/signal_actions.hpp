// tracer/calls/signal_actions.hpp - what becomes of a system call that a signal interrupts.
#pragma once

#include <cstdint>

#include "calls/memory.hpp"

namespace sockstep::calls {

/// What a system call returns inside the kernel when a signal came while it slept; a program never sees these.
/// Source: include/linux/errno.h of the kernel
enum class RestartCode : std::uint16_t {
    System = 512,        // ERESTARTSYS: begins anew, unless a handler without SA_RESTART ran
    NoInterrupt = 513,   // ERESTARTNOINTR: begins anew
    NoHandler = 514,     // ERESTARTNOHAND: begins anew, unless a handler ran
    Continuation = 516,  // ERESTART_RESTARTBLOCK: goes on through restart_syscall, unless a handler ran
};

/// The handlers of a process. A child inherits its parent's. Source: signal(7)
class SignalActions {
public:
    /// The program calls rt_sigaction: `action` is the address of the new one.
    void set(int signal, const Memory& memory, std::uint64_t action);
    /// execve(2): what was caught has its default action again; what was ignored stays so.
    void reset() { caught_ = 0; }

    /// A handler of `signal` begins to run: with SA_RESETHAND it is the last time.
    void delivered(int signal) { caught_ &= ~(once_ & bit(signal)); }

    bool catches(int signal) const { return (caught_ & bit(signal)) != 0; }
    bool ignores(int signal) const;
    /// A handler of `signal` will run: does the call that returned `code` begin anew after it?
    bool restarts(int signal, RestartCode code) const;

private:
    static constexpr std::uint64_t bit(int signal) { return std::uint64_t{1} << static_cast<unsigned>(signal - 1); }

    std::uint64_t caught_ = 0;
    std::uint64_t ignored_ = 0;
    std::uint64_t restart_ = 0;  // of those caught: with SA_RESTART
    std::uint64_t once_ = 0;     // ... with SA_RESETHAND
};

}  // namespace sockstep::calls
