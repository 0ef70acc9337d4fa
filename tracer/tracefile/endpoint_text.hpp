// tracer/tracefile/endpoint_text.hpp - addresses with ports, read as base::to_string writes them.
#pragma once

#include <optional>
#include <string>

#include "base/ip_address.hpp"

namespace sockstep::tracefile {

/// "10.0.0.1:80", "[2001:db8::1]:80"; nothing for anything else.
std::optional<base::Endpoint> read_endpoint(const std::string& text);

}  // namespace sockstep::tracefile
