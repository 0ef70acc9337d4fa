// tracer/capture/interfaces.hpp - the network interfaces that can be captured on.
#pragma once

#include <string>
#include <vector>

namespace sockstep::capture {

/// `any` stands for all of them at once.
struct Interface {
    std::string name;
    bool is_up = false;
    bool is_loopback = false;

    friend bool operator==(const Interface&, const Interface&) = default;
};

/// The interfaces of this network namespace, and `any`; needs no privilege. Throws: std::system_error.
std::vector<Interface> list_interfaces();

}  // namespace sockstep::capture
