// tests/require_system.hpp - a test that this machine refuses to run is skipped, or fails where nothing may be skipped.
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>

namespace sockstep {

/// In CI, where everything is allowed, a refusal is a failure.
inline bool every_system_test_must_run() {
    const char* value = std::getenv("SOCKSTEP_REQUIRE_SYSTEM");
    return value != nullptr && *value == '1';
}

}  // namespace sockstep

/// Ends the test when `condition` is false: skipped with `remedy`, or failed if SOCKSTEP_REQUIRE_SYSTEM=1.
#define REQUIRE_SYSTEM(condition, remedy)                               \
    do {                                                                \
        if (!(condition) && ::sockstep::every_system_test_must_run()) { \
            GTEST_FAIL() << (remedy);                                   \
        }                                                               \
        if (!(condition)) {                                             \
            GTEST_SKIP() << (remedy);                                   \
        }                                                               \
    } while (false)
