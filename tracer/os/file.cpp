// tracer/os/file.cpp - open, read, write and poll, each with its errors said.
#include "os/file.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <string>

#include "os/check.hpp"

namespace sockstep::os {

namespace {

/// How `path` is called in a message.
std::string name_of(const std::string& path, const char* standard_stream) {
    return path == "-" ? standard_stream : path;
}

/// A descriptor of our own for standard input or output, so that closing it does not close theirs.
Fd duplicate(int fd, const std::string& what) {
    return Fd{check(::fcntl(fd, F_DUPFD_CLOEXEC, 3), what.c_str())};
}

}  // namespace

Fd open_to_read(const std::string& path) {
    const std::string what = "open(" + name_of(path, "standard input") + ")";
    Fd fd = path == "-" ? duplicate(STDIN_FILENO, what)
                        : Fd{check(::open(path.c_str(), O_RDONLY | O_CLOEXEC), what.c_str())};
    struct stat about {};
    check(::fstat(fd.value(), &about), what.c_str());
    if (S_ISDIR(about.st_mode)) {  // open() lets it pass, read() would not
        errno = EISDIR;
        throw_errno(what);
    }
    return fd;
}

Fd create_file(const std::string& path) {
    const std::string what = "create(" + name_of(path, "standard output") + ")";
    if (path == "-") {
        return duplicate(STDOUT_FILENO, what);
    }
    return Fd{check(::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666), what.c_str())};
}

Fd create_private_file(const std::string& path) {
    const std::string what = "create(" + path + ")";
    constexpr int usual = O_CREAT | O_NOFOLLOW | O_NOCTTY | O_CLOEXEC;
    struct stat about {};
    const bool is_pipe = ::lstat(path.c_str(), &about) == 0 && S_ISFIFO(about.st_mode);
    Fd fd{check(::open(path.c_str(), usual | (is_pipe ? O_WRONLY : O_RDWR), 0600), what.c_str())};
    check(::fstat(fd.value(), &about), what.c_str());
    if (S_ISREG(about.st_mode)) {
        if (about.st_uid != ::geteuid()) {
            errno = EPERM;
            throw_errno(what);
        }
        check(::ftruncate(fd.value(), 0), what.c_str());
    }
    return fd;
}

bool is_same_file(const std::string& one, const std::string& other) {
    struct stat first {};
    struct stat second {};
    return ::stat(one.c_str(), &first) == 0 && ::stat(other.c_str(), &second) == 0 && first.st_dev == second.st_dev &&
           first.st_ino == second.st_ino;
}

std::optional<std::size_t> read_some(const Fd& fd, std::span<std::uint8_t> into, const std::string& path) {
    for (;;) {
        const ssize_t count = ::read(fd.value(), into.data(), into.size());
        if (count >= 0) {
            return static_cast<std::size_t>(count);
        }
        if (errno == EINTR) {
            return std::nullopt;
        }
        if (errno != EAGAIN) {
            throw_errno("read(" + name_of(path, "standard input") + ")");
        }
        if (!wait_readable(fd.value(), -1)) {  // somebody made the stream non-blocking; the wait was interrupted
            return std::nullopt;
        }
    }
}

void write_all(const Fd& fd, base::Bytes bytes, const std::string& path) {
    while (!bytes.empty()) {
        const ssize_t count = ::write(fd.value(), bytes.data(), bytes.size());
        if (count >= 0) {
            bytes = bytes.subspan(static_cast<std::size_t>(count));
        } else if (errno == EAGAIN) {
            pollfd writable{fd.value(), POLLOUT, 0};
            ::poll(&writable, 1, -1);
        } else if (errno != EINTR) {
            throw_errno("write(" + name_of(path, "standard output") + ")");
        }
    }
}

bool wait_readable(int fd, int milliseconds) {
    pollfd readable{fd, POLLIN, 0};
    const int count = ::poll(&readable, 1, milliseconds);
    if (count == -1 && errno != EINTR) {
        throw_errno("poll");
    }
    return count > 0;
}

std::vector<int> open_descriptors() {
    std::vector<int> all;
    for (const auto& entry : std::filesystem::directory_iterator{"/proc/self/fd"}) {
        const int fd = std::stoi(entry.path().filename().string());
        all.push_back(fd);
    }
    std::erase_if(all, [](int fd) { return ::fcntl(fd, F_GETFD) == -1; });  // that of the listing itself
    return all;
}

}  // namespace sockstep::os
