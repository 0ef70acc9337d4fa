// tests/explain/saying.hpp - what is said of a segment, with fewer words.
#pragma once

#include <string>

#include "explain/explain.hpp"
#include "tcp/conversation.hpp"

namespace sockstep::explain {

inline std::string says(const tcp::Seen& seen) {
    return explain(seen.packet, seen.segment, seen.connection).says;
}

inline std::string sources(const tcp::Seen& seen) {
    return explain(seen.packet, seen.segment, seen.connection).sources();
}

}  // namespace sockstep::explain
