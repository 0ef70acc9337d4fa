// tests/app/run_command.hpp - sockstep run as a whole program, and what its JSON lines hold.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "app/cli.hpp"
#include "os/private_network.hpp"
#include "os/probes.hpp"
#include "require_system.hpp"
#include "server/listener.hpp"

namespace sockstep::app::test {

using Json = nlohmann::json;
using Lines = std::vector<Json>;

class RunCommand : public ::testing::Test {
protected:
    void SetUp() override {
        REQUIRE_SYSTEM(os::probe_trace().allowed(), "needs ptrace; see sockstep doctor");
        REQUIRE_SYSTEM(os::probe_capture().allowed() || !os::probe_private_network().refused(),
                       "needs the right to capture, or user namespaces; see sockstep doctor");
    }

    static Outcome run_with(std::vector<std::string> arguments) {
        arguments.insert(arguments.begin(), "run");
        return run(arguments, usual);
    }
    static Lines json_of(std::vector<std::string> arguments) {
        arguments.insert(arguments.begin(), "--json");
        const Outcome outcome = run_with(std::move(arguments));
        last_errors = outcome.err;
        last_status = outcome.status;
        return json_lines(outcome.out);
    }

    static inline std::string last_errors;  // of the last json_of()
    static inline int last_status = 0;
};

/// The first that fits, or an empty object.
inline Json first(const Lines& all, const std::function<bool(const Json&)>& fits) {
    const auto found = std::ranges::find_if(all, fits);
    return found == all.end() ? Json::object() : *found;
}

inline Json call_of(const Lines& all, const std::string& program, const std::string& name) {
    return first(all, [&](const Json& one) {
        return one["type"] == "call" && one["program"] == program && one["name"] == name;
    });
}

/// All that a program printed to a stream.
inline std::string printed(const Lines& all, const std::string& program, const std::string& stream = "stdout") {
    std::string text;
    for (const Json& output : of_type(all, "output")) {
        if (output["program"] == program && output["stream"] == stream) {
            text += output["text"].get<std::string>();
        }
    }
    return text;
}

/// A free port, as text; it was taken and given back.
inline std::string free_port() {
    const support::Listener listener;
    return std::to_string(listener.port());
}

}  // namespace sockstep::app::test
