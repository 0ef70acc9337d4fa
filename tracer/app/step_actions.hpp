// tracer/app/step_actions.hpp - what a stepped run lets its leader do, and look at.
#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <string>

#include "calls/tracer.hpp"
#include "labnet/wire.hpp"

namespace sockstep::app {

/// What the desk may do to the run.
struct StepActions {
    calls::Tracer* tracer = nullptr;
    labnet::Wire* wire = nullptr;
    std::function<void(const std::string& program, const std::string& line)> type{};
    std::function<void(const std::string& program)> end_input{};
    std::function<void()> catch_up{};  // all that has happened until now is in the timeline afterwards

    /// The frame that is held under this number; nothing if none is.
    const labnet::Held* held(std::uint64_t id) const {
        const auto found = std::ranges::find(wire->held(), id, &labnet::Held::id);
        return found == wire->held().end() ? nullptr : &*found;
    }
};

}  // namespace sockstep::app
