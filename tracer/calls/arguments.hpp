// tracer/calls/arguments.hpp - decoders: what a call's registers and memory say, under the names of its manual page.
#pragma once

#include "calls/call_table.hpp"
#include "record/call.hpp"

namespace sockstep::calls {

using Begin = record::CallBegin;
using End = record::CallEnd;

// Sockets: arguments.cpp
void socket_begin(const CallView& call, Begin& begin);
void socketpair_begin(const CallView& call, Begin& begin);
void socketpair_end(const CallView& call, End& end);
void address_begin(const CallView& call, Begin& begin);  // bind: fd, addr, addrlen
void connect_begin(const CallView& call, Begin& begin);
void address_end(const CallView& call, End& end);  // accept, getsockname, getpeername: fd, addr, addrlen
void listen_begin(const CallView& call, Begin& begin);
void accept_begin(const CallView& call, Begin& begin);
void accept4_begin(const CallView& call, Begin& begin);
void shutdown_begin(const CallView& call, Begin& begin);
void close_range_begin(const CallView& call, Begin& begin);
void dup2_begin(const CallView& call, Begin& begin);
void dup3_begin(const CallView& call, Begin& begin);
void fcntl_begin(const CallView& call, Begin& begin);
void ioctl_begin(const CallView& call, Begin& begin);
void ioctl_end(const CallView& call, End& end);
void setsockopt_begin(const CallView& call, Begin& begin);
void getsockopt_begin(const CallView& call, Begin& begin);
void getsockopt_end(const CallView& call, End& end);
void io_uring_setup_begin(const CallView& call, Begin& begin);

// Octets: transfers.cpp. `write_begin` is of fd, buf, count; `writev_begin` of fd, iov, iovcnt.
void sendto_begin(const CallView& call, Begin& begin);
void sendto_end(const CallView& call, End& end);  // of all whose arguments begin with fd, buf, len
void sendmsg_begin(const CallView& call, Begin& begin);
void sendmsg_end(const CallView& call, End& end);
void sendmmsg_begin(const CallView& call, Begin& begin);
void sendmmsg_end(const CallView& call, End& end);
void write_begin(const CallView& call, Begin& begin);
void writev_begin(const CallView& call, Begin& begin);
void writev_end(const CallView& call, End& end);
void pwrite_begin(const CallView& call, Begin& begin);
void sendfile_begin(const CallView& call, Begin& begin);
void splice_begin(const CallView& call, Begin& begin);
void recvfrom_begin(const CallView& call, Begin& begin);
void recvfrom_end(const CallView& call, End& end);
void recvmsg_begin(const CallView& call, Begin& begin);
void recvmsg_end(const CallView& call, End& end);
void recvmmsg_begin(const CallView& call, Begin& begin);
void recvmmsg_end(const CallView& call, End& end);
void read_begin(const CallView& call, Begin& begin);
void read_end(const CallView& call, End& end);
void readv_begin(const CallView& call, Begin& begin);
void readv_end(const CallView& call, End& end);
void pread_begin(const CallView& call, Begin& begin);

// Waiting for several descriptors: wait_arguments.cpp
void poll_begin(const CallView& call, Begin& begin);
void ppoll_begin(const CallView& call, Begin& begin);
void select_begin(const CallView& call, Begin& begin);
void pselect_begin(const CallView& call, Begin& begin);
void epoll_create_begin(const CallView& call, Begin& begin);
void epoll_create1_begin(const CallView& call, Begin& begin);
void epoll_ctl_begin(const CallView& call, Begin& begin);
void epoll_wait_begin(const CallView& call, Begin& begin);
void epoll_pwait_begin(const CallView& call, Begin& begin);
void epoll_pwait2_begin(const CallView& call, Begin& begin);

/// A socket address that the program gave: `length` octets at `address`.
std::string address_text(const Memory& memory, std::uint64_t address, std::uint64_t length);

/// A socket address that the kernel filled in; `length_at` is where its length stands. Empty: nobody wanted it.
std::string filled_address(const Memory& memory, std::uint64_t address, std::uint64_t length_at);

}  // namespace sockstep::calls
