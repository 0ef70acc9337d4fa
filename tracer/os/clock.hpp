// tracer/os/clock.hpp - what time it is.
#pragma once

#include "base/timestamp.hpp"

namespace sockstep::os {

/// By the clock that capturing stamps its frames with too.
inline base::Timestamp now() {
    return std::chrono::system_clock::now();
}

}  // namespace sockstep::os
