// tracer/os/refusals.hpp - why the kernel said no, and what to type so that it says yes.
#pragma once

#include <string>

#include "os/private_network.hpp"
#include "os/probes.hpp"
#include "os/settings.hpp"

namespace sockstep::os {

/// Only what is certain is stated as certain: a setting is named if it was read and refuses by its documentation.
struct Refusal {
    std::string reason;   // a sentence without its full stop
    std::string remedy;   // the same; empty if none is known
    std::string command;  // what to type; empty where it is not one command

    friend bool operator==(const Refusal&, const Refusal&) = default;
};

// Pure functions: what was refused, and the settings as they were, to words.

/// `executable` is the program that needs the right. REQUIRES: it was refused.
Refusal why_no_capture(const Attempt& attempt, const Settings& settings, const std::string& executable);

/// REQUIRES: it was refused.
Refusal why_no_trace(const Attempt& attempt, const Settings& settings);

/// REQUIRES: it was refused.
Refusal why_no_private_network(const NetworkAttempt& attempt, const Settings& settings);

}  // namespace sockstep::os
