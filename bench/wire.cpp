// bench/wire.cpp - how fast the lab's wire is beside what a kernel does alone, and how exact a delay.
//
//   wire [SECONDS [RUNS]]        (by default 3 seconds a measurement, 3 runs)
//
// iperf3 sends from one host of a lab to the other: over a veth pair that joins them, over a kernel bridge between
// their links, and over the wire. All with the offloads off, so that each carries the same segments of 1460 bytes. The
// three take turns; the median run counts, with its ratio to the bridge's. Then frames are delayed by 10 ms, with
// nothing else to do and while iperf3 sends, and the time by which each is late is counted.
#include "labnet/wire.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netlink/netlink.h>
#include <netlink/route/link.h>
#include <netlink/route/link/bridge.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <functional>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include <nlohmann/json.hpp>

#include "labnet/netlink.hpp"
#include "labnet/network.hpp"
#include "os/check.hpp"
#include "os/confine.hpp"

namespace {

using namespace sockstep;

constexpr std::chrono::milliseconds delay{10};

struct Output {
    pid_t pid;
    os::Fd reader;
};

/// Starts `work` in a host, in a process of its own; what it prints can be read.
Output start(const labnet::Network& network, const char* host, const std::function<void()>& work) {
    std::array<int, 2> ends{};
    os::check(::pipe2(ends.data(), O_CLOEXEC), "pipe2");
    const int place = network.network_of(*network.find(host));
    const pid_t child = os::check(::fork(), "fork");
    if (child == 0) {
        ::prctl(PR_SET_PDEATHSIG, SIGKILL);
        ::dup2(ends[1], STDOUT_FILENO);
        if (os::join_network(place) && os::drop_all_capabilities()) {
            work();
        }
        ::_exit(127);
    }
    ::close(ends[1]);
    return {child, os::Fd{ends[0]}};
}

Output start_program(const labnet::Network& network, const char* host, const std::vector<std::string>& command) {
    return start(network, host, [&] {
        std::vector<char*> arguments;
        arguments.reserve(command.size() + 1);
        for (const std::string& word : command) {
            arguments.push_back(const_cast<char*>(word.c_str()));
        }
        arguments.push_back(nullptr);
        ::execvp(arguments[0], arguments.data());
        std::perror(command[0].c_str());
    });
}

/// Sends a datagram every 5 ms; nobody receives them, which the server's kernel says each time.
void send_datagrams(int seconds) {
    const int socket = ::socket(AF_INET, SOCK_DGRAM, 0);
    sockaddr_in server{};
    server.sin_family = AF_INET;
    server.sin_port = htons(9);
    server.sin_addr.s_addr = htonl(0x0a000001);
    const timespec pause{0, 5'000'000};
    for (int i = 0; i < seconds * 200; ++i) {
        ::sendto(socket, "x", 1, 0, reinterpret_cast<const sockaddr*>(&server), sizeof server);
        ::nanosleep(&pause, nullptr);
    }
}

/// Reads until the program closes its output, and lets `wire` work meanwhile.
std::string read_all(const Output& program, labnet::Wire* wire) {
    std::string text;
    std::array<char, 65536> octets{};
    for (;;) {
        std::vector<pollfd> watched{{program.reader.value(), POLLIN, 0}};
        if (wire != nullptr) {
            for (const int fd : wire->fds()) {
                watched.push_back({fd, POLLIN, 0});
            }
        }
        ::poll(watched.data(), watched.size(), -1);
        if (wire != nullptr) {
            wire->handle();
        }
        if (watched[0].revents != 0) {
            const ssize_t count = ::read(program.reader.value(), octets.data(), octets.size());
            if (count <= 0) {
                return text;
            }
            text.append(octets.data(), static_cast<std::size_t>(count));
        }
    }
}

void end(const Output& program) {
    ::kill(program.pid, SIGKILL);
    ::waitpid(program.pid, nullptr, 0);
}

/// iperf3's listening socket says when it is there: by its first line.
Output start_server(const labnet::Network& network) {
    Output server = start_program(network, "server", {"iperf3", "-s", "--forceflush"});
    std::string said;
    std::array<char, 4096> octets{};
    while (said.find("listening") == std::string::npos) {
        const ssize_t count = ::read(server.reader.value(), octets.data(), octets.size());
        if (count <= 0) {
            std::fprintf(stderr, "wire: iperf3 does not run; is it installed?\n");
            std::exit(1);
        }
        said.append(octets.data(), static_cast<std::size_t>(count));
    }
    return server;
}

/// Gbit/s from the client to the server.
double throughput(const labnet::Network& network, const std::string& address, int seconds, labnet::Wire* wire,
                  const std::string& rate = "0", const std::string& block = "128K") {
    const Output server = start_server(network);
    const Output client = start_program(network, "client",
                                        {"iperf3", "-c", address, "-t", std::to_string(seconds), "-b", rate, "-l",
                                         block, "-J", "--connect-timeout", "5000"});
    const std::string text = read_all(client, wire);
    end(client);
    end(server);
    const auto report = nlohmann::json::parse(text, nullptr, false);
    if (report.is_discarded() || !report.contains("end") || !report["end"].contains("sum_received")) {
        std::fprintf(stderr, "wire: iperf3 says: %s\n", text.c_str());
        std::exit(1);
    }
    return report["end"]["sum_received"]["bits_per_second"].get<double>() / 1e9;
}

/// Does `work` in a host's network, then comes back to the wire's.
void inside(const labnet::Network& network, const char* host, const std::function<void()>& work) {
    const os::Fd wire{os::check(::open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC), "open(/proc/self/ns/net)")};
    os::join_network(network.network_of(*network.find(host)));
    work();
    os::join_network(wire.value());
}

