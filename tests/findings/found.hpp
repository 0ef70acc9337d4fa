// tests/findings/found.hpp - what is found in a run made by hand.
#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <vector>

#include "correlate/scene.hpp"
#include "findings/findings.hpp"

namespace sockstep::findings {

using correlate::Scene;
using record::CallKind;

/// The ids of what is found once the run is over.
inline std::vector<std::string> found_in(Scene& scene) {
    scene.last();
    scene.correlator.finish();
    std::vector<std::string> ids;
    for (const Finding& each : find(scene.correlator.timeline())) {
        EXPECT_FALSE(each.calls.empty() && each.segments.empty()) << each.id;
        EXPECT_NE(each.says, "") << each.id;
        EXPECT_NE(each.advice, "") << each.id;
        ids.push_back(each.id);
    }
    return ids;
}

/// What is said of each.
inline std::vector<std::string> sayings_in(Scene& scene) {
    found_in(scene);
    std::vector<std::string> sayings;
    for (const Finding& each : find(scene.correlator.timeline())) {
        sayings.push_back(each.says);
    }
    return sayings;
}

/// The run is over: sockstep sends both programs SIGINT.
inline void told_to_end(Scene& scene) {
    const base::Timestamp now = scene.correlator.timeline().moments.back().time;
    for (const int pid : {101, 201}) {
        scene.correlator.add(record::Process{.change = record::ProcessChange::Signal,
                                             .time = now,
                                             .pid = pid,
                                             .tid = pid,
                                             .signal = "SIGINT",
                                             .by_sockstep = true});
    }
}

inline void ends_in_it(Scene::Program& program, std::uint64_t call) {
    program.end(call, -1, [](record::CallEnd& end) {
        end.fate = record::CallFate::ThreadEnded;
        end.signal = "SIGINT";
    });
}

inline std::uint64_t option(Scene::Program& program, const std::string& name) {
    const auto call = program.begin(CallKind::Option, [&](record::CallBegin& begin) {
        begin.arguments = {{"level", "SOL_SOCKET"}, {"optname", name}};
    });
    program.end(call, 0);
    return call;
}

}  // namespace sockstep::findings
