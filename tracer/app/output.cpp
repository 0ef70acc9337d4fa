// tracer/app/output.cpp - write(2), until all of it is taken.
#include "app/output.hpp"

#include <poll.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>

#include "os/check.hpp"

namespace sockstep::app {

namespace {

constexpr std::size_t much = 65'536;

}  // namespace

void Output::write(std::string_view text) {
    waiting_ += text;
    if (waiting_.size() >= much) {
        flush();
    }
}

void Output::flush() {
    const int fd = file_.is_open() ? file_.value() : STDOUT_FILENO;
    std::string_view rest = waiting_;
    while (!rest.empty()) {
        const ssize_t written = ::write(fd, rest.data(), rest.size());
        if (written >= 0) {
            rest.remove_prefix(static_cast<std::size_t>(written));
        } else if (errno == EAGAIN) {  // somebody who shares it made it non-blocking
            pollfd writable{fd, POLLOUT, 0};
            ::poll(&writable, 1, -1);
        } else if (errno != EINTR) {
            fail();
        }
    }
    waiting_.clear();
}

/// What waited is lost: whoever catches this may try to write more, and that would come after a gap.
void Output::fail() {
    const int error = errno;
    waiting_.clear();
    if (error == EPIPE && !file_.is_open()) {
        throw ReaderGone{};
    }
    errno = error;
    os::throw_errno(file_.is_open() ? "write(" + path_ + ")" : "write to standard output");
}

}  // namespace sockstep::app
