// tracer/capture/not_inherited.hpp - keeps what libpcap opens from the programs that we start.
#pragma once

#include <vector>

namespace sockstep::capture {

/// Every descriptor that is opened while this object lives is closed by execve(). libpcap 1.10.3 opens its socket and
/// an eventfd so that programs would inherit them. Source: pcap-linux.c
class NotInherited {
public:
    NotInherited();
    ~NotInherited();
    NotInherited(const NotInherited&) = delete;
    NotInherited& operator=(const NotInherited&) = delete;

private:
    std::vector<int> before_;
};

}  // namespace sockstep::capture
