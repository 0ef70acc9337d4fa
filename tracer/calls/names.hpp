// tracer/calls/names.hpp - the names of the constants that programs hand to the kernel and get from it.
#pragma once

#include <cstdint>
#include <string>

namespace sockstep::calls {

// A number without a name is written as a number.
std::string error_name(int error);    // "ECONNREFUSED"
std::string signal_name(int signal);  // "SIGALRM", "SIGRTMIN+2"
std::string family_name(int family);  // "AF_INET"
std::string socket_type(int type);    // "SOCK_STREAM|SOCK_NONBLOCK"
std::string protocol_name(int family, int protocol);
std::string shutdown_how(int how);                     // "SHUT_WR"
std::string message_flags(std::uint64_t flags);        // "MSG_PEEK|MSG_DONTWAIT", "0"
std::string descriptor_flags(std::uint64_t flags);     // of accept4, dup3, epoll_create1: "SOCK_CLOEXEC" ...
std::string open_flags(std::uint64_t flags);           // of fcntl(F_SETFL): "O_RDWR|O_NONBLOCK"
std::string poll_events(std::uint64_t events);         // "POLLIN|POLLOUT"
std::string epoll_events(std::uint64_t events);        // "EPOLLIN|EPOLLET"
std::string epoll_operation(std::uint64_t operation);  // "EPOLL_CTL_ADD"
std::string splice_flags(std::uint64_t flags);         // "SPLICE_F_MOVE"
std::string close_range_flags(std::uint64_t flags);    // "CLOSE_RANGE_CLOEXEC"
std::string fcntl_command(std::uint64_t command);      // "F_SETFL"
std::string ioctl_request(std::uint64_t request);      // "FIONBIO"
std::string option_level(int level);                   // "SOL_SOCKET"
std::string option_name(int level, int option);        // "SO_REUSEADDR"
std::string tcp_state(unsigned state);                 // as RFC 9293 writes it: "SYN-SENT"

}  // namespace sockstep::calls
