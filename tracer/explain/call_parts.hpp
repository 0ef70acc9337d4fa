// tracer/explain/call_parts.hpp - what the sentences on calls share.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "explain/calls.hpp"
#include "explain/parts.hpp"

namespace sockstep::explain {

bool is_of(const correlate::Call& call, record::SocketKind kind);
bool is_tcp(const correlate::Call& call);

/// "#4", "#4 and #5", "6 segments from #4 to #9".
std::string list_of(const std::vector<std::uint64_t>& segments);

/// What close, shutdown or dup2 did to its connection: a FIN, a RST, or nothing yet.
void say_ending(const correlate::Timeline& timeline, const correlate::Call& call, Story& story);

}  // namespace sockstep::explain
