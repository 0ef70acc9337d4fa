// tracer/calls/socket_state.hpp - what the kernel says of a program's socket, asked through a copy of its descriptor.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <unordered_map>

#include "os/fd.hpp"
#include "record/socket.hpp"

namespace sockstep::calls {

/// A copy of descriptor `fd` of the process that `pidfd` stands for; none if it has no such descriptor. Hold it only
/// while the program is stopped: a copy that is kept would hold back the FIN of a close(). Source: pidfd_getfd(2)
os::Fd copy_descriptor(int pidfd, int fd);

/// How much is asked of a socket: each question takes its time.
enum class Asked : std::uint8_t {
    All,
    BeforeSend,     // where in its stream it stands and whether a call will sleep; if it will, as poll(2) says, all
    BeforeReceive,  // the same
    Afterwards,     // after either of them: all that it can have changed
};

/// Asks sockets for their state, and remembers of each what cannot change.
class SocketStates {
public:
    /// Absent if `copy` is no socket.
    std::optional<record::Socket> ask(int copy, Asked asked = Asked::All);
    /// What ask() left out of the queues.
    void ask_rest(int copy, record::Socket& socket) const;

    /// What is known without asking: of a socket that cannot be asked now.
    record::Socket remembered(std::uint64_t inode) const;

    /// It is about to be connected anew.
    void forget_addresses(std::uint64_t inode);

    /// Domain, type and protocol, as socket(2) was given them.
    struct Identity {
        int domain = 0;
        int type = 0;
        int protocol = 0;
        std::optional<base::Endpoint> local{};  // of a connected TCP socket: they stay
        std::optional<base::Endpoint> peer{};
        bool is_tcp() const;
    };
    /// Of a socket that was asked for before; absent: it was not, or was forgotten.
    const Identity* identity(std::uint64_t inode) const;

private:
    Identity& identify(std::uint64_t inode, int copy);

    std::unordered_map<std::uint64_t, Identity> identities_;  // by inode
};

}  // namespace sockstep::calls
