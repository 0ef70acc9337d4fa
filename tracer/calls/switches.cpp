// tracer/calls/switches.cpp - one number of the resource usage, or one line of /proc/TID/status.
#include "calls/switches.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <charconv>
#include <string_view>

namespace sockstep::calls {

namespace {

/// The stop stays to be waited for. Source: wait(2), "C library/kernel differences": the kernel's waitid() tells usage.
std::optional<std::uint64_t> in_usage(pid_t tid) {
    siginfo_t info{};
    rusage usage{};
    if (::syscall(SYS_waitid, P_PID, tid, &info, WSTOPPED | WNOHANG | WNOWAIT | __WALL, &usage) == -1 ||
        info.si_pid != tid) {
        return std::nullopt;
    }
    return static_cast<std::uint64_t>(usage.ru_nvcsw);
}

}  // namespace

std::optional<std::uint64_t> Switches::count(pid_t tid, bool alone) {
    return alone ? in_usage(tid) : in_status(tid);
}

std::optional<std::uint64_t> Switches::in_status(pid_t tid) {
    if (!status_.is_open()) {
        status_ = os::Fd{::open(fmt::format("/proc/{}/task/{}/status", tid, tid).c_str(), O_RDONLY | O_CLOEXEC)};
    }
    std::array<char, 4096> octets{};
    const ssize_t size = ::pread(status_.value(), octets.data(), octets.size(), 0);
    const std::string_view text{octets.data(), size > 0 ? static_cast<std::size_t>(size) : 0};
    constexpr std::string_view key = "\nvoluntary_ctxt_switches:\t";
    const std::size_t at = text.rfind(key);
    if (at == std::string_view::npos) {
        return std::nullopt;
    }
    std::uint64_t switches = 0;
    std::from_chars(text.data() + at + key.size(), text.data() + text.size(), switches);
    return switches;
}

}  // namespace sockstep::calls
