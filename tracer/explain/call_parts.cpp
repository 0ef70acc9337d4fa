// tracer/explain/call_parts.cpp - what the sentences on calls share.
#include "explain/call_parts.hpp"

#include <fmt/format.h>

namespace sockstep::explain {

bool is_of(const correlate::Call& call, record::SocketKind kind) {
    return call.begin.socket && call.begin.socket->kind == kind;
}

bool is_tcp(const correlate::Call& call) {
    return is_of(call, record::SocketKind::Tcp);
}

std::string list_of(const std::vector<std::uint64_t>& segments) {
    if (segments.size() == 1) {
        return fmt::format("#{}", segments.front());
    }
    if (segments.size() == 2) {
        return fmt::format("#{} and #{}", segments.front(), segments.back());
    }
    return fmt::format("{} segments from #{} to #{}", segments.size(), segments.front(), segments.back());
}

}  // namespace sockstep::explain
