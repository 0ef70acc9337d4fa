// tests/os/probes_test.cpp - what a probe says agrees with what happens when it is really done.
#include "os/probes.hpp"

#include <fcntl.h>
#include <grp.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "os/fd.hpp"
#include "os/forked.hpp"
#include "os/private_network.hpp"
#include "os/refusals.hpp"
#include "os/settings.hpp"
#include "require_system.hpp"

namespace sockstep::os {
namespace {

constexpr uid_t ordinary_user = 65534;  // nobody

/// What was seen from within a child process; its last word shows that it came to its end.
struct Seen {
    Attempt capture;
    Attempt trace;
    NetworkAttempt network;
    bool socket_opened = false;
    bool entered = false;
    bool kept_its_id = false;
    bool heard_itself = false;
    bool captured_in_there = false;
    bool still_in_old_network = false;
    bool came_to_its_end = false;
};

/// Who may become anybody becomes an ordinary user.
void become_ordinary_user() {
    if (::geteuid() == 0) {
        static_cast<void>(::setgroups(0, nullptr));
        static_cast<void>(::setresgid(ordinary_user, ordinary_user, ordinary_user));
        static_cast<void>(::setresuid(ordinary_user, ordinary_user, ordinary_user));
    }
}

template <typename Work>
Seen seen_by(const Work& work) {
    SharedValue<Seen> seen{{}};
    wait_for(fork_to([&] {
        work(*seen);
        seen->came_to_its_end = true;
    }));
    EXPECT_TRUE(seen->came_to_its_end);
    return *seen;
}

bool can_open_packet_socket() {
    const Fd socket{::socket(AF_PACKET, SOCK_RAW, 0)};
    return socket.is_open();
}

/// A datagram to ourselves over 127.0.0.1 comes back: lo is up and has its address.
bool hears_itself() {
    const Fd socket{::socket(AF_INET, SOCK_DGRAM, 0)};
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* generic = reinterpret_cast<sockaddr*>(&address);
    char octet = 'x';
    return ::bind(socket.value(), generic, size) == 0 && ::getsockname(socket.value(), generic, &size) == 0 &&
           ::sendto(socket.value(), &octet, 1, 0, generic, size) == 1 &&
           ::recv(socket.value(), &octet, 1, 0) == 1;  // blocks until it has come
}

ino_t network_id() {
    struct stat about {};
    ::stat("/proc/self/ns/net", &about);
    return about.st_ino;
}

TEST(Probes, OfCaptureAgreeWithReallyOpeningTheSocket) {
    EXPECT_EQ(probe_capture().allowed(), can_open_packet_socket());
    const Seen ordinary = seen_by([](Seen& seen) {
        become_ordinary_user();
        seen.capture = probe_capture();
        seen.socket_opened = can_open_packet_socket();
    });
    EXPECT_EQ(ordinary.capture.allowed(), ordinary.socket_opened);
    if (::geteuid() == 0) {
        EXPECT_FALSE(ordinary.socket_opened);
    }
}

TEST(Probes, LeaveNothingBehind) {
    const ino_t before = network_id();
    probe_capture();
    probe_trace();
    probe_private_network();
    EXPECT_EQ(network_id(), before);
    EXPECT_EQ(::waitpid(-1, nullptr, WNOHANG), -1) << "a child was left behind";
}

TEST(Probes, OfPrivateNetworksAgreeWithReallyEnteringOne) {
    for (const bool ordinary : {false, true}) {
        const Seen seen = seen_by([&](Seen& out) {
            if (ordinary) {
                become_ordinary_user();
                ::prctl(PR_SET_DUMPABLE, 1);
            }
            out.network = probe_private_network();
            try {
                enter_private_network();
                out.entered = true;
            } catch (const std::system_error&) {
            }
        });
        EXPECT_EQ(seen.network.allowed(NetworkStep::RaiseLoopback), seen.entered) << "ordinary user: " << ordinary;
    }
}

TEST(Probes, OfTracingAllowItWhereNothingForbidsIt) {
    const Attempt attempt = probe_trace();
    REQUIRE_SYSTEM(attempt.allowed(), why_no_trace(attempt, read_settings()).reason);
    const Seen ordinary = seen_by([](Seen& seen) {
        become_ordinary_user();
        seen.trace = probe_trace();
    });
    EXPECT_TRUE(ordinary.trace.allowed() || read_settings().ptrace_scope.value_or(0) >= 2);
}

class PrivateNetwork : public ::testing::Test {
protected:
    void SetUp() override {
        const NetworkAttempt attempt = probe_private_network();
        REQUIRE_SYSTEM(!attempt.refused(), why_no_private_network(attempt, read_settings()).reason);
    }
};

TEST_F(PrivateNetwork, LetsAnOrdinaryUserCaptureOnItsLoopback) {
    const ino_t outside = network_id();
    const Seen seen = seen_by([&](Seen& out) {
        become_ordinary_user();
        const uid_t user = ::geteuid();
        const gid_t group = ::getegid();
        enter_private_network();
        out.entered = true;
        out.kept_its_id = ::geteuid() == user && ::getegid() == group;
        out.still_in_old_network = network_id() == outside;
        out.heard_itself = hears_itself();
        out.captured_in_there = can_open_packet_socket();
    });
    EXPECT_TRUE(seen.entered);
    EXPECT_TRUE(seen.kept_its_id);
    EXPECT_FALSE(seen.still_in_old_network);
    EXPECT_TRUE(seen.heard_itself);
    EXPECT_TRUE(seen.captured_in_there);
}

TEST_F(PrivateNetwork, IsARefusalWithItsReasonWhereTheLimitIsReached) {
    // In a user namespace of its own a process is privileged, and may forbid all further ones below it.
    const Seen seen = seen_by([](Seen& out) {
        enter_private_network();
        const Fd limit{::open("/proc/sys/user/max_user_namespaces", O_WRONLY)};
        if (::write(limit.value(), "0", 1) == 1) {
            out.entered = true;
            out.network = probe_private_network();
        }
    });
    REQUIRE_SYSTEM(seen.entered, "user.max_user_namespaces cannot be written in a user namespace here");
    EXPECT_EQ(seen.network.last, NetworkStep::UserNamespace);
    EXPECT_EQ(seen.network.error, ENOSPC);
}

}  // namespace
}  // namespace sockstep::os
