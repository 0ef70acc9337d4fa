// tracer/labnet/netlink.cpp - requests of rtnetlink(7), by way of libnl-route.
#include "labnet/netlink.hpp"

#include <linux/if_addr.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <netlink/netlink.h>
#include <netlink/route/addr.h>
#include <netlink/route/link.h>
#include <netlink/route/link/veth.h>
#include <netlink/route/neighbour.h>
#include <netlink/route/route.h>
#include <netlink/route/rule.h>

#include <cerrno>
#include <system_error>
#include <utility>

namespace sockstep::labnet {

namespace {

/// Owns one of libnl's objects.
template <typename Object, void (*put)(Object*)>
struct Put {
    void operator()(Object* object) const { put(object); }
};
template <typename Object, void (*put)(Object*)>
using Owned = std::unique_ptr<Object, Put<Object, put>>;

using LinkObject = Owned<rtnl_link, rtnl_link_put>;
using Address = Owned<nl_addr, nl_addr_put>;
using InterfaceAddress = Owned<rtnl_addr, rtnl_addr_put>;
using Neighbour = Owned<rtnl_neigh, rtnl_neigh_put>;
using RouteObject = Owned<rtnl_route, rtnl_route_put>;
using RuleObject = Owned<rtnl_rule, rtnl_rule_put>;

constexpr std::uint32_t table_of_exceptions = 1;  // of no meaning to the kernel

template <typename Pointer>
Pointer made(Pointer pointer) {
    if (pointer == nullptr) {
        throw std::bad_alloc{};
    }
    return pointer;
}

int family_of(const base::IpAddress& address) {
    return address.version == base::IpVersion::V4 ? AF_INET : AF_INET6;
}

Address make_address(const base::IpAddress& address, int prefix) {
    const std::size_t length = address.version == base::IpVersion::V4 ? 4 : 16;
    Address made_one{made(nl_addr_build(family_of(address), address.octets.data(), length))};
    nl_addr_set_prefixlen(made_one.get(), prefix);
    return made_one;
}

Address make_address(const MacAddress& mac) {
    return Address{made(nl_addr_build(AF_LLC, mac.data(), mac.size()))};
}

int whole(const base::IpAddress& address) {
    return address.version == base::IpVersion::V4 ? 32 : 128;
}

void describe(rtnl_link* link, const VethEnd& end, unsigned mtu) {
    rtnl_link_set_name(link, end.name.c_str());
    rtnl_link_set_addr(link, make_address(end.mac).get());
    rtnl_link_set_mtu(link, mtu);
    if (end.network != -1) {
        rtnl_link_set_ns_fd(link, end.network);
    }
}

RouteObject make_route(const Route& route, std::uint8_t type, std::uint8_t scope) {
    RouteObject object{made(rtnl_route_alloc())};
    rtnl_route_set_family(object.get(), static_cast<std::uint8_t>(family_of(route.destination)));
    rtnl_route_set_table(object.get(), RT_TABLE_LOCAL);
    rtnl_route_set_type(object.get(), type);
    rtnl_route_set_scope(object.get(), scope);
    rtnl_route_set_dst(object.get(), make_address(route.destination, route.prefix).get());
    if (route.source) {
        rtnl_route_set_pref_src(object.get(), make_address(*route.source, whole(*route.source)).get());
    }
    rtnl_nexthop* hop = made(rtnl_route_nh_alloc());
    rtnl_route_nh_set_ifindex(hop, route.interface);
    rtnl_route_add_nexthop(object.get(), hop);  // which owns it from now on
    return object;
}

RuleObject make_rule(int family, std::uint32_t priority, std::uint32_t table) {
    RuleObject rule{made(rtnl_rule_alloc())};
    rtnl_rule_set_family(rule.get(), family);
    rtnl_rule_set_prio(rule.get(), priority);
    rtnl_rule_set_table(rule.get(), table);
    rtnl_rule_set_action(rule.get(), FR_ACT_TO_TBL);
    return rule;
}

/// Called by libnl for an answer that is an error: its own codes have fewer meanings than errno.
int remember_error(sockaddr_nl* /*from*/, nlmsgerr* answer, void* error) {
    *static_cast<int*>(error) = -answer->error;
    return NL_STOP;
}

}  // namespace

void Netlink::Free::operator()(nl_sock* socket) const {
    nl_socket_free(socket);
}

Netlink::Netlink() : socket_{made(nl_socket_alloc())} {
    nl_socket_modify_err_cb(socket_.get(), NL_CB_CUSTOM, remember_error, &error_);
    check(nl_connect(socket_.get(), NETLINK_ROUTE), "socket(AF_NETLINK)");
}

void Netlink::check(int status, const std::string& what) {
    const int error = std::exchange(error_, 0);
    if (status < 0) {
        throw error != 0 ? std::system_error{error, std::generic_category(), what}
                         : std::system_error{EIO, std::generic_category(), what + " (" + nl_geterror(status) + ")"};
    }
}

void Netlink::add_veth(const VethEnd& here, const VethEnd& there, unsigned mtu) {
    const LinkObject link{made(rtnl_link_veth_alloc())};
    const LinkObject peer{made(rtnl_link_veth_get_peer(link.get()))};
    describe(link.get(), here, mtu);
    describe(peer.get(), there, mtu);
    check(rtnl_link_add(socket_.get(), link.get(), NLM_F_CREATE | NLM_F_EXCL),
          "add the veth pair " + here.name + " and " + there.name);
}

int Netlink::index_of(const std::string& interface) {
    rtnl_link* found = nullptr;
    check(rtnl_link_get_kernel(socket_.get(), 0, interface.c_str(), &found), "find the interface " + interface);
    const LinkObject link{found};
    return rtnl_link_get_ifindex(link.get());
}

void Netlink::raise(int interface, bool without_arp) {
    const LinkObject link{made(rtnl_link_alloc())};
    const LinkObject change{made(rtnl_link_alloc())};
    rtnl_link_set_ifindex(link.get(), interface);
    rtnl_link_set_flags(change.get(),
                        static_cast<unsigned>(IFF_UP) | (without_arp ? static_cast<unsigned>(IFF_NOARP) : 0U));
    check(rtnl_link_change(socket_.get(), link.get(), change.get(), 0), "raise an interface");
}

void Netlink::add_address(int interface, const base::IpAddress& address, int prefix) {
    const InterfaceAddress object{made(rtnl_addr_alloc())};
    rtnl_addr_set_ifindex(object.get(), interface);
    rtnl_addr_set_local(object.get(), make_address(address, prefix).get());
    if (address.version == base::IpVersion::V6) {
        rtnl_addr_set_flags(object.get(), IFA_F_NODAD);
    }
    check(rtnl_addr_add(socket_.get(), object.get(), 0), "add the address " + base::to_string(address));
}

void Netlink::add_neighbour(int interface, const base::IpAddress& address, const MacAddress& mac) {
    const Neighbour object{made(rtnl_neigh_alloc())};
    rtnl_neigh_set_ifindex(object.get(), interface);
    rtnl_neigh_set_dst(object.get(), make_address(address, whole(address)).get());
    rtnl_neigh_set_lladdr(object.get(), make_address(mac).get());
    rtnl_neigh_set_state(object.get(), NUD_PERMANENT);
    check(rtnl_neigh_add(socket_.get(), object.get(), NLM_F_CREATE | NLM_F_REPLACE),
          "add the neighbour " + base::to_string(address));
}

void Netlink::add_first_route(const Route& route) {
    const RouteObject object = make_route(route, RTN_UNICAST, RT_SCOPE_LINK);
    check(rtnl_route_add(socket_.get(), object.get(), NLM_F_CREATE | NLM_F_REPLACE),
          "add a route to " + base::to_string(route.destination));
}

void Netlink::replace_local_route(const Route& route) {
    const RouteObject object = make_route(route, RTN_LOCAL, RT_SCOPE_HOST);
    rtnl_route_set_protocol(object.get(), RTPROT_KERNEL);
    check(rtnl_route_add(socket_.get(), object.get(), NLM_F_CREATE | NLM_F_REPLACE),
          "replace the local route to " + base::to_string(route.destination));
}

/// The kernel's rule for the table "local" is the first of all, with priority 0: it gives way. Source: ip-rule(8)
void Netlink::keep_to_itself(const base::IpAddress& address, int interface) {
    const RouteObject route = make_route({address, whole(address), interface, {}}, RTN_LOCAL, RT_SCOPE_HOST);
    rtnl_route_set_table(route.get(), table_of_exceptions);
    check(rtnl_route_add(socket_.get(), route.get(), NLM_F_CREATE | NLM_F_REPLACE),
          "add a local route to " + base::to_string(address));
    const RuleObject exception = make_rule(family_of(address), 1, table_of_exceptions);
    rtnl_rule_set_src(exception.get(), make_address(address, whole(address)).get());
    rtnl_rule_set_dst(exception.get(), make_address(address, whole(address)).get());
    check(rtnl_rule_add(socket_.get(), exception.get(), NLM_F_CREATE | NLM_F_EXCL), "add a rule");
    const RuleObject local = make_rule(family_of(address), 2, RT_TABLE_LOCAL);
    check(rtnl_rule_add(socket_.get(), local.get(), NLM_F_CREATE | NLM_F_EXCL), "move the rule for the table local");
    const RuleObject first = make_rule(family_of(address), 0, RT_TABLE_LOCAL);
    check(rtnl_rule_delete(socket_.get(), first.get(), 0), "remove the first rule");
}

void Netlink::remove_local_route(const base::IpAddress& address, int interface) {
    const RouteObject object = make_route({address, whole(address), interface, {}}, RTN_LOCAL, RT_SCOPE_HOST);
    rtnl_route_set_protocol(object.get(), RTPROT_KERNEL);
    check(rtnl_route_delete(socket_.get(), object.get(), 0), "remove the local route to " + base::to_string(address));
}

}  // namespace sockstep::labnet
