// tracer/os/private_network.cpp - unshare(2), step by step.
#include "os/private_network.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <linux/if_ether.h>
#include <net/if.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "os/check.hpp"
#include "os/forked.hpp"

namespace sockstep::os {

namespace {

/// Lines for /proc/self/uid_map and gid_map: "1000 1000 1" maps one id, to itself.
struct IdMaps {
    std::string user = fmt::format("{0} {0} 1", ::geteuid());
    std::string group = fmt::format("{0} {0} 1", ::getegid());
};

// The steps run in a forked child too, so they call only async-signal-safe functions and do not throw: they return
// false and leave errno.

bool write_file(const char* path, const char* text) {
    const int file = ::open(path, O_WRONLY | O_CLOEXEC);
    if (file == -1) {
        return false;
    }
    const bool written = ::write(file, text, std::strlen(text)) != -1;
    const int error = errno;
    ::close(file);
    errno = error;
    return written;
}

bool map_ids(const IdMaps& maps) {
    // A program with file capabilities is "not dumpable", and then its /proc files belong to root. Source: proc(5)
    ::prctl(PR_SET_DUMPABLE, 1);
    // Who cannot change its groups may map its group. Source: user_namespaces(7), "Defining user and group ID mappings"
    return write_file("/proc/self/setgroups", "deny") && write_file("/proc/self/uid_map", maps.user.c_str()) &&
           write_file("/proc/self/gid_map", maps.group.c_str());
}

bool raise_loopback() {
    const int socket = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (socket == -1) {
        return false;
    }
    ifreq request{};
    std::memcpy(request.ifr_name, "lo", sizeof "lo");
    request.ifr_flags = IFF_UP | IFF_RUNNING;
    const bool raised = ::ioctl(socket, SIOCSIFFLAGS, &request) != -1;
    const int error = errno;
    ::close(socket);
    errno = error;
    return raised;
}

bool open_packet_socket() {
    const int socket = ::socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, htons(ETH_P_ALL));
    return socket != -1 && ::close(socket) == 0;
}

bool unshare_mounts() {
    return ::unshare(CLONE_NEWNS) == 0 && ::mount(nullptr, "/", nullptr, MS_REC | MS_SLAVE, nullptr) == 0;
}

bool take(NetworkStep step, const IdMaps& maps) {
    switch (step) {
        case NetworkStep::UserNamespace:
            return ::unshare(CLONE_NEWUSER) == 0;
        case NetworkStep::MapIds:
            return map_ids(maps);
        case NetworkStep::NetworkNamespace:
            return ::unshare(CLONE_NEWNET) == 0;
        case NetworkStep::RaiseLoopback:
            return raise_loopback();
        case NetworkStep::PacketSocket:
            return open_packet_socket();
        case NetworkStep::MountNamespace:
            return unshare_mounts();
    }
    return false;
}

/// Takes the steps up to `last` and notes each in `attempt` before it is taken.
void take_steps(NetworkStep last, const IdMaps& maps, NetworkAttempt& attempt) {
    for (auto step = NetworkStep::UserNamespace; step <= last;
         step = static_cast<NetworkStep>(static_cast<int>(step) + 1)) {
        attempt.last = step;
        if (!take(step, maps)) {
            attempt.error = errno;
            return;
        }
    }
}

/// Takes the steps up to `last` for good.
void enter(NetworkStep last) {
    NetworkAttempt attempt;
    take_steps(last, IdMaps{}, attempt);
    if (attempt.refused()) {
        errno = attempt.error;
        throw_errno(call_of(attempt.last));
    }
}

}  // namespace

std::string call_of(NetworkStep step) {
    switch (step) {
        case NetworkStep::UserNamespace:
            return "unshare(CLONE_NEWUSER)";
        case NetworkStep::MapIds:
            return "write(/proc/self/uid_map)";
        case NetworkStep::NetworkNamespace:
            return "unshare(CLONE_NEWNET)";
        case NetworkStep::RaiseLoopback:
            return "ioctl(SIOCSIFFLAGS, lo)";
        case NetworkStep::PacketSocket:
            return "socket(AF_PACKET)";
        case NetworkStep::MountNamespace:
            return "unshare(CLONE_NEWNS)";
    }
    return {};
}

NetworkAttempt probe_private_network(NetworkStep last) {
    const IdMaps maps;
    SharedValue<NetworkAttempt> attempt{{}};
    const pid_t child = fork_to([&] { take_steps(last, maps, *attempt); });
    const int status = wait_for(child);
    if (WIFSIGNALED(status)) {
        attempt->killed_by = WTERMSIG(status);
    }
    return *attempt;
}

void enter_private_network() {
    enter(NetworkStep::RaiseLoopback);
}

void enter_user_namespace() {
    enter(NetworkStep::MapIds);
}

void enter_mount_namespace() {
    if (!unshare_mounts()) {
        throw_errno(call_of(NetworkStep::MountNamespace));
    }
}

}  // namespace sockstep::os
