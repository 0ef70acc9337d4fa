// tracer/calls/traced.hpp - what is known of each program, process and thread under the tracer.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "calls/call_table.hpp"
#include "calls/descriptors.hpp"
#include "calls/signal_actions.hpp"
#include "calls/switches.hpp"
#include "calls/tracer.hpp"
#include "calls/watched.hpp"
#include "os/fd.hpp"

namespace sockstep::calls {

/// What launch() started, with all that it forked.
struct Program {
    std::string name;
    std::string host;
    dev_t terminal = 0;  // that it was given as input; 0: none
    bool controlling_terminal = false;
    os::Fd session{};                      // keeps the session of its terminal
    std::optional<Tracer::Ended> ended{};  // of the process that launch() started
    pid_t first = 0;                       // that process
    std::vector<pid_t> processes{};        // that have not ended
};

struct Process {
    pid_t pid = 0;
    Program* program = nullptr;
    int threads = 0;  // that have not begun to exit
    int tids = 0;     // threads that have not ended
    bool stopped = false;
    bool first_thread_ended = false;  // while others go on
    os::Fd pidfd{};
    SignalActions actions{};
};

/// A call that has begun and not ended.
struct OpenCall {
    const Row* row = nullptr;
    Args args{};
    std::uint64_t stack = 0;  // with `args`, tells a call that the kernel begins anew from another one
    std::uint64_t id = 0;
    base::Timestamp time{};  // of its beginning
    record::CallKind kind = record::CallKind::Option;
    int fd = -1;
    std::uint64_t length = 0;
    bool discards = false;                    // what TCP throws away is not in the buffer
    bool alone = false;                       // its sleeps are counted by its process's usage: it has no other thread
    std::optional<std::uint64_t> switches{};  // when it began; absent: they are not counted
    std::optional<std::uint32_t> slept{};     // how many it made in the call
    std::vector<Watched> watched{};           // Wait
    int interrupted = 0;                      // what the kernel returned because of a signal; 0: nothing
    int signal = 0;                           // ... which signal, as far as it is known
    bool only_ignored = false;                // ... and all that came are ignored: untraced, none would have come
    Args again{};                             // ... with which it is begun anew
};

struct Thread {
    pid_t tid = 0;
    Process* process = nullptr;
    std::shared_ptr<Descriptors> descriptors{};  // shared with the threads that share them
    std::optional<OpenCall> call{};
    std::vector<OpenCall> restarting{};  // ended as Restarted; the kernel has not begun them anew yet
    Switches switches{};
    std::uint64_t held = 0;      // the number under which it stays before a call; 0: it does not
    bool stop_is_taken = false;  // of the stop it is in, waitid() tells nothing any more
    os::Fd pidfd{};              // of this thread alone; open if needed
    bool exiting = false;
    bool listening = false;  // stays stopped with its process
};

}  // namespace sockstep::calls
