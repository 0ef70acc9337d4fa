// tracer/os/confine.hpp - what a child does between fork() and execve() to become a program of the lab.
#pragma once

namespace sockstep::os {

// Async-signal-safe, as all that is called there must be: they allocate nothing, do not throw, and answer false with
// errno set.

/// Moves the calling thread into the network namespace that `descriptor` stands for. Needs: CAP_SYS_ADMIN over it and
/// over our own user namespace, as who made it there has. Source: setns(2)
bool join_network(int descriptor);

/// Gives up every capability for good: the bounding, ambient, inheritable, permitted and effective sets become empty,
/// and no_new_privs keeps set-user-id bits and file capabilities from giving any back. With an empty bounding set
/// execve() gives none to user id 0 either. Needs: CAP_SETPCAP, unless the bounding set is empty already.
/// Source: capabilities(7), "Transformation of capabilities during execve()"
bool drop_all_capabilities();

}  // namespace sockstep::os
