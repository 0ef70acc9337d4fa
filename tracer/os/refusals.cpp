// tracer/os/refusals.cpp - from errno and settings to a reason and a remedy.
#include "os/refusals.hpp"

#include <fmt/format.h>
#include <linux/capability.h>
#include <string.h>

#include <cerrno>

namespace sockstep::os {

namespace {

constexpr long ptrace_scope_admin_only = 2;  // Source: Documentation/admin-guide/LSM/Yama.rst
constexpr long ptrace_scope_none = 3;

/// "EPERM (Operation not permitted)".
std::string name_of(int error) {
    const char* name = ::strerrorname_np(error);
    return fmt::format("{} ({})", name == nullptr ? std::to_string(error) : name, ::strerrordesc_np(error));
}

Refusal killed(const std::string& call, int signal) {
    const char* name = ::sigabbrev_np(signal);
    return {fmt::format("{} was answered with the signal SIG{}, as a seccomp filter does", call,
                        name == nullptr ? std::to_string(signal) : name),
            "run sockstep outside this sandbox, or start the container with --security-opt seccomp=unconfined", ""};
}

/// EPERM or EACCES that no setting explains.
Refusal refused_by_something(const std::string& call, int error, const Settings& settings) {
    if (settings.seccomp_filter) {
        return {
            fmt::format("the kernel refused {} with {}; a seccomp filter is active here, as in a container, and is a"
                        " likely reason, though not a certain one",
                        call, name_of(error)),
            "if this is a container, start it with --security-opt seccomp=unconfined, or run sockstep outside", ""};
    }
    return {fmt::format("the kernel refused {} with {}, and not because of any setting that sockstep knows; no seccomp"
                        " filter is active, so it may be a security module{}",
                        call, name_of(error), call == call_of(NetworkStep::UserNamespace) ? " or a chroot" : ""),
            "look for the reason in the kernel's log", "sudo dmesg | tail"};
}

Refusal plain(const std::string& call, int error) {
    return {fmt::format("the kernel refused {} with {}", call, name_of(error)), "", ""};
}

bool is_permission(int error) {
    return error == EPERM || error == EACCES;
}

Refusal no_permission_for_namespaces(const NetworkAttempt& attempt, const Settings& settings) {
    const bool privileged = settings.has(CAP_SYS_ADMIN);
    if (attempt.last == NetworkStep::UserNamespace && settings.unprivileged_userns_clone == 0 && !privileged) {
        return {"kernel.unprivileged_userns_clone is 0, so only root may create user namespaces",
                "allow them (until the next boot; a file in /etc/sysctl.d/ makes it last)",
                "sudo sysctl kernel.unprivileged_userns_clone=1"};
    }
    if (settings.apparmor_restricts_userns.value_or(0) != 0 && !privileged) {
        return {
            "kernel.apparmor_restrict_unprivileged_userns is 1, so in a user namespace AppArmor refuses every"
            " capability to programs without a profile that allows them",
            "lift that (until the next boot; a file in /etc/sysctl.d/ makes it last)",
            "sudo sysctl kernel.apparmor_restrict_unprivileged_userns=0"};
    }
    return refused_by_something(call_of(attempt.last), attempt.error, settings);
}

Refusal too_many(const char* setting, const char* things, std::optional<long> limit) {
    if (limit == 0) {
        return {fmt::format("{} is 0, so nobody may create {}", setting, things),
                "allow some (until the next boot; a file in /etc/sysctl.d/ makes it last)",
                fmt::format("sudo sysctl {}=10000", setting)};
    }
    const std::string here = limit ? fmt::format(" ({} here)", *limit) : "";
    return {fmt::format("a limit is reached: {}{}, here or in a user namespace around this one, or the depth of 32 to"
                        " which user namespaces may be nested",
                        setting, here),
            "end programs that hold such namespaces (lsns lists them), or raise the limit", "lsns"};
}

bool is_about_user_namespaces(NetworkStep step) {
    return step == NetworkStep::UserNamespace || step == NetworkStep::MapIds;
}

Refusal no_such_namespaces(const NetworkAttempt& attempt) {
    const char* option = is_about_user_namespaces(attempt.last) ? "CONFIG_USER_NS" : "CONFIG_NET_NS";
    return {fmt::format("this kernel was built without {}", option), "use a kernel that has it, as Debian's does", ""};
}

}  // namespace

Refusal why_no_capture(const Attempt& attempt, const Settings& settings, const std::string& executable) {
    const std::string call = "socket(AF_PACKET)";
    if (attempt.killed_by != 0) {
        return killed(call, attempt.killed_by);
    }
    if (attempt.error == EAFNOSUPPORT) {
        return {"this kernel has no packet sockets (CONFIG_PACKET), or their module is not loaded", "load it",
                "sudo modprobe af_packet"};
    }
    if (!is_permission(attempt.error)) {
        return plain(call, attempt.error);
    }
    if (settings.network_is_outside) {
        return {
            "this network belongs to a user namespace outside the one that sockstep runs in, so whatever it may do"
            " in there, it may not capture here",
            "run it outside that namespace or container", ""};
    }
    if (settings.has(CAP_NET_RAW)) {
        return refused_by_something(call, attempt.error, settings);
    }
    if (!settings.could_have(CAP_NET_RAW)) {
        return {
            "capturing needs CAP_NET_RAW, and nothing that runs here can get that: it is missing from the bounding"
            " set",
            "if this is a container, start it with --cap-add=NET_RAW", ""};
    }
    if (settings.no_new_privileges) {
        return {"capturing needs CAP_NET_RAW, and no_new_privs is set here, so neither sudo nor setcap can give it",
                "use a shell that was started without no_new_privs", ""};
    }
    return {"capturing needs CAP_NET_RAW, which this program does not have",
            "run it with sudo, or give the program that right once", "sudo setcap cap_net_raw=ep " + executable};
}

Refusal why_no_trace(const Attempt& attempt, const Settings& settings) {
    const std::string call = "ptrace(PTRACE_TRACEME)";
    if (attempt.killed_by != 0) {
        return killed(call, attempt.killed_by);
    }
    if (!is_permission(attempt.error)) {
        return plain(call, attempt.error);
    }
    if (settings.ptrace_scope == ptrace_scope_none) {
        return {"kernel.yama.ptrace_scope is 3, so nobody may trace; it cannot be lowered before the next boot",
                "set kernel.yama.ptrace_scope = 1 in a file of /etc/sysctl.d/ and boot again", ""};
    }
    if (settings.ptrace_scope == ptrace_scope_admin_only && !settings.has(CAP_SYS_PTRACE)) {
        return {"kernel.yama.ptrace_scope is 2, so only who has CAP_SYS_PTRACE may trace",
                "allow tracing one's own children (until the next boot)", "sudo sysctl kernel.yama.ptrace_scope=1"};
    }
    if (settings.tracer != 0) {
        return {fmt::format("the kernel refused {} with {}; process {} traces this one, and may trace its children too"
                            " (strace -f), of which each can have one tracer only",
                            call, name_of(attempt.error), settings.tracer),
                "run it without that tracer", ""};
    }
    return refused_by_something(call, attempt.error, settings);
}

Refusal why_no_private_network(const NetworkAttempt& attempt, const Settings& settings) {
    const std::string call = call_of(attempt.last);
    const bool user = is_about_user_namespaces(attempt.last);
    if (attempt.killed_by != 0) {
        return killed(call, attempt.killed_by);
    }
    if (attempt.error == ENOSPC || attempt.error == EUSERS) {
        if (attempt.last == NetworkStep::MountNamespace) {
            return too_many("user.max_mnt_namespaces", "mount namespaces", settings.max_mount_namespaces);
        }
        return user ? too_many("user.max_user_namespaces", "user namespaces", settings.max_user_namespaces)
                    : too_many("user.max_net_namespaces", "network namespaces", settings.max_net_namespaces);
    }
    if (user ? !settings.has_user_namespaces : !settings.has_net_namespaces) {
        return no_such_namespaces(attempt);
    }
    return is_permission(attempt.error) ? no_permission_for_namespaces(attempt, settings) : plain(call, attempt.error);
}

}  // namespace sockstep::os
