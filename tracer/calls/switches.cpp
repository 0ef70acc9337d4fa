// tracer/calls/switches.cpp - one line of /proc/TID/status.
#include "calls/switches.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <charconv>
#include <string_view>

namespace sockstep::calls {

std::optional<std::uint64_t> Switches::count(pid_t tid) {
    if (!status_.is_open()) {
        status_ = os::Fd{::open(fmt::format("/proc/{}/task/{}/status", tid, tid).c_str(), O_RDONLY | O_CLOEXEC)};
    }
    std::array<char, 4096> octets;
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
