// tracer/explain/call_errors.hpp - what the kernel means when a socket call fails.
#pragma once

#include <string>
#include <string_view>

#include "correlate/timeline.hpp"
#include "explain/words.hpp"

namespace sockstep::explain {

/// The failure in a sentence, with what is known of its reason in this very run. REQUIRES: call.failed().
void say_failure(const correlate::Timeline& timeline, const correlate::Call& call, Story& story);

/// "Connection refused" for "ECONNREFUSED": the C library's words; empty if it is not known here.
std::string_view text_of_error(std::string_view name);

}  // namespace sockstep::explain
