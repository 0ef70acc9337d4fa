// tracer/os/private_network.hpp - a network of our own, in which an ordinary user may do what root may do outside.
#pragma once

#include <cstdint>
#include <string>

namespace sockstep::os {

/// What it takes, in this order; each step can be refused by a setting of its own.
enum class NetworkStep : std::uint8_t {
    UserNamespace,     // in a user namespace of its own a process has every capability over what belongs to that
    MapIds,            // the user stays who it is: files, and programs we start, see the same id
    NetworkNamespace,  // interfaces, addresses, routes and ports of its own
    RaiseLoopback,     // a new network namespace's only interface, lo, is down
    PacketSocket,      // what a capture opens (only tried by probe_private_network())
    MountNamespace,    // mounts of its own, so that it may cover a file for itself alone (only tried by the probe)
};

/// The system call behind a step, as a message names it: "unshare(CLONE_NEWUSER)".
std::string call_of(NetworkStep step);

/// How far it went: every step was allowed, or the last one tried was refused.
struct NetworkAttempt {
    NetworkStep last = NetworkStep::UserNamespace;
    int error = 0;      // errno
    int killed_by = 0;  // the signal, where the kernel answered with one: a seccomp filter's SIGSYS

    bool refused() const { return error != 0 || killed_by != 0; }
    /// `step` was reached and done.
    bool allowed(NetworkStep step) const { return step < last || (step == last && !refused()); }

    friend bool operator==(const NetworkAttempt&, const NetworkAttempt&) = default;
};

/// Tries all steps up to `last` in a child process, which then ends: nothing changes for us.
NetworkAttempt probe_private_network(NetworkStep last = NetworkStep::PacketSocket);

/// Moves this process, and all it starts from now on, into a new user namespace and a new network namespace whose only
/// interface is lo, up. There is no way back. Needs: a process with one thread; call it before sockets are opened, as
/// they stay in the network they were opened in. Throws: std::system_error naming the step that was refused; some
/// steps may have been done, so ask probe_private_network() first. Source: user_namespaces(7), network_namespaces(7).
void enter_private_network();

/// The first two steps alone: this process gets every capability over namespaces that it makes from now on, and keeps
/// its user and group. Needs and throws: as enter_private_network().
void enter_user_namespace();

/// Gives this process mounts of its own: those made outside still appear, those made here do not show outside. Needs: a
/// user namespace of its own. Throws: std::system_error. Source: mount_namespaces(7)
void enter_mount_namespace();

}  // namespace sockstep::os
