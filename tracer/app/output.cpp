// tracer/app/output.cpp - write(2), until all of it is taken.
#include "app/output.hpp"

#include <unistd.h>

#include <cerrno>
#include <cstddef>

#include "os/check.hpp"

namespace sockstep::app {

namespace {

constexpr std::size_t much = 64 * 1024;

}  // namespace

void Output::write(std::string_view text) {
    waiting_ += text;
    if (waiting_.size() >= much) {
        flush();
    }
}

void Output::flush() {
    std::string_view rest = waiting_;
    while (!rest.empty()) {
        const ssize_t written = ::write(STDOUT_FILENO, rest.data(), rest.size());
        if (written == -1 && errno == EINTR) {
            continue;
        }
        if (written == -1) {
            waiting_.clear();
            os::throw_errno("write to standard output");
        }
        rest.remove_prefix(static_cast<std::size_t>(written));
    }
    waiting_.clear();
}

}  // namespace sockstep::app
