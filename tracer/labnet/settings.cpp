// tracer/labnet/settings.cpp - files below /proc/sys/net.
#include "labnet/settings.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <string.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <string_view>

#include "os/check.hpp"
#include "os/fd.hpp"

namespace sockstep::labnet {

namespace {

struct Setting {
    std::string_view name;  // "net.ipv4.tcp_congestion_control"
    std::string_view value;
};

/// What a classroom wants. Source: Documentation/networking/ip-sysctl.rst
constexpr Setting classroom[] = {
    {"net.ipv4.tcp_congestion_control", "reno"},  // RFC 5681, as textbooks describe it
    {"net.ipv4.tcp_no_metrics_save", "1"},        // each connection begins as if it were the first
};

/// Without these, programs meet refusals that a host of their own would not have.
constexpr Setting needed[] = {
    {"net.ipv4.ip_unprivileged_port_start", "0"},
    {"net.ipv4.conf.all.rp_filter", "0"},  // the larger of this and the interface's counts
};

/// The retries are octets in the kernel, tcp_syn_retries ends at 127. From the fifteenth or so on, a retry comes every
/// two minutes.
constexpr Setting long_patience[] = {
    {"net.ipv4.tcp_syn_retries", "127"},   {"net.ipv4.tcp_synack_retries", "255"},
    {"net.ipv4.tcp_retries2", "255"},      {"net.ipv4.tcp_orphan_retries", "255"},  // of a FIN whose program has ended
    {"net.ipv4.tcp_fin_timeout", "86400"},  // seconds in FIN-WAIT-2 after the program has ended
};

/// IPv6 that says nothing on its own: no search for routers or duplicate addresses, no address made up.
constexpr Setting silent_ipv6[] = {
    {"net.ipv6.conf.{}.disable_ipv6", "0"},  {"net.ipv6.conf.{}.accept_ra", "0"},
    {"net.ipv6.conf.{}.autoconf", "0"},      {"net.ipv6.conf.{}.router_solicitations", "0"},
    {"net.ipv6.conf.{}.addr_gen_mode", "1"},  // no link-local address
    {"net.ipv6.conf.{}.accept_dad", "0"},
};

/// What lets 127.0.0.1 cross the wire: loopback addresses are routed there, and on a client segments come from
/// 127.0.0.1 although its own lo has that address too.
constexpr Setting loopback_abroad[] = {
    {"net.ipv4.conf.{}.rp_filter", "0"},
    {"net.ipv4.conf.{}.route_localnet", "1"},
    {"net.ipv4.conf.{}.accept_local", "1"},
};

bool write_setting(std::string_view name, std::string_view value) {
    std::string path = "/proc/sys/" + std::string{name};
    std::replace(path.begin(), path.end(), '.', '/');
    const os::Fd file{::open(path.c_str(), O_WRONLY | O_CLOEXEC)};
    return file.is_open() && ::write(file.value(), value.data(), value.size()) == static_cast<ssize_t>(value.size());
}

std::string assignment(std::string_view name, std::string_view value) {
    return fmt::format("{}={}", name, value);
}

void set(std::string_view name, std::string_view value) {
    if (!write_setting(name, value)) {
        os::throw_errno("set " + assignment(name, value));
    }
}

/// Sets what can be done without.
void prefer(const Setting& setting, std::vector<std::string>& refused) {
    if (!write_setting(setting.name, setting.value)) {
        refused.push_back(fmt::format("the kernel refused {}: {}", assignment(setting.name, setting.value),
                                      ::strerrordesc_np(errno)));
    }
}

}  // namespace

bool has_ipv6() {
    return ::access("/proc/sys/net/ipv6", F_OK) == 0;
}

void settle_wire() {
    if (has_ipv6()) {
        set("net.ipv6.conf.all.disable_ipv6", "1");
        set("net.ipv6.conf.default.disable_ipv6", "1");
    }
}

std::vector<std::string> settle_host(Patience patience) {
    std::vector<std::string> refused;
    for (const Setting& setting : needed) {
        set(setting.name, setting.value);
    }
    for (const Setting& setting : classroom) {
        prefer(setting, refused);
    }
    if (patience == Patience::Long) {
        for (const Setting& setting : long_patience) {
            set(setting.name, setting.value);
        }
    }
    return refused;
}

void settle_interface(const std::string& interface, bool with_ipv6) {
    for (const Setting& setting : loopback_abroad) {
        set(fmt::format(fmt::runtime(setting.name), interface), setting.value);
    }
    if (with_ipv6) {
        for (const Setting& setting : silent_ipv6) {
            set(fmt::format(fmt::runtime(setting.name), interface), setting.value);
        }
    }
}

}  // namespace sockstep::labnet
