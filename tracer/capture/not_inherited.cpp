// tracer/capture/not_inherited.cpp - compares the open descriptors before and after.
#include "capture/not_inherited.hpp"

#include <fcntl.h>

#include <algorithm>

#include "os/file.hpp"

namespace sockstep::capture {

NotInherited::NotInherited() : before_{os::open_descriptors()} {}

NotInherited::~NotInherited() {
    for (const int fd : os::open_descriptors()) {
        if (std::ranges::find(before_, fd) == before_.end()) {
            ::fcntl(fd, F_SETFD, FD_CLOEXEC);
        }
    }
}

}  // namespace sockstep::capture
