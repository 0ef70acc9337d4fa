// tests/architecture/modules/clock/reads_the_clock.cpp - breaks a rule, if PURE: a test cannot replay it.
#include <chrono>

const auto started = std::chrono::steady_clock::now();
