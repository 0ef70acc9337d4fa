// tests/explain/call_sayings.hpp - what is said of a call of a run made by hand.
#pragma once

#include <cstdint>
#include <string>

#include "correlate/scene.hpp"
#include "explain/calls.hpp"

namespace sockstep::explain {

using correlate::Scene;

inline std::string at_begin(Scene& scene, std::uint64_t id) {
    const correlate::Call& call = scene.call(id);
    return explain_begin(call).says;
}

inline std::string at_end(Scene& scene, std::uint64_t id) {
    const correlate::Call& call = scene.call(id);
    return explain_end(scene.correlator.timeline(), call).says;
}

inline std::string sources(Scene& scene, std::uint64_t id) {
    const correlate::Call& call = scene.call(id);
    return explain_end(scene.correlator.timeline(), call).sources();
}

}  // namespace sockstep::explain
