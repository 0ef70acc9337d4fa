// tracer/calls/call_table.hpp - the system calls that are traced: a row each.
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "calls/memory.hpp"
#include "record/call.hpp"

namespace sockstep::calls {

using Args = std::array<std::uint64_t, 6>;

/// A call of a stopped thread, as its registers and its memory tell it.
struct CallView {
    const Memory& memory;
    const Args& args;
    std::int64_t result = 0;  // at its end

    int number(std::size_t index) const { return static_cast<int>(args[index]); }
};

/// What a call is about, and so whether it is recorded.
enum class Subject : std::uint8_t {
    Itself,         // always: it makes a socket, or an epoll instance
    Descriptor,     // if the first argument is a socket
    Sendfile,       // if the first argument, to which it sends, is a socket
    Splice,         // if one of the ends is a socket
    NewDescriptor,  // dup2, dup3: if the first argument, or the second one which it closes, is a socket
    Range,          // close_range: if a socket is in it
    EpollControl,   // if the third argument is a socket
    Poll,           // Wait calls: if a socket is among those waited for
    Select,
    Epoll,
    // Never recorded, but to be known:
    SignalAction,    // decides what becomes of a call that a signal interrupts
    Continuation,    // restart_syscall: an interrupted call goes on
    OwnDescriptors,  // unshare(CLONE_FILES): the thread's descriptors are its own from here on
};

/// One row: to trace another call, add it here, and its decoders to arguments.hpp.
struct Row {
    int number;        // on this architecture
    const char* name;  // as its author writes it, unless `begin` knows better
    record::CallKind kind;
    Subject subject;
    /// Fills in what the arguments say: arguments, length, data, waits (as far as the arguments decide), ...
    void (*begin)(const CallView&, record::CallBegin&);
    /// Fills in what the call filled in. It has not failed.
    void (*end)(const CallView&, record::CallEnd&);
};

std::span<const Row> call_table();

}  // namespace sockstep::calls
