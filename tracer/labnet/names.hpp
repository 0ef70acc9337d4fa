// tracer/labnet/names.hpp - the lab's names of hosts, for this process and all that it starts.
#pragma once

#include <vector>

#include "labnet/hosts.hpp"

namespace sockstep::labnet {

/// Covers /etc/hosts with a file that knows the lab's hosts, and the door of a name service cache (nscd), which would
/// answer from outside. The file lies in a file system that nobody else can see and that ends with us.
/// Needs: a mount namespace of our own. Throws: std::system_error naming the step.
void cover_hosts_file(const std::vector<Host>& hosts);

}  // namespace sockstep::labnet
