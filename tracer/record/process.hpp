// tracer/record/process.hpp - processes and threads as they come and go, and what they print.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/timestamp.hpp"

namespace sockstep::record {

enum class ProcessChange : std::uint8_t {
    Start,  // a program of the run, or one that it forked
    Exec,   // it became another program: `detail` is its file
    ThreadStart,
    ThreadExit,
    Exiting,  // has decided to end; the kernel will close its sockets now
    Exit,     // has ended: `status` or `signal`
    Signal,   // `signal` was delivered to it
    Stopped,  // by SIGSTOP or the like
    Continued,
};

struct Process {
    ProcessChange change = ProcessChange::Start;
    base::Timestamp time{};
    std::string host{};
    std::string program{};
    int pid = 0;
    int tid = 0;
    int parent = 0;            // Start: who forked it; 0: we did
    int status = 0;            // Exit: its exit status, if no signal ended it
    std::string signal{};      // "SIGPIPE"
    bool by_sockstep = false;  // Signal: it is ours, which ends the program because the run is over
    std::string detail{};
    std::vector<std::uint64_t> sockets{};  // Exiting: inodes of the sockets it still holds

    friend bool operator==(const Process&, const Process&) = default;
};

enum class Stream : std::uint8_t { Input, Output, Error };

/// What a program printed, or was given to read.
struct Output {
    base::Timestamp time{};
    std::string program{};
    Stream stream = Stream::Output;
    std::string text{};  // as it was: any octets, with or without newline

    friend bool operator==(const Output&, const Output&) = default;
};

}  // namespace sockstep::record
