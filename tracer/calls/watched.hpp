// tracer/calls/watched.hpp - the descriptors that poll, select and epoll_wait wait for, and which are ready.
#pragma once

#include <cstdint>
#include <vector>

#include "calls/call_table.hpp"
#include "calls/descriptors.hpp"
#include "record/call.hpp"

namespace sockstep::calls {

/// One descriptor of a Wait call.
struct Watched {
    record::Awaited awaited;
    short events = 0;     // what to ask poll(2) for
    short satisfied = 0;  // what of its answer ends the wait
    bool ready = false;
    bool terminal = false;
    dev_t device = 0;        // of a terminal
    std::uint64_t data = 0;  // epoll: what epoll_wait() will return for it
};

/// In the order in which the program lists them.
std::vector<Watched> watched(Subject subject, const CallView& call, Descriptors& descriptors, pid_t tid);

/// As arguments, under the manual page's names: fds "[4 POLLIN, 5 POLLOUT]" of poll, readfds "[4 5]" of select. None of
/// an epoll instance.
std::vector<record::Argument> as_arguments(Subject subject, const std::vector<Watched>& all);

/// Asks which are ready now, through copies of the descriptors of the process that `pidfd` stands for. Returns false
/// if that could not be told of all.
bool ask_readiness(std::vector<Watched>& all, int pidfd);

/// Which the call said are ready. REQUIRES: it returned more than 0.
std::vector<record::Awaited> ready_after(Subject subject, const CallView& call, const std::vector<Watched>& before);

}  // namespace sockstep::calls
