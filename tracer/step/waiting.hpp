// tracer/step/waiting.hpp - what is held, in the order in which it is let go.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "decode/tcp_segment.hpp"
#include "step/event.hpp"

namespace sockstep::step {

/// Something that waits to be let go.
struct Waiting {
    std::variant<CallWaits, SegmentWaits> what;
    std::uint64_t rest = 0;     // how often things had come to rest before it came
    std::size_t host = 0;       // number of the host it stands on, or was sent from
    std::uint64_t arrival = 0;  // counts all that ever waited

    bool is_call() const { return std::holds_alternative<CallWaits>(what); }
    std::uint64_t hold() const {
        return std::visit([](const auto& each) { return each.hold; }, what);
    }
};

/// The order: what came to wait before things last came to rest goes first. What came to wait since then came at the
/// same time, as far as a program can tell: segments go before calls, then the hosts in their order (server, client,
/// client2 ...), and on one host in the order of arrival. So the order does not depend on which processor was quicker.
class WaitingList {
public:
    /// `hosts` in their order.
    explicit WaitingList(std::vector<std::string> hosts) : hosts_{std::move(hosts)} {}

    void add(const CallWaits& call) { insert(call, host_number(call.call.host)); }
    void add(const SegmentWaits& segment) { insert(segment, host_number(segment.from)); }
    /// All have come to rest once more.
    void rest() { ++rests_; }

    /// Takes a thing away; false if it was not there.
    bool remove(bool is_call, std::uint64_t hold);
    Waiting take(std::size_t position);

    const std::vector<Waiting>& all() const { return all_; }
    /// The position of the first segment; all().size() if none waits.
    std::size_t first_segment() const;

private:
    void insert(std::variant<CallWaits, SegmentWaits> what, std::size_t host);
    std::size_t host_number(std::string_view name) const;

    std::vector<std::string> hosts_;
    std::vector<Waiting> all_;  // sorted
    std::uint64_t rests_ = 0;
    std::uint64_t arrivals_ = 0;
};

/// Whether `word` names this kind of segment, whatever its case: SYN, SYN-ACK, ACK (and nothing else), data, FIN, RST.
bool is_kind(const decode::TcpSegment& packet, std::string_view word);

}  // namespace sockstep::step
