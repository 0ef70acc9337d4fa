// tracer/record/event.hpp - anything that is observed of programs, in one type.
#pragma once

#include <variant>

#include "base/timestamp.hpp"
#include "record/call.hpp"
#include "record/process.hpp"

namespace sockstep::record {

/// What a tracer sees beside frames, which are views and travel on their own.
using Event = std::variant<CallBegin, CallEnd, Process, Output>;

inline base::Timestamp time_of(const Event& event) {
    return std::visit([](const auto& each) { return each.time; }, event);
}

}  // namespace sockstep::record
