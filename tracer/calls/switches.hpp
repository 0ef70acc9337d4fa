// tracer/calls/switches.hpp - how many times a thread has given up its processor.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>

#include "os/fd.hpp"

namespace sockstep::calls {

/// Voluntary context switches of one stopped thread, and maybe of others that make none meanwhile: two counts tell how
/// many lie between them. Every stop is one too. Exact once a ptrace request was answered at the stop, as those wait
/// until the thread is off its processor. Source: proc(5), voluntary_ctxt_switches; getrusage(2), ru_nvcsw
class Switches {
public:
    /// `alone`: its process has no other thread. Then the resource usage that comes with its wait status is its own,
    /// and is asked much faster than /proc. Counts of the two kinds cannot be compared.
    std::optional<std::uint64_t> count(pid_t tid, bool alone);

private:
    std::optional<std::uint64_t> in_status(pid_t tid);

    os::Fd status_;  // kept open, as it is read often
};

}  // namespace sockstep::calls
