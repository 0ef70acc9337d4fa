// tracer/calls/signal_actions.cpp - rt_sigaction, remembered.
#include "calls/signal_actions.hpp"

#include <signal.h>

#include <bit>

namespace sockstep::calls {

namespace {

/// As the kernel lays it out, on x86-64 and arm64.
struct KernelAction {
    std::uint64_t handler;
    std::uint64_t flags;
    std::uint64_t restorer;
    std::uint64_t mask;
};

}  // namespace

void SignalActions::set(int signal, const Memory& memory, std::uint64_t action) {
    const auto wanted = memory.value<KernelAction>(action);
    if (!wanted || signal < 1 || signal > 64) {
        return;
    }
    const bool ignore = wanted->handler == std::bit_cast<std::uint64_t>(SIG_IGN);
    const bool by_default = wanted->handler == std::bit_cast<std::uint64_t>(SIG_DFL);
    const bool restart = (wanted->flags & SA_RESTART) != 0;
    const bool once = (wanted->flags & std::uint64_t{SA_RESETHAND}) != 0;
    caught_ = ignore || by_default ? caught_ & ~bit(signal) : caught_ | bit(signal);
    ignored_ = ignore ? ignored_ | bit(signal) : ignored_ & ~bit(signal);
    restart_ = restart ? restart_ | bit(signal) : restart_ & ~bit(signal);
    once_ = once ? once_ | bit(signal) : once_ & ~bit(signal);
}

bool SignalActions::ignores(int signal) const {
    const bool by_default = signal == SIGCHLD || signal == SIGURG || signal == SIGWINCH || signal == SIGCONT;
    return (ignored_ & bit(signal)) != 0 || (by_default && !catches(signal));
}

/// Source: handle_signal() of arch/x86/kernel/signal.c
bool SignalActions::restarts(int signal, RestartCode code) const {
    switch (code) {
        case RestartCode::System:
            return (restart_ & bit(signal)) != 0;
        case RestartCode::NoInterrupt:
            return true;
        case RestartCode::NoHandler:
        case RestartCode::Continuation:
            return false;
    }
    return false;
}

}  // namespace sockstep::calls
