// tracer/calls/address.cpp - reads sockaddr structures, however short they are.
#include "calls/address.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <linux/netlink.h>
#include <netinet/in.h>
#include <sys/un.h>

#include <algorithm>
#include <cstring>

#include "calls/names.hpp"

namespace sockstep::calls {

namespace {

template <typename Layout>
std::optional<Layout> as(const Address& address) {
    if (address.length < sizeof(Layout)) {
        return std::nullopt;
    }
    Layout layout{};
    std::memcpy(&layout, &address.storage, sizeof layout);
    return layout;
}

/// Source: unix(7), "Address format"
std::string unix_path(const Address& address) {
    const std::size_t start = offsetof(sockaddr_un, sun_path);
    if (address.length <= start) {
        return "unnamed";
    }
    char octets[sizeof(sockaddr_storage)];
    std::memcpy(octets, &address.storage, sizeof octets);
    const std::string path{octets + start, std::min(address.length, sizeof octets) - start};
    return path[0] == '\0' ? "@" + path.substr(1) : path.substr(0, path.find('\0'));
}

}  // namespace

std::optional<base::Endpoint> endpoint_of(const Address& address) {
    if (address.storage.ss_family == AF_INET) {
        if (const auto in = as<sockaddr_in>(address)) {
            std::uint8_t octets[4];
            std::memcpy(octets, &in->sin_addr, sizeof octets);
            return base::Endpoint{base::ip_address(octets), ntohs(in->sin_port)};
        }
    }
    if (address.storage.ss_family == AF_INET6 && address.length >= offsetof(sockaddr_in6, sin6_scope_id)) {
        sockaddr_in6 in{};
        std::memcpy(&in, &address.storage, std::min(address.length, sizeof in));
        std::uint8_t octets[16];
        std::memcpy(octets, &in.sin6_addr, sizeof octets);
        const base::Bytes all{octets};
        return base::Endpoint{base::ip_address(IN6_IS_ADDR_V4MAPPED(&in.sin6_addr) ? all.subspan(12) : all),
                              ntohs(in.sin6_port)};
    }
    return std::nullopt;
}

std::string to_string(const Address& address) {
    if (address.length < sizeof(sa_family_t)) {
        return "none";
    }
    if (const auto endpoint = endpoint_of(address)) {
        return base::to_string(*endpoint);
    }
    if (address.storage.ss_family == AF_UNIX) {
        return unix_path(address);
    }
    return family_name(address.storage.ss_family);
}

}  // namespace sockstep::calls
