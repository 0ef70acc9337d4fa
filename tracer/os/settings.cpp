// tracer/os/settings.cpp - files of /proc, as values.
#include "os/settings.hpp"

#include <fcntl.h>
#include <linux/nsfs.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <fstream>
#include <sstream>
#include <string>

#include "os/fd.hpp"

namespace sockstep::os {

namespace {

std::string text_of(const char* path) {
    std::ifstream file{path};
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

template <typename Integer>
std::optional<Integer> number(std::string_view text, int base = 10) {
    Integer value = 0;
    const std::size_t first = text.find_first_not_of(" \t");
    text.remove_prefix(first == std::string_view::npos ? text.size() : first);
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
    return error == std::errc{} ? std::optional{value} : std::nullopt;
}

std::optional<long> number_in(const char* path) {
    return number<long>(text_of(path));
}

/// Source: ioctl_ns(2): EPERM, "the requested namespace is outside of the caller's namespace scope".
bool network_is_outside() {
    const Fd network{::open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC)};
    if (!network.is_open()) {
        return false;
    }
    const Fd owner{::ioctl(network.value(), NS_GET_USERNS)};
    return !owner.is_open() && errno == EPERM;
}

}  // namespace

void add_process_status(std::string_view text, Settings& settings) {
    constexpr int hexadecimal = 16;
    constexpr int filter_mode = 2;  // SECCOMP_MODE_FILTER
    while (!text.empty()) {
        const std::string_view line = text.substr(0, text.find('\n'));
        text.remove_prefix(std::min(line.size() + 1, text.size()));
        const std::size_t colon = std::min(line.find(':'), line.size());
        const std::string_view name = line.substr(0, colon);
        const std::string_view value = line.substr(std::min(colon + 1, line.size()));
        if (name == "Seccomp") {
            settings.seccomp_filter = number<int>(value) == filter_mode;
        } else if (name == "NoNewPrivs") {
            settings.no_new_privileges = number<int>(value) == 1;
        } else if (name == "TracerPid") {
            settings.tracer = number<pid_t>(value).value_or(0);
        } else if (name == "CapEff") {
            settings.effective = number<std::uint64_t>(value, hexadecimal).value_or(settings.effective);
        } else if (name == "CapBnd") {
            settings.bounding = number<std::uint64_t>(value, hexadecimal).value_or(settings.bounding);
        }
    }
}

Settings read_settings() {
    Settings settings;
    settings.max_user_namespaces = number_in("/proc/sys/user/max_user_namespaces");
    settings.max_net_namespaces = number_in("/proc/sys/user/max_net_namespaces");
    settings.max_mount_namespaces = number_in("/proc/sys/user/max_mnt_namespaces");
    settings.unprivileged_userns_clone = number_in("/proc/sys/kernel/unprivileged_userns_clone");
    settings.apparmor_restricts_userns = number_in("/proc/sys/kernel/apparmor_restrict_unprivileged_userns");
    settings.ptrace_scope = number_in("/proc/sys/kernel/yama/ptrace_scope");
    settings.has_user_namespaces = ::access("/proc/self/ns/user", F_OK) == 0;
    settings.has_net_namespaces = ::access("/proc/self/ns/net", F_OK) == 0;
    settings.network_is_outside = network_is_outside();
    add_process_status(text_of("/proc/self/status"), settings);
    return settings;
}

}  // namespace sockstep::os
