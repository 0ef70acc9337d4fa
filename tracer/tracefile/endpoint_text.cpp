// tracer/tracefile/endpoint_text.cpp - the colon before the port, then inet_pton(3).
#include "tracefile/endpoint_text.hpp"

#include <arpa/inet.h>

#include <array>
#include <charconv>
#include <cstddef>
#include <cstdint>

namespace sockstep::tracefile {

std::optional<base::Endpoint> read_endpoint(const std::string& text) {
    const std::size_t colon = text.rfind(':');
    if (colon == std::string::npos || colon == 0) {
        return std::nullopt;
    }
    base::Endpoint endpoint;
    const char* const end = text.data() + text.size();
    const auto [rest, error] = std::from_chars(text.data() + colon + 1, end, endpoint.port);
    if (error != std::errc{} || rest != end) {
        return std::nullopt;
    }
    const bool is_bracketed = text.front() == '[' && text[colon - 1] == ']';
    const std::string address = is_bracketed ? text.substr(1, colon - 2) : text.substr(0, colon);
    std::array<std::uint8_t, 16> octets{};
    if (::inet_pton(is_bracketed ? AF_INET6 : AF_INET, address.c_str(), octets.data()) != 1) {
        return std::nullopt;
    }
    endpoint.address = base::ip_address(base::Bytes{octets}.first(is_bracketed ? 16 : 4));
    return endpoint;
}

}  // namespace sockstep::tracefile
