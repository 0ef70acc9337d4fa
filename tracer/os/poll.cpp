// tracer/os/poll.cpp - poll(2).
#include "os/poll.hpp"

#include <algorithm>
#include <cerrno>

#include "os/check.hpp"

namespace sockstep::os {

void Poll::wait(int milliseconds) {
    if (::poll(watched_.data(), watched_.size(), milliseconds) == -1 && errno != EINTR) {
        throw_errno("poll");
    }
}

bool Poll::ready(int fd) const {
    return std::ranges::any_of(watched_, [fd](const pollfd& one) { return one.fd == fd && one.revents != 0; });
}

}  // namespace sockstep::os