base::IpAddress ipv4(std::uint8_t last) {
    return base::ip_address(std::array<std::uint8_t, 4>{10, 1, 0, last});
}

/// One end of the plain pair.
void settle(const labnet::Network& network, const char* host, std::uint8_t here, std::uint8_t there) {
    inside(network, host, [&] {
        labnet::Netlink netlink;
        labnet::switch_offloads_off("plain");
        const int index = netlink.index_of("plain");
        netlink.raise(index, true);
        netlink.add_address(index, ipv4(here), 24);
        netlink.add_neighbour(index, ipv4(there), {2, 0, 0, 0, 2, there});
    });
}

void make_plain_pair(const labnet::Network& network) {
    labnet::Netlink netlink;
    netlink.add_veth({"plain", {2, 0, 0, 0, 2, 1}, network.network_of(*network.find("server"))},
                     {"plain", {2, 0, 0, 0, 2, 2}, network.network_of(*network.find("client"))}, network.mtu());
    settle(network, "server", 1, 2);
    settle(network, "client", 2, 1);
}

/// A kernel bridge between the wire's ends of the links, for as long as it lives.
class Bridge {
public:
    explicit Bridge(const labnet::Network& network) : socket_{nl_socket_alloc()} {
        nl_connect(socket_, NETLINK_ROUTE);
        require(rtnl_link_bridge_add(socket_, "bridge"));
        labnet::Netlink netlink;
        const int index = netlink.index_of("bridge");
        for (const labnet::Host& host : network.hosts()) {
            require(rtnl_link_enslave_ifindex(socket_, index, netlink.index_of(labnet::Network::port_name(host))));
        }
        netlink.raise(index, true);
    }
    ~Bridge() {
        rtnl_link* link = rtnl_link_alloc();
        rtnl_link_set_name(link, "bridge");
        rtnl_link_delete(socket_, link);
        rtnl_link_put(link);
        nl_socket_free(socket_);
    }
    Bridge(const Bridge&) = delete;
    Bridge& operator=(const Bridge&) = delete;

private:
    static void require(int status) {
        if (status < 0) {
            std::fprintf(stderr, "wire: the bridge cannot be made: %s\n", nl_geterror(status));
            std::exit(1);
        }
    }
    nl_sock* socket_;
};

double median(std::vector<double> values) {
    std::ranges::sort(values);
    return values[values.size() / 2];
}

