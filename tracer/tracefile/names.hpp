// tracer/tracefile/names.hpp - the words that a trace file has for enumerations, each in the order of its values.
#pragma once

#include <array>
#include <string_view>

#include "record/call.hpp"
#include "record/passage.hpp"
#include "record/process.hpp"
#include "record/socket.hpp"

namespace sockstep::tracefile {

template <typename Enumeration>
struct Names;

template <>
struct Names<record::CallKind> {
    static constexpr std::array<std::string_view, 13> all{"socket", "bind",    "listen",      "accept", "connect",
                                                          "send",   "receive", "shutdown",    "close",  "duplicate",
                                                          "wait",   "option",  "not-followed"};
};

template <>
struct Names<record::CallFate> {
    static constexpr std::array<std::string_view, 5> all{"returned", "restarted", "interrupted", "thread-ended",
                                                         "unfinished"};
};

template <>
struct Names<record::SocketKind> {
    static constexpr std::array<std::string_view, 4> all{"tcp", "udp", "unix", "other"};
};

template <>
struct Names<record::ProcessChange> {
    static constexpr std::array<std::string_view, 9> all{"start", "exec",   "thread-start", "thread-exit", "exiting",
                                                         "exit",  "signal", "stopped",      "continued"};
};

template <>
struct Names<record::Stream> {
    static constexpr std::array<std::string_view, 3> all{"stdin", "stdout", "stderr"};
};

template <>
struct Names<record::Fate> {
    static constexpr std::array<std::string_view, 3> all{"held", "delivered", "dropped"};
};

template <>
struct Names<record::DropReason> {
    static constexpr std::array<std::string_view, 7> all{"none", "loss",    "full-queue", "rule",
                                                         "hand", "no-host", "kernel"};
};

}  // namespace sockstep::tracefile
