// tracer/capture/interfaces.cpp - libpcap's list, without what is no network interface.
#include "capture/interfaces.hpp"

#include <net/if.h>
#include <pcap/pcap.h>

#include <array>
#include <cerrno>
#include <memory>
#include <system_error>

namespace sockstep::capture {

namespace {

struct FreeList {
    void operator()(pcap_if_t* list) const { pcap_freealldevs(list); }
};

/// libpcap also lists USB buses, Bluetooth monitors, netfilter queues.
bool is_network_interface(const char* name) {
    return std::string{name} == "any" || ::if_nametoindex(name) != 0;
}

}  // namespace

std::vector<Interface> list_interfaces() {
    std::array<char, PCAP_ERRBUF_SIZE> error{};
    pcap_if_t* first = nullptr;
    if (pcap_findalldevs(&first, error.data()) != 0) {
        throw std::system_error{EIO, std::generic_category(), std::string{"list the interfaces: "} + error.data()};
    }
    const std::unique_ptr<pcap_if_t, FreeList> list{first};
    std::vector<Interface> interfaces;
    for (const pcap_if_t* device = first; device != nullptr; device = device->next) {
        if (is_network_interface(device->name)) {
            interfaces.push_back({device->name, (device->flags & static_cast<bpf_u_int32>(PCAP_IF_UP)) != 0,
                                  (device->flags & static_cast<bpf_u_int32>(PCAP_IF_LOOPBACK)) != 0});
        }
    }
    return interfaces;
}

}  // namespace sockstep::capture
