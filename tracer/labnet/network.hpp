// tracer/labnet/network.hpp - hosts with kernels of their own, each at one end of a link to the wire.
#pragma once

#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "labnet/hosts.hpp"
#include "labnet/settings.hpp"
#include "os/fd.hpp"
#include "os/refusals.hpp"

/// labnet: the only user of namespaces beside os/private_network. Comes in: names of hosts, what the wire is to do.
/// Goes out: descriptors of the hosts' network namespaces, in which programs are started; frames, with what became of
/// each. Called by app's loop; must not know calls, connections or how anything is printed.
namespace sockstep::labnet {

/// This machine does not allow a lab. what() is the reason; `refusal` says what to do.
class Refused : public std::runtime_error {
public:
    explicit Refused(os::Refusal refusal);

    const os::Refusal& refusal() const { return refusal_; }

private:
    os::Refusal refusal_;
};

constexpr unsigned least_mtu = 68;    // RFC 791 section 3.2
constexpr unsigned most_mtu = 65535;  // veth's

struct NetworkOptions {
    std::string server = "server";
    std::vector<std::string> clients = {"client"};
    std::vector<std::pair<std::string, std::string>> programs{};  // another name, and the host that is known by it too
    unsigned mtu = 1500;  // octets of an IP packet: 68 to 65535; below 1280 there is no IPv6 (RFC 8200 section 5)
    Patience patience = Patience::Usual;
};

/// The lab. Its namespaces live in descriptors and processes alone, so they end with us, however we end, and with the
/// programs started in them.
class Network {
public:
    /// Moves this process for good into a user namespace of its own (it keeps its user and group, and gets every
    /// capability over the lab), a mount namespace (in which /etc/hosts knows the lab's hosts) and the wire's network
    /// namespace, which has no way out of the machine. Descriptors that are open stay what they are. The thread is
    /// hurried (os/scheduling.hpp), for it is the wire too.
    /// Needs: a process with one thread. Throws: Refused before anything has changed; std::invalid_argument, likewise;
    /// std::system_error naming the step that failed.
    explicit Network(const NetworkOptions& options);

    const std::vector<Host>& hosts() const { return hosts_; }
    /// Nothing if no host is called so.
    const Host* find(const std::string& name) const;

    /// The descriptor of a host's network namespace, for os::join_network() in the child that is to become a program
    /// there. os::drop_all_capabilities() comes after that. It is closed by execve().
    int network_of(const Host& host) const;

    /// The wire's end of a host's link: an interface in the network that this process is in now.
    static std::string port_name(const Host& host);
    unsigned mtu() const { return options_.mtu; }

    /// Settings that the kernel refused and that a lab can do without, a sentence each.
    const std::vector<std::string>& refused_settings() const { return refused_settings_; }

private:
    void make_host(const Host& host);
    void settle_addresses(const Host& host, bool with_ipv6);

    NetworkOptions options_;
    std::vector<Host> hosts_;
    std::vector<os::Fd> networks_;
    std::vector<std::string> refused_settings_;
};

}  // namespace sockstep::labnet
