// tracer/app/capture_place.cpp - asks for the right to capture, then for namespaces.
#include "app/capture_place.hpp"

#include "os/private_network.hpp"
#include "os/probes.hpp"

namespace sockstep::app {

CapturePlace find_a_place_to_capture(const std::function<void(std::string_view)>& notice) {
    if (os::probe_capture().allowed()) {
        return CapturePlace::Here;
    }
    if (os::probe_private_network().refused()) {
        notice(
            "no right to capture here, nor in a private network, so only calls are shown; sockstep doctor says why, "
            "and what to type");
        return CapturePlace::None;
    }
    notice("no right to capture here, so sockstep runs in a private network of its own (user and network namespace)");
    os::enter_private_network();
    return CapturePlace::PrivateNetwork;
}

}  // namespace sockstep::app
