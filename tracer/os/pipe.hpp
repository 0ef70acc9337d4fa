// tracer/os/pipe.hpp - a pipe whose ends close themselves.
#pragma once

#include "os/fd.hpp"

namespace sockstep::os {

struct Pipe {
    Fd reader;
    Fd writer;
};

/// Close-on-exec, and away from descriptors 0, 1 and 2, which are ours to lose if somebody started us without them.
Pipe make_pipe();

}  // namespace sockstep::os
