// tracer/os/probes.hpp - may we? Asked by doing it, in a way that leaves nothing behind.
#pragma once

namespace sockstep::os {

/// What the kernel answered. (Namespaces are asked for by probe_private_network().)
struct Attempt {
    int error = 0;      // errno
    int killed_by = 0;  // the signal, where the kernel answered with one: a seccomp filter's SIGSYS

    bool allowed() const { return error == 0 && killed_by == 0; }

    friend bool operator==(const Attempt&, const Attempt&) = default;
};

/// Opens what a capture opens, an AF_PACKET socket, and closes it. Source: packet(7)
Attempt probe_capture();

/// Traces a child process until its first stop. Blocks: until the child has stopped or ended, at once. Source:
/// ptrace(2)
Attempt probe_trace();

}  // namespace sockstep::os
