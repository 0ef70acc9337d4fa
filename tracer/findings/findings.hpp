// tracer/findings/findings.hpp - mistakes and surprises in a timeline, each with its evidence.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "correlate/timeline.hpp"

/// findings: what a teacher would point at. Comes in: the timeline of a run. Goes out: findings. Called by whoever
/// shows a run; must not know how anything is printed. Each rests on calls and segments that show it; where these could
/// also be a correct program's, there is none. A false alarm is a defect, a silence is not.
namespace sockstep::findings {

enum class Severity : std::uint8_t {
    Error,    // the conversation fails of it
    Warning,  // it went well, or may have; sooner or later it will not
    Note,     // a surprise, and nobody's mistake
};

/// "error", as in the JSON record.
std::string_view name(Severity severity);

struct Finding {
    std::string id;  // "both-wait"
    Severity severity = Severity::Error;
    std::vector<std::uint64_t> calls{};     // what shows it, ascending; never both empty
    std::vector<std::uint64_t> segments{};  // ids, ascending
    std::string says{};                     // what happened, in this very run
    std::string advice{};                   // what to do, in one sentence

    friend bool operator==(const Finding&, const Finding&) = default;
};

/// Where the programs ran.
enum class Network : std::uint8_t {
    Shared,   // with others, or a lab whose hosts are all in the timeline
    Private,  // one of the run's own, which reaches nobody outside
};

/// All that are certain by now. What can only be judged when the run is over needs `timeline.complete`.
std::vector<Finding> find(const correlate::Timeline& timeline, Network network = Network::Shared);

}  // namespace sockstep::findings
