// tracer/labnet/offloads.cpp - features of an interface, by the names that the kernel gives them: SIOCETHTOOL.
#include <linux/ethtool.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <vector>

#include "labnet/settings.hpp"
#include "os/check.hpp"
#include "os/fd.hpp"

namespace sockstep::labnet {

namespace {

/// Octets of a request that ends with an array, aligned as its head needs it.
using Request = std::vector<std::uint64_t>;

template <typename Head>
Request request_for(std::size_t array_octets) {
    return Request((sizeof(Head) + array_octets) / sizeof(std::uint64_t) + 1);
}

/// The kernel's table of features, and a way to change it.
class Features {
public:
    explicit Features(const std::string& interface)
        : interface_{interface}, socket_{os::check(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0), "socket")} {
        const std::size_t count = count_them();
        Request request = request_for<ethtool_gstrings>(count * ETH_GSTRING_LEN);
        auto* strings = reinterpret_cast<ethtool_gstrings*>(request.data());
        strings->cmd = ETHTOOL_GSTRINGS;
        strings->string_set = ETH_SS_FEATURES;
        strings->len = static_cast<std::uint32_t>(count);
        ask(strings);
        for (std::size_t i = 0; i < count; ++i) {
            const auto* name = reinterpret_cast<const char*>(strings->data) + i * ETH_GSTRING_LEN;
            names_.emplace_back(name, ::strnlen(name, ETH_GSTRING_LEN));
        }
    }

    /// Switches off those whose name `is_meant`. What a driver has switched on for good stays.
    template <typename IsMeant>
    void switch_off(IsMeant is_meant) {
        constexpr std::size_t bits = 32;
        const std::size_t blocks = (names_.size() + bits - 1) / bits;
        Request request = request_for<ethtool_sfeatures>(blocks * sizeof(ethtool_set_features_block));
        auto* change = reinterpret_cast<ethtool_sfeatures*>(request.data());
        change->cmd = ETHTOOL_SFEATURES;
        change->size = static_cast<std::uint32_t>(blocks);
        for (std::size_t i = 0; i < names_.size(); ++i) {
            if (is_meant(names_[i])) {
                change->features[i / bits].valid |= 1U << i % bits;
            }
        }
        ask(change);
    }

private:
    std::size_t count_them() {
        Request request = request_for<ethtool_sset_info>(sizeof(std::uint32_t));
        auto* info = reinterpret_cast<ethtool_sset_info*>(request.data());
        info->cmd = ETHTOOL_GSSET_INFO;
        info->sset_mask = std::uint64_t{1} << static_cast<unsigned>(ETH_SS_FEATURES);
        ask(info);
        return info->data[0];
    }

    void ask(void* request) const {
        ifreq of_interface{};
        interface_.copy(of_interface.ifr_name, IFNAMSIZ - 1);
        of_interface.ifr_data = static_cast<char*>(request);
        if (::ioctl(socket_.value(), SIOCETHTOOL, &of_interface) == -1) {
            os::throw_errno("switch off the offloads of " + interface_);
        }
    }

    std::string interface_;
    os::Fd socket_;
    std::vector<std::string> names_;
};

/// Segmentation of any kind, gathering of what was segmented, and checksums that are left to the hardware.
bool is_an_offload(std::string_view name) {
    return name.find("segmentation") != std::string_view::npos || name.find("gro") != std::string_view::npos ||
           name.find("checksum") != std::string_view::npos || name.find("scatter-gather") != std::string_view::npos ||
           name.starts_with("tx-gso") || name == "rx-lro";
}

}  // namespace

void switch_offloads_off(const std::string& interface) {
    Features{interface}.switch_off(is_an_offload);
}

}  // namespace sockstep::labnet
