// tracer/findings/findings.cpp - the table of rules.
#include "findings/findings.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "findings/rules.hpp"

namespace sockstep::findings {

namespace {

constexpr std::vector<Finding> (*rules[])(const Run&) = {
    address_in_use,
    refused,
    accept_queue_full,
    established_unaccepted,
    both_wait,
    messages_merged,
    message_split,
    short_send,
    peer_does_not_read,
    broken_pipe,
    closed_with_unread_bytes,
    end_of_stream_ignored,
    never_closed,
    nagle_delayed_ack,
    busy_loop,
};

void sort_and_unite(std::vector<std::uint64_t>& ids) {
    std::ranges::sort(ids);
    ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
    std::erase(ids, 0U);
}

}  // namespace

std::string_view name(Severity severity) {
    switch (severity) {
        case Severity::Error:
            return "error";
        case Severity::Warning:
            return "warning";
        case Severity::Note:
            return "note";
    }
    return "";
}

Finding finding(std::string id, Severity severity, Evidence evidence, std::string says, std::string advice) {
    sort_and_unite(evidence.calls);
    sort_and_unite(evidence.segments);
    return {std::move(id),   severity,         std::move(evidence.calls), std::move(evidence.segments),
            std::move(says), std::move(advice)};
}

std::vector<Finding> find(const correlate::Timeline& timeline, Network network) {
    const Run run{timeline, network};
    std::vector<Finding> all;
    for (const auto rule : rules) {
        std::ranges::move(rule(run), std::back_inserter(all));
    }
    return all;
}

}  // namespace sockstep::findings
