// tracer/calls/descriptors.cpp - /proc/TID/fd, and the memory of what it said.
#include "calls/descriptors.hpp"

#include <dirent.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>
#include <memory>

namespace sockstep::calls {

namespace {

constexpr int most_remembered = 1 << 16;  // a higher number is asked for each time

constexpr unsigned tty_major = 4;
constexpr unsigned console_major = 5;
constexpr unsigned first_pty_major = 136;
constexpr unsigned last_pty_major = 143;

/// Source: Documentation/admin-guide/devices.txt of the kernel
bool is_terminal(dev_t device) {
    const unsigned number = major(device);
    return number == tty_major || number == console_major || (number >= first_pty_major && number <= last_pty_major);
}

struct CloseFolder {
    void operator()(DIR* folder) const { ::closedir(folder); }
};

}  // namespace

Descriptor ask_descriptor(pid_t tid, int fd) {
    std::array<char, 48> path{};
    fmt::format_to_n(path.data(), path.size() - 1, "/proc/{}/fd/{}", tid, fd);
    struct stat file {};
    if (fd < 0 || ::stat(path.data(), &file) == -1) {
        return {};
    }
    if (S_ISSOCK(file.st_mode)) {
        return {Descriptor::Kind::Socket, file.st_ino, file.st_dev};
    }
    if (S_ISCHR(file.st_mode) && is_terminal(file.st_rdev)) {
        return {Descriptor::Kind::Terminal, 0, file.st_rdev};
    }
    return {Descriptor::Kind::Other, 0, 0};
}

std::vector<OpenSocket> open_sockets(pid_t tid) {
    std::vector<OpenSocket> sockets;
    const std::unique_ptr<DIR, CloseFolder> folder{::opendir(fmt::format("/proc/{}/fd", tid).c_str())};
    if (folder == nullptr) {
        return sockets;
    }
    while (const dirent* entry = ::readdir(folder.get())) {
        int fd = -1;
        const char* end = entry->d_name + std::strlen(entry->d_name);
        if (std::from_chars(entry->d_name, end, fd).ptr != end) {
            continue;  // "." and ".."
        }
        const Descriptor descriptor = ask_descriptor(tid, fd);
        if (descriptor.is_socket()) {
            sockets.push_back({fd, descriptor.inode});
        }
    }
    std::ranges::sort(sockets, {}, &OpenSocket::fd);
    return sockets;
}

Descriptor Descriptors::at(int fd, pid_t tid) {
    if (fd < 0 || fd >= most_remembered) {
        return ask_descriptor(tid, fd);
    }
    const auto index = static_cast<std::size_t>(fd);
    if (index >= known_.size()) {
        known_.resize(index + 1);
    }
    if (known_[index].kind == Descriptor::Kind::Unknown) {
        known_[index] = ask_descriptor(tid, fd);
    }
    return known_[index];
}

void Descriptors::forget(int fd) {
    if (fd >= 0 && static_cast<std::size_t>(fd) < known_.size()) {
        known_[static_cast<std::size_t>(fd)] = {};
    }
}

}  // namespace sockstep::calls
