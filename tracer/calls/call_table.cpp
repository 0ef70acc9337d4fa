// tracer/calls/call_table.cpp - the rows. Calls that an architecture lacks are left out on it.
#include "calls/call_table.hpp"

#include <sys/syscall.h>

#include "calls/arguments.hpp"

namespace sockstep::calls {

namespace {

using enum record::CallKind;
using enum Subject;

constexpr Row rows[] = {
    {SYS_socket, "socket", Socket, Itself, socket_begin, nullptr},
    {SYS_socketpair, "socketpair", Socket, Itself, socketpair_begin, socketpair_end},
    {SYS_bind, "bind", Bind, Descriptor, address_begin, nullptr},
    {SYS_listen, "listen", Listen, Descriptor, listen_begin, nullptr},
    {SYS_accept, "accept", Accept, Descriptor, accept_begin, address_end},
    {SYS_accept4, "accept4", Accept, Descriptor, accept4_begin, address_end},
    {SYS_connect, "connect", Connect, Descriptor, connect_begin, nullptr},
    {SYS_shutdown, "shutdown", Shutdown, Descriptor, shutdown_begin, nullptr},

    {SYS_sendto, "sendto", Send, Descriptor, sendto_begin, sendto_end},
    {SYS_sendmsg, "sendmsg", Send, Descriptor, sendmsg_begin, sendmsg_end},
    {SYS_sendmmsg, "sendmmsg", Send, Descriptor, sendmmsg_begin, sendmmsg_end},
    {SYS_write, "write", Send, Descriptor, write_begin, sendto_end},
    {SYS_writev, "writev", Send, Descriptor, writev_begin, writev_end},
    {SYS_pwrite64, "pwrite", Send, Descriptor, pwrite_begin, sendto_end},
    {SYS_sendfile, "sendfile", Send, Sendfile, sendfile_begin, nullptr},
    {SYS_splice, "splice", Send, Splice, splice_begin, nullptr},

    {SYS_recvfrom, "recvfrom", Receive, Descriptor, recvfrom_begin, recvfrom_end},
    {SYS_recvmsg, "recvmsg", Receive, Descriptor, recvmsg_begin, recvmsg_end},
    {SYS_recvmmsg, "recvmmsg", Receive, Descriptor, recvmmsg_begin, recvmmsg_end},
    {SYS_read, "read", Receive, Descriptor, read_begin, read_end},
    {SYS_readv, "readv", Receive, Descriptor, readv_begin, readv_end},
    {SYS_pread64, "pread", Receive, Descriptor, pread_begin, read_end},

    {SYS_close, "close", Close, Descriptor, nullptr, nullptr},
    {SYS_close_range, "close_range", Close, Range, close_range_begin, nullptr},
    {SYS_dup, "dup", Duplicate, Descriptor, nullptr, nullptr},
#ifdef SYS_dup2
    {SYS_dup2, "dup2", Duplicate, NewDescriptor, dup2_begin, nullptr},
#endif
    {SYS_dup3, "dup3", Duplicate, NewDescriptor, dup3_begin, nullptr},
    {SYS_fcntl, "fcntl", Option, Descriptor, fcntl_begin, nullptr},
    {SYS_ioctl, "ioctl", Option, Descriptor, ioctl_begin, ioctl_end},
    {SYS_setsockopt, "setsockopt", Option, Descriptor, setsockopt_begin, nullptr},
    {SYS_getsockopt, "getsockopt", Option, Descriptor, getsockopt_begin, getsockopt_end},
    {SYS_getsockname, "getsockname", Option, Descriptor, nullptr, address_end},
    {SYS_getpeername, "getpeername", Option, Descriptor, nullptr, address_end},

#ifdef SYS_poll
    {SYS_poll, "poll", Wait, Poll, poll_begin, nullptr},
#endif
    {SYS_ppoll, "ppoll", Wait, Poll, ppoll_begin, nullptr},
#ifdef SYS_select
    {SYS_select, "select", Wait, Select, select_begin, nullptr},
#endif
    {SYS_pselect6, "pselect", Wait, Select, pselect_begin, nullptr},
#ifdef SYS_epoll_create
    {SYS_epoll_create, "epoll_create", Option, Itself, epoll_create_begin, nullptr},
#endif
    {SYS_epoll_create1, "epoll_create1", Option, Itself, epoll_create1_begin, nullptr},
    {SYS_epoll_ctl, "epoll_ctl", Option, EpollControl, epoll_ctl_begin, nullptr},
#ifdef SYS_epoll_wait
    {SYS_epoll_wait, "epoll_wait", Wait, Epoll, epoll_wait_begin, nullptr},
#endif
    {SYS_epoll_pwait, "epoll_pwait", Wait, Epoll, epoll_pwait_begin, nullptr},
    {SYS_epoll_pwait2, "epoll_pwait2", Wait, Epoll, epoll_pwait2_begin, nullptr},
    {SYS_io_uring_setup, "io_uring_setup", NotFollowed, Itself, io_uring_setup_begin, nullptr},

    {SYS_rt_sigaction, "sigaction", Option, SignalAction, nullptr, nullptr},
    {SYS_restart_syscall, "restart_syscall", Option, Continuation, nullptr, nullptr},
    {SYS_unshare, "unshare", Option, OwnDescriptors, nullptr, nullptr},
};

}  // namespace

std::span<const Row> call_table() {
    return rows;
}

}  // namespace sockstep::calls
