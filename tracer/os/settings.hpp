// tracer/os/settings.hpp - what this machine and this process are set to, where it decides what we may do.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string_view>

namespace sockstep::os {

/// Read, not guessed: absent means that this kernel has no such setting.
struct Settings {
    std::optional<long> max_user_namespaces;        // user.max_user_namespaces
    std::optional<long> max_net_namespaces;         // user.max_net_namespaces
    std::optional<long> max_mount_namespaces;       // user.max_mnt_namespaces
    std::optional<long> unprivileged_userns_clone;  // kernel.unprivileged_userns_clone, only Debian's kernels
    std::optional<long> apparmor_restricts_userns;  // kernel.apparmor_restrict_unprivileged_userns, Ubuntu's
    std::optional<long> ptrace_scope;               // kernel.yama.ptrace_scope
    bool has_user_namespaces = true;                // the kernel was built with them
    bool has_net_namespaces = true;
    bool network_is_outside =
        false;  // it belongs to a user namespace around ours, where our capabilities are worth nothing
    // The rest is from /proc/self/status. Source: proc(5)
    bool seccomp_filter = false;     // somebody, for example a container's engine, filters our system calls
    bool no_new_privileges = false;  // neither sudo nor setcap can give this process's children any privilege
    pid_t tracer = 0;                // the process that traces us
    std::uint64_t effective = 0;     // capabilities
    std::uint64_t bounding = ~std::uint64_t{0};

    /// `capability` is a CAP_ number of linux/capability.h.
    bool has(int capability) const { return (effective >> capability & 1U) != 0; }
    bool could_have(int capability) const { return (bounding >> capability & 1U) != 0; }

    friend bool operator==(const Settings&, const Settings&) = default;
};

Settings read_settings();

/// Takes what matters out of the text of /proc/PID/status; lines it does not know are passed over.
void add_process_status(std::string_view text, Settings& settings);

}  // namespace sockstep::os
