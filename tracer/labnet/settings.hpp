// tracer/labnet/settings.hpp - a host's settings: the kernel's, and those of its interface.
#pragma once

#include <string>
#include <vector>

namespace sockstep::labnet {

/// How long the kernel of a host keeps trying.
enum class Patience {
    Usual,  // as the machine is set
    Long,   // segments may be stopped by hand for hours: no connection may be given up meanwhile
};

// All of these are about the network namespace that the calling thread is in.

/// Settings of the wire's namespace, made before its interfaces: its own kernel is to stay silent.
/// Throws: std::system_error naming the setting.
void settle_wire();

/// Settings of a host, made before its interface. Returns what the kernel refused and can be done without, a sentence
/// each. Throws: std::system_error naming a setting that cannot.
std::vector<std::string> settle_host(Patience patience);

/// Settings of a host's interface, which must be there and down. Throws: as settle_host().
void settle_interface(const std::string& interface, bool with_ipv6);

/// The kernel speaks IPv6.
bool has_ipv6();

/// Switches off what would make frames that no wire carries: segments longer than the MSS, or without their checksum.
/// Throws: std::system_error. Source: ethtool(8), "-K"
void switch_offloads_off(const std::string& interface);

}  // namespace sockstep::labnet
