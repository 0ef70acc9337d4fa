// tests/correlate/waking.hpp - what tests of wakes share.
#pragma once

#include <cstdint>
#include <string>

#include "correlate/scene.hpp"

namespace sockstep::correlate {

inline Wake by_segment(std::uint64_t id) {
    return {.by = Waker::Segment, .segment = id};
}

inline std::uint64_t set_option(Scene::Program& program, const std::string& name, std::int64_t value) {
    const auto option = program.begin(record::CallKind::Option, [&](record::CallBegin& call) {
        call.name = "setsockopt";
        call.arguments = {{"level", "a level"}, {"optname", name}, {"optval", value}};
    });
    program.end(option, 0);
    return option;
}

}  // namespace sockstep::correlate
