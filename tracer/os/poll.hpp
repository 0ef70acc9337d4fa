// tracer/os/poll.hpp - waits for several descriptors at once.
#pragma once

#include <poll.h>

#include <vector>

namespace sockstep::os {

/// Made anew for each round of a loop: add() what matters now, wait(), then ask ready() of each.
class Poll {
public:
    void add(int fd) { watched_.push_back({fd, POLLIN, 0}); }

    /// Blocks: until one of them can be read, has come to its end, or has an error to tell, or `milliseconds` have
    /// passed (-1: for ever); a signal ends it early. Then none is ready, and it returns false.
    bool wait(int milliseconds = -1);

    /// Reading `fd` will not block.
    bool ready(int fd) const;

private:
    std::vector<pollfd> watched_;
};

}  // namespace sockstep::os
