// tracer/os/fd.hpp - a file descriptor that closes itself.
#pragma once

#include <unistd.h>

#include <utility>

namespace sockstep::os {

/// Owns one descriptor; -1 is none.
class Fd {
public:
    Fd() = default;
    explicit Fd(int fd) : fd_{fd} {}
    Fd(Fd&& other) noexcept : fd_{std::exchange(other.fd_, -1)} {}
    Fd& operator=(Fd&& other) noexcept {
        std::swap(fd_, other.fd_);
        return *this;
    }
    Fd(const Fd&) = delete;
    Fd& operator=(const Fd&) = delete;
    ~Fd() { reset(); }

    int value() const { return fd_; }
    bool is_open() const { return fd_ != -1; }

    void reset() {
        if (fd_ != -1) {
            ::close(fd_);
            fd_ = -1;
        }
    }

private:
    int fd_ = -1;
};

}  // namespace sockstep::os
