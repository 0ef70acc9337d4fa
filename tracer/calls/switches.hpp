// tracer/calls/switches.hpp - how many times a thread has given up its processor.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>

#include "os/fd.hpp"

namespace sockstep::calls {

/// Voluntary context switches of one thread. Every stop is one too. Exact once a ptrace request was answered at the
/// stop, as those wait until the thread is off its processor. Source: proc(5), voluntary_ctxt_switches
class Switches {
public:
    std::optional<std::uint64_t> count(pid_t tid);

private:
    os::Fd status_;  // kept open, as it is read often
};

}  // namespace sockstep::calls
