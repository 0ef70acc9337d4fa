// tracer/os/forked.hpp - work done in a short-lived copy of ourselves, and what came of it.
#pragma once

#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <new>
#include <type_traits>

#include "os/check.hpp"

namespace sockstep::os {

/// Memory shared with children forked after this was made. The child's last words survive even a signal that kills it.
template <typename Value>
requires std::is_trivially_copyable_v<Value>
class SharedValue {
public:
    explicit SharedValue(Value start) {
        void* memory = ::mmap(nullptr, sizeof(Value), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
        if (memory == MAP_FAILED) {
            throw_errno("mmap");
        }
        value_ = new (memory) Value{start};
    }
    ~SharedValue() { ::munmap(value_, sizeof(Value)); }
    SharedValue(const SharedValue&) = delete;
    SharedValue& operator=(const SharedValue&) = delete;

    Value& operator*() { return *value_; }
    Value* operator->() { return value_; }

private:
    Value* value_ = nullptr;
};

/// Runs `work` in a child process; returns its process id. REQUIRES: `work` calls only async-signal-safe functions and
/// does not throw. The child does not survive us.
template <typename Work>
pid_t fork_to(const Work& work) {
    const pid_t parent = ::getpid();
    const pid_t child = check(::fork(), "fork");
    if (child == 0) {
        ::prctl(PR_SET_PDEATHSIG, SIGKILL);
        if (::getppid() == parent) {
            work();
        }
        ::_exit(0);
    }
    return child;
}

/// waitpid(), again and again until no signal interrupts it.
inline int wait_for(pid_t child) {
    int status = 0;
    while (::waitpid(child, &status, 0) == -1) {
        if (errno != EINTR) {
            throw_errno("waitpid");
        }
    }
    return status;
}

}  // namespace sockstep::os
