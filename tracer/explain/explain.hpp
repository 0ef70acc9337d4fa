// tracer/explain/explain.hpp - a segment or a connection as sentences, with the rule behind them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "decode/tcp_segment.hpp"
#include "tcp/connection.hpp"
#include "tcp/segment.hpp"

/// explain: what happened, in words. Comes in: a classified segment with its connection, or a connection. Goes out:
/// sentences that are true of this very event, each with the rule it rests on. Called by the renderers; must not know
/// terminals, colours or JSON. What the wire does not tell is said to be unknown.
namespace sockstep::explain {

/// A rule of the protocol: where it stands, and what it says in plain words.
struct Rule {
    std::string_view source;  // "RFC 9293 section 3.5"
    std::string_view text;

    friend bool operator==(const Rule&, const Rule&) = default;
};

struct Explanation {
    std::string says;
    std::vector<Rule> rules;  // each once, the most important first

    /// "RFC 9293 section 3.5; RFC 7323 section 2.2".
    std::string sources() const;
};

/// What `segment` does. `packet` is what it was made from, `connection` as it is after it. `why_reset`: of a RST, why
/// it was sent, a clause, from who knows more than the wire tells.
Explanation explain(const decode::TcpSegment& packet, const tcp::Segment& segment, const tcp::Connection& connection,
                    std::string_view why_reset = {});

/// How the connection went, from its first segment to its last.
Explanation explain(const tcp::Connection& connection);

}  // namespace sockstep::explain
