// tracer/app/traced_ports.hpp - which frames of a capture may belong to the programs of a run.
#pragma once

#include <cstdint>
#include <set>

#include "record/event.hpp"
#include "record/frame.hpp"

namespace sockstep::app {

/// A capture of lo shows the whole machine's traffic. The ports that programs listen on and connect to are told by
/// their calls, which come before the first frame.
class TracedPorts {
public:
    void add(const record::Event& event);

    /// It is a TCP segment from or to one of the ports.
    bool concerns(const record::Frame& frame) const;

    bool listens(std::uint16_t port) const { return listening_.contains(port); }

private:
    std::set<std::uint16_t> listening_;
    std::set<std::uint16_t> all_;
};

}  // namespace sockstep::app
