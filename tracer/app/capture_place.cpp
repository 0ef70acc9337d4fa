// tracer/app/capture_place.cpp - asks for the right to capture, then for namespaces.
#include "app/capture_place.hpp"

#include <vector>

#include "app/doctor.hpp"
#include "os/private_network.hpp"
#include "os/probes.hpp"

namespace sockstep::app {

namespace {

/// What the doctor says of capturing, and of the first step to a private network that is refused.
std::string doctors_advice(const std::string& who) {
    std::string text = who + " may not capture here, and not in a private network either.\n";
    const std::vector<Check> checks = judge(examine_machine());
    for (const Check& check : checks) {
        const bool matters =
            check.name == "capture" || check.name.ends_with("-namespaces") || check.name == "private-capture";
        if (matters && !check.allowed && !check.remedy.empty()) {
            text += "  " + check.name + "\n" + advice(check);
        }
    }
    return text + "  One of them is enough.";
}

}  // namespace

void find_a_place_to_capture(const std::string& who, const std::function<void(std::string_view)>& notice) {
    if (os::probe_capture().allowed()) {
        return;
    }
    if (os::probe_private_network().refused()) {
        throw CannotCapture{doctors_advice(who)};
    }
    if (notice) {
        notice("no right to capture here, so " + who +
               " runs in a private network of its own (user and network namespace)");
    }
    os::enter_private_network();
}

}  // namespace sockstep::app
