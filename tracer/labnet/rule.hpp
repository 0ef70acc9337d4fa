// tracer/labnet/rule.hpp - rules for chosen segments: "client SYN 1", "server data 2-3": pure.
#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "decode/tcp_segment.hpp"
#include "labnet/hosts.hpp"
#include "labnet/treatment.hpp"

namespace sockstep::labnet {

enum class Action : std::uint8_t { Drop, Hold, Delay, Duplicate, Corrupt };

/// What a segment is; one may be of several kinds, as a FIN that carries data is both.
enum class Kind : std::uint8_t {
    Syn,     // SYN without ACK
    SynAck,  // SYN with ACK
    Ack,     // acknowledges, and has neither data nor SYN, FIN or RST
    Data,    // has a payload
    Fin,
    Rst,
    Any,
};

bool is_of(const decode::TcpSegment& segment, Kind kind);

/// Chooses segments that one host sends. It counts those of its kind as they enter the wire, from 1, over all
/// connections of the host: a retransmission is the next one, so that "client data 1" is the first copy alone.
struct Rule {
    Action action = Action::Drop;
    int host = 0;  // who sends it
    Kind kind = Kind::Any;
    std::uint64_t first = 1;
    std::uint64_t last = std::numeric_limits<std::uint64_t>::max();
    base::Duration delay{};  // of Action::Delay

    friend bool operator==(const Rule&, const Rule&) = default;
};

/// Reads "HOST KIND [N | N-M]", for Action::Delay with a time at the end: "server data 2 200ms". KIND is written in any
/// case. Throws: std::invalid_argument that says what is wrong, and the grammar in one line.
Rule parse_rule(Action action, std::string_view text, const std::vector<Host>& hosts);

/// Rules with their counters.
class Rules {
public:
    explicit Rules(std::vector<Rule> rules);

    bool empty() const { return rules_.empty(); }
    bool may_hold() const;

    /// `segment` enters the wire from `host`: each rule that it is of the kind of counts it, and those that mean it add
    /// what they want to `treatment`.
    void apply(int host, const decode::TcpSegment& segment, Treatment& treatment);

private:
    struct Counted {
        Rule rule;
        std::uint64_t seen = 0;
    };
    std::vector<Counted> rules_;
};

}  // namespace sockstep::labnet
