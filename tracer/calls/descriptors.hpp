// tracer/calls/descriptors.hpp - which descriptors of a process are sockets, without asking at every call.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <vector>

namespace sockstep::calls {

/// What a descriptor stands for, as far as it matters here.
struct Descriptor {
    enum class Kind : std::uint8_t { Unknown, Socket, Terminal, Other };
    Kind kind = Kind::Unknown;
    std::uint64_t inode = 0;  // of a socket
    dev_t device = 0;         // of a terminal: st_rdev. Of a socket: st_dev

    bool is_socket() const { return kind == Kind::Socket; }
};

/// Asks /proc what `fd` of the thread is; Unknown if it is not open.
Descriptor ask_descriptor(pid_t tid, int fd);

struct OpenSocket {
    int fd = -1;
    std::uint64_t inode = 0;
};

/// The sockets that a thread's process has open, by descriptor, ascending.
std::vector<OpenSocket> open_sockets(pid_t tid);

/// Remembers what ask_descriptor() said. A wrong "socket" is noticed by whoever asks for its state; a wrong "other"
/// would hide calls, so each way in which a descriptor becomes a socket must be told here with forget().
class Descriptors {
public:
    /// `tid` is a thread that has these descriptors.
    Descriptor at(int fd, pid_t tid);

    void forget(int fd);
    void forget_all() { known_.clear(); }

private:
    std::vector<Descriptor> known_;  // by number
};

}  // namespace sockstep::calls
