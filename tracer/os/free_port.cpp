// tracer/os/free_port.cpp - the kernel chooses: bind(2) to port 0.
#include "os/free_port.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "os/check.hpp"
#include "os/fd.hpp"

namespace sockstep::os {

std::uint16_t free_port() {
    const Fd socket{check(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), "socket")};
    sockaddr_in address{};
    address.sin_family = AF_INET;
    socklen_t length = sizeof address;
    check(::bind(socket.value(), reinterpret_cast<const sockaddr*>(&address), length), "bind");
    check(::getsockname(socket.value(), reinterpret_cast<sockaddr*>(&address), &length), "getsockname");
    return ntohs(address.sin_port);
}

}  // namespace sockstep::os
