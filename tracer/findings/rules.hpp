// tracer/findings/rules.hpp - every rule, and what they share.
#pragma once

#include <fmt/format.h>

#include <cstdint>
#include <string>
#include <vector>

#include "explain/words.hpp"
#include "findings/findings.hpp"
#include "findings/run.hpp"

namespace sockstep::findings {

// Each is a file of its own, with the rule, its reason and its source.
std::vector<Finding> both_wait(const Run& run);
std::vector<Finding> peer_does_not_read(const Run& run);
std::vector<Finding> short_send(const Run& run);
std::vector<Finding> messages_merged(const Run& run);
std::vector<Finding> message_split(const Run& run);
std::vector<Finding> end_of_stream_ignored(const Run& run);
std::vector<Finding> closed_with_unread_bytes(const Run& run);
std::vector<Finding> never_closed(const Run& run);
std::vector<Finding> broken_pipe(const Run& run);
std::vector<Finding> address_in_use(const Run& run);
std::vector<Finding> refused(const Run& run);  // and port-bytes-swapped
std::vector<Finding> accept_queue_full(const Run& run);
std::vector<Finding> established_unaccepted(const Run& run);
std::vector<Finding> nagle_delayed_ack(const Run& run);
std::vector<Finding> busy_loop(const Run& run);

/// Both ends of a connection slept in a receive at the same time, and nobody was left to wake either.
struct Deadlock {
    const End* ends[2];    // the one that connected first
    const Call* calls[2];  // the receives
    base::Timestamp since{};
};
std::vector<Deadlock> deadlocks(const Run& run);

/// Calls and segments may be given in any order, and more than once; 0 is left out.
struct Evidence {
    std::vector<std::uint64_t> calls{};
    std::vector<std::uint64_t> segments{};
};
Finding finding(std::string id, Severity severity, Evidence evidence, std::string says, std::string advice);

inline std::uint64_t id_of(const Call* call) {
    return call == nullptr ? 0 : call->begin.id;
}

}  // namespace sockstep::findings
