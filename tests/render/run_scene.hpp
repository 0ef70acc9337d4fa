// tests/render/run_scene.hpp - a run made by hand that is small enough to be looked at.
#pragma once

#include <cstdint>
#include <vector>

#include "correlate/scene.hpp"
#include "render/cast.hpp"

namespace sockstep::render {

using correlate::Scene;

inline const std::vector<Role> pair{{"server", "echo-server 5000", tcp::Side::Server},
                                    {"client", "echo-client localhost 5000", tcp::Side::Client}};

/// Sleeps in recv until "hello" comes.
inline std::uint64_t sleep_and_receive(Scene& scene) {
    scene.open();
    scene.server.call(record::CallKind::Option, 0);
    const std::uint64_t receive = scene.server.begin_unready(record::CallKind::Receive);
    scene.client.send("hello");
    scene.talk.client().data("hello");
    scene.server.end_receive(receive, "hello");
    return receive;
}

}  // namespace sockstep::render