void compare(const labnet::Network& network, int seconds, int runs) {
    std::vector<double> plain;
    std::vector<double> bridge;
    std::vector<double> wire;
    std::uint64_t missed = 0;
    for (int run = 0; run < runs; ++run) {
        plain.push_back(throughput(network, "10.1.0.1", seconds, nullptr));
        {
            const Bridge between{network};
            bridge.push_back(throughput(network, "10.0.0.1", seconds, nullptr));
        }
        labnet::Wire between{network, {}, {[](const record::Frame&) {}, [](const record::Passage&) {}}};
        wire.push_back(throughput(network, "10.0.0.1", seconds, &between));
        missed += between.statistics().missed;
    }
    std::printf("%-28s %8s %18s\n", "iperf3, offloads off", "Gbit/s", "ratio to bridge");
    std::printf("%-28s %8.2f %18.2f\n", "veth pair", median(plain), median(plain) / median(bridge));
    std::printf("%-28s %8.2f %18.2f\n", "kernel bridge", median(bridge), 1.0);
    std::printf("%-28s %8.2f %18.2f   (%llu frames missed by the wire)\n", "the wire", median(wire),
                median(wire) / median(bridge), static_cast<unsigned long long>(missed));
}

/// By how much each frame was late, counted as the wire stamps it.
class Lateness {
public:
    labnet::WireEvents events() {
        return {[this](const record::Frame& frame) { entered_[frame.number] = frame.time; },
                [this](const record::Passage& passage) {
                    if (passage.fate == record::Fate::Delivered) {
                        late_.push_back(
                            std::chrono::duration<double, std::micro>(passage.time - entered_[passage.frame] - delay)
                                .count());
                    }
                    entered_.erase(passage.frame);
                }};
    }
    void print(const char* when) {
        std::ranges::sort(late_);
        std::printf("%-28s %8zu %10.0f %10.0f %10.0f\n", when, late_.size(), late_[late_.size() / 2],
                    late_[late_.size() * 99 / 100], late_.back());
    }

private:
    std::unordered_map<std::uint64_t, base::Timestamp> entered_;
    std::vector<double> late_;
};

labnet::WireOptions with_delay() {
    labnet::WireOptions options;
    options.link.delay = delay;
    return options;
}

void measure_load(const labnet::Network& network, int seconds, const char* what, const char* rate, const char* block) {
    Lateness loaded;
    labnet::Wire wire{network, with_delay(), loaded.events()};
    throughput(network, "10.0.0.1", seconds, &wire, rate, block);
    loaded.print(what);
}

void measure_delay(const labnet::Network& network, int seconds) {
    std::printf("\n%-28s %8s %10s %10s %10s\n", "a delay of 10 ms", "frames", "p50 us", "p99 us", "most us");
    {
        Lateness idle;
        labnet::Wire wire{network, with_delay(), idle.events()};
        const Output sender = start(network, "client", [seconds] { send_datagrams(seconds); });
        read_all(sender, &wire);
        end(sender);
        idle.print("idle (datagrams)");
    }
    measure_load(network, seconds, "iperf3 at 100 Mbit/s", "100M", "8K");  // 128 KiB would be bursts of 90 frames
    measure_load(network, seconds, "iperf3 at full speed", "0", "128K");
}

}  // namespace

int main(int argc, char** argv) {
    const int seconds = argc > 1 ? static_cast<int>(std::strtol(argv[1], nullptr, 10)) : 3;
    const int runs = argc > 2 ? static_cast<int>(std::strtol(argv[2], nullptr, 10)) : 3;
    if (argc > 3 || seconds < 1 || runs < 1) {
        std::fprintf(stderr, "usage: %s [SECONDS [RUNS]]\n", argv[0]);
        return 2;
    }
    std::setvbuf(stdout, nullptr, _IOLBF, BUFSIZ);
    try {
        const labnet::Network network{{}};
        make_plain_pair(network);
        compare(network, seconds, runs);
        measure_delay(network, seconds);
    } catch (const std::exception& error) {
        std::fprintf(stderr, "wire: %s\n", error.what());
        return 1;
    }
    return 0;
}
