// tracer/explain/words.hpp - numbers, byte ranges and references as they stand in sentences.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "explain/explain.hpp"
#include "tcp/segment.hpp"
#include "tcp/state.hpp"
#include "tcp/stream_ranges.hpp"

namespace sockstep::explain {

/// "65,160".
std::string number(std::int64_t value);
/// "1 byte", "65,160 bytes".
std::string count(std::int64_t value, std::string_view singular);
/// "byte 5"; "the byte 3 before byte 0" where the capture began later than the stream.
std::string byte_at(std::int64_t offset);
/// "byte 5", "bytes 0-5", "6 bytes that begin 3 before byte 0". REQUIRES: the range is not empty.
std::string bytes(tcp::StreamRange range);
/// "client" or "server".
std::string_view name(tcp::Side side);
/// "#7".
std::string number_sign(const tcp::Reference& reference);
/// "1.02 s after #1".
std::string after(const tcp::Reference& reference, base::Timestamp now);

/// Collects sentences and the rules behind them.
class Story {
public:
    /// Adds a sentence, or several, ended by a full stop each, and the rule that it rests on.
    void say(std::string_view sentence, const Rule& rule);
    void say(std::string_view sentence);

    bool empty() const { return explanation_.says.empty(); }
    Explanation take() { return std::move(explanation_); }

private:
    Explanation explanation_;
};

}  // namespace sockstep::explain
