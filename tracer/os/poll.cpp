// tracer/os/poll.cpp - poll(2).
#include "os/poll.hpp"

#include <algorithm>
#include <cerrno>

#include "os/check.hpp"

namespace sockstep::os {

bool Poll::wait(int milliseconds) {
    const int count = ::poll(watched_.data(), watched_.size(), milliseconds);
    if (count == -1 && errno != EINTR) {
        throw_errno("poll");
    }
    return count > 0;
}

bool Poll::ready(int fd) const {
    return std::ranges::any_of(watched_, [fd](const pollfd& one) { return one.fd == fd && one.revents != 0; });
}

}  // namespace sockstep::os
