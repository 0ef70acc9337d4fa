// tracer/explain/calls.hpp - a socket call in words: why it sleeps, what came of it, what woke it.
#pragma once

#include <string>
#include <string_view>

#include "correlate/timeline.hpp"
#include "explain/explain.hpp"

namespace sockstep::explain {

/// Why the call sleeps; empty for one that does not.
Explanation explain_begin(const correlate::Call& call);

/// What came of it and what woke it; of a call that has not ended, why it sleeps. REQUIRES: `call` is of `timeline`,
/// here and below.
Explanation explain_end(const correlate::Timeline& timeline, const correlate::Call& call);

/// What a segment does, and which call made it. Of one that our wire lost or damaged nothing is said that only an
/// arrival brings about.
Explanation explain(const correlate::Timeline& timeline, const correlate::Segment& segment);

/// "client's send (call 7)", "the kernel, on its own", "the end of process 4711", "unknown".
std::string cause_of(const correlate::Timeline& timeline, const correlate::Segment& segment);

/// Why `segment`, a RST, was sent, a clause: "3 bytes had not been read when the client's program closed the socket".
/// Empty where no call and no end of a process made it.
std::string why_reset(const correlate::Timeline& timeline, const correlate::Segment& segment);

/// "woken by #2", "its time ran out", "woken by SIGALRM"; empty for a call that was not blocked or goes on.
std::string wake_of(const correlate::Timeline& timeline, const correlate::Call& call);

/// "as a rule says": why the wire dropped a segment.
std::string_view why_lost(record::DropReason reason);

}  // namespace sockstep::explain
