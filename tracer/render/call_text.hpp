// tracer/render/call_text.hpp - a call as its author would write it, and what it returned.
#pragma once

#include <cstddef>
#include <string>

#include "correlate/timeline.hpp"

namespace sockstep::render {

constexpr std::size_t data_columns = 40;  // for bytes that are shown in a line of text

/// "send(4, "hello\n", 6, MSG_NOSIGNAL)". Data takes at most `columns`.
std::string call_text(const correlate::Call& call, std::size_t columns);

/// "accept(3)": the call with nothing but its descriptor, where the rest has been said.
std::string short_call_text(const correlate::Call& call);

/// "connect(3, 127.0.0.1:5000)": with its descriptor and the address that it is given, where nothing was said of it
/// before.
std::string addressed_call_text(const correlate::Call& call);

/// "= 6", "= 5 "hello"", "= -1 ECONNREFUSED (Connection refused)", "= 4, address 127.0.0.1:5000"; "= ?" where it did
/// not return, and "..." while it goes on.
std::string result_text(const correlate::Call& call, std::size_t columns);

/// "slept 329 ms, woken by #3"; empty for a call that has not ended or was not blocked.
std::string sleep_text(const correlate::Timeline& timeline, const correlate::Call& call);

}  // namespace sockstep::render
