// tracer/os/confine.cpp - setns(2), prctl(2) and capset(2), safe to call between fork() and execve().
#include "os/confine.hpp"

#include <linux/capability.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace sockstep::os {

namespace {

/// A kernel may have capabilities that our headers do not know; asked for one that it does not have, it says EINVAL.
bool empty_bounding_set() {
    constexpr unsigned long most_capabilities = 64;  // what the kernel's sets have room for
    for (unsigned long capability = 0; capability < most_capabilities; ++capability) {
        const int held = ::prctl(PR_CAPBSET_READ, capability, 0, 0, 0);
        if (held == 1 && ::prctl(PR_CAPBSET_DROP, capability, 0, 0, 0) == -1) {
            return false;
        }
    }
    return true;
}

bool empty_ambient_set() {
    return ::prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0) == 0;
}

/// By number: capset() has no wrapper in glibc.
bool empty_own_sets() {
    __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
    const __user_cap_data_struct none[_LINUX_CAPABILITY_U32S_3] = {};
    return ::syscall(SYS_capset, &header, none) == 0;
}

}  // namespace

bool join_network(int descriptor) {
    return ::setns(descriptor, CLONE_NEWNET) == 0;
}

bool drop_all_capabilities() {
    return empty_bounding_set() && empty_ambient_set() && empty_own_sets() &&
           ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0;
}

}  // namespace sockstep::os
