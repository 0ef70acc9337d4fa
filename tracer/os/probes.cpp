// tracer/os/probes.cpp - each probe does the thing itself in a child process.
#include "os/probes.hpp"

#include <arpa/inet.h>
#include <linux/if_ether.h>
#include <signal.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>

#include "os/forked.hpp"

namespace sockstep::os {

namespace {

/// To be run in a child: a seccomp filter may kill whoever asks.
int try_capture() {
    return ::socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, htons(ETH_P_ALL)) == -1 ? errno : 0;
}

int try_to_be_traced() {
    if (::ptrace(PTRACE_TRACEME, 0, nullptr, nullptr) == -1) {
        return errno;
    }
    ::raise(SIGSTOP);  // a traced process stops here, and its parent hears of it
    return 0;
}

}  // namespace

Attempt probe_capture() {
    SharedValue<Attempt> attempt{{}};
    const int status = wait_for(fork_to([&] { attempt->error = try_capture(); }));
    if (WIFSIGNALED(status)) {
        attempt->killed_by = WTERMSIG(status);
    }
    return *attempt;
}

Attempt probe_trace() {
    SharedValue<Attempt> attempt{{}};
    const pid_t child = fork_to([&] { attempt->error = try_to_be_traced(); });
    const int status = wait_for(child);
    if (WIFSTOPPED(status)) {
        check(::kill(child, SIGKILL), "kill");
        wait_for(child);
        return {};
    }
    if (WIFSIGNALED(status)) {
        attempt->killed_by = WTERMSIG(status);
    }
    return *attempt;
}

}  // namespace sockstep::os
