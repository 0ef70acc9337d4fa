// tracer/record/call.hpp - one socket call, as it was observed: its beginning and its end.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/timestamp.hpp"
#include "record/socket.hpp"

namespace sockstep::record {

/// An argument under the name that the call's manual page gives it, as a person would write it: backlog 16,
/// address "10.0.0.1:5000", flags "MSG_NOSIGNAL".
struct Argument {
    std::string name;
    std::variant<std::int64_t, std::string> value;

    friend bool operator==(const Argument&, const Argument&) = default;
};

/// What a call does to its socket: what correlate must know of it, whatever its name is.
enum class CallKind : std::uint8_t {
    Socket,  // makes one: socket, socketpair
    Bind,
    Listen,
    Accept,
    Connect,
    Send,     // send, sendto, sendmsg, sendmmsg, write, writev, pwrite, sendfile and splice into a socket
    Receive,  // recv, recvfrom, recvmsg, recvmmsg, read, readv, splice out of a socket
    Shutdown,
    Close,       // gives up a descriptor: close, close_range
    Duplicate,   // makes another descriptor: dup, dup2, dup3, fcntl(F_DUPFD)
    Wait,        // waits for several descriptors: poll, ppoll, select, pselect, epoll_wait, epoll_pwait
    Option,      // asks or sets: setsockopt, getsockopt, getsockname, getpeername, fcntl(F_SETFL), ioctl, epoll_ctl ...
    NotFollowed  // io_uring_setup; execve of a 32-bit program: what is done through it is not seen
};

/// One descriptor that a Wait call waits for. Of a call that waits for more than 64, none is kept.
struct Awaited {
    int fd = -1;
    std::optional<std::uint64_t> socket{};  // its inode; absent: no socket
    bool to_read = false;                   // POLLIN: bytes, a connection to accept, the end of the stream
    bool to_write = false;                  // POLLOUT
    bool readable = false;                  // as it was when the call began (in CallBegin) or returned (in CallEnd)
    bool writable = false;
    bool other = false;  // POLLHUP, POLLRDHUP, POLLERR, POLLPRI

    friend bool operator==(const Awaited&, const Awaited&) = default;
};

/// A call begins: the program stands at the kernel's door.
struct CallBegin {
    std::uint64_t id = 0;  // counts from 1, in the order in which calls begin
    base::Timestamp time{};
    std::string host{};
    std::string program{};  // the name it was given: "server", "client2"
    int pid = 0;
    int tid = 0;
    std::string name{};  // as its author wrote it: recv, though the kernel's name is recvfrom
    CallKind kind = CallKind::Option;
    int fd = -1;  // -1: it takes none
    std::vector<Argument>
        arguments{};                 // in the order of the manual page, without fd and without what the call fills in
    std::optional<Socket> socket{};  // that of `fd`
    std::uint64_t length = 0;        // octets it wants to send, or has room for
    std::string data{};              // Send: the first octets, at most most_data
    bool waits = false;  // it sleeps until it can be done: the socket is blocking (no MSG_DONTWAIT), a Wait call's
                         // timeout is not 0
    bool waits_for_all = false;    // MSG_WAITALL
    bool peeks = false;            // MSG_PEEK
    bool discards = false;         // MSG_TRUNC: TCP throws the bytes away, and the buffer stays as it was
    bool beside_stream = false;    // Receive: MSG_OOB, MSG_ERRQUEUE: what it gets is not read from the stream
    bool reads = false;            // Shutdown: ends receiving (SHUT_RD, SHUT_RDWR)
    bool writes = false;           // Shutdown: ends sending (SHUT_WR, SHUT_RDWR)
    bool waits_elsewhere = false;  // splice: it sleeps for its pipe first, whatever the socket has
    std::optional<bool> ready{};  // what it waits for was there when it began; absent: it waits for nothing, or unknown
    std::vector<Awaited> awaited{};  // Wait; of close_range: the sockets that it closes, `fd` being the first; of dup2:
                                     // the socket that it closes
    std::vector<int> also_held_by{};  // Close: other traced processes that have the socket, under the same number
    std::uint64_t restarts = 0;       // the call that a signal interrupted and that the kernel begins anew; 0: none

    friend bool operator==(const CallBegin&, const CallBegin&) = default;
};

constexpr std::size_t most_data = 256;  // octets of a call's data that are kept

/// How a call ended.
enum class CallFate : std::uint8_t {
    Returned,     // with `result`
    Restarted,    // a signal interrupted it; the kernel begins it anew and the program never knows
    Interrupted,  // a signal interrupted it; the program sees EINTR (or, unknown here, the call begins anew)
    ThreadEnded,  // its thread, or the whole process, ended in it
    Unfinished,   // the trace ended first
};

/// Who holds an address that a bind wanted, or listens where a connect went; as /proc/net/tcp told at that moment, and,
/// of sockets that are only bound, the traced programs themselves.
struct PortHolder {
    base::Endpoint local;
    std::string state;        // "LISTEN", "TIME-WAIT"; "BOUND": it has a name, and neither listens nor is connected
    std::uint64_t inode = 0;  // 0: no socket any more
    bool same_port = true;    // false: its port's two octets are those wanted, swapped

    friend bool operator==(const PortHolder&, const PortHolder&) = default;
};

/// A call ends: the program goes on.
struct CallEnd {
    std::uint64_t id = 0;
    base::Timestamp time{};
    CallFate fate = CallFate::Returned;
    std::int64_t result = 0;               // of a call that returned: what the kernel returned; -1 if it failed
    std::optional<std::uint64_t> moved{};  // Send, Receive: octets, where `result` counts messages: sendmmsg, recvmmsg
    std::string error{};                   // "ECONNREFUSED", where it failed
    std::string signal{};                  // what interrupted or killed it: "SIGALRM"
    std::vector<Argument> results{};       // what the call filled in: address, flags, option value
    std::string data{};                    // Receive: the first octets, at most most_data
    std::string rest{};                    // Send that took less than all: the first octets of what it did not take
    std::optional<Socket> socket{};        // that of `fd`
    std::optional<Socket> made{};          // Socket, Accept, Duplicate: that of the new descriptor
    std::optional<Socket> other{};         // socketpair: the second one
    std::optional<std::uint32_t> slept{};  // how many times the thread gave up the processor in it; absent: not counted
    std::vector<Awaited> ready{};          // Wait: those that are ready
    std::vector<PortHolder> holders{};     // of bind and listen with EADDRINUSE, connect with ECONNREFUSED

    friend bool operator==(const CallEnd&, const CallEnd&) = default;
};

}  // namespace sockstep::record
