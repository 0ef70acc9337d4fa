// tests/labnet/safety_test.cpp - a lab gives programs no rights, leaves nothing behind, and says why it cannot be.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "labnet/lab.hpp"
#include "os/check.hpp"
#include "os/file.hpp"
#include "os/forked.hpp"
#include "require_system.hpp"

namespace sockstep::labnet::test {
namespace {

using testing::HasSubstr;

std::string text_of(const std::string& path) {
    std::ifstream file{path};
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

/// What `command` prints in a host.
std::string output_of(Lab& lab, const std::string& host, const std::vector<std::string>& command) {
    std::array<int, 2> output{};
    os::check(::pipe2(output.data(), O_CLOEXEC), "pipe2");
    Program program = lab.execute(host, command, STDIN_FILENO, output[1]);
    EXPECT_EQ(lab.end_of(program), 0);
    ::close(output[1]);
    std::array<char, 8192> printed{};
    const ssize_t count = ::read(output[0], printed.data(), printed.size());
    ::close(output[0]);
    return {printed.data(), static_cast<std::size_t>(std::max<ssize_t>(count, 0))};
}

ino_t inode_of(const std::string& path) {
    struct stat about {};
    return ::stat(path.c_str(), &about) == 0 ? about.st_ino : 0;
}

/// How many processes are in this network.
std::size_t processes_in(ino_t network) {
    std::size_t count = 0;
    for (const auto& entry : std::filesystem::directory_iterator{"/proc"}) {
        count += inode_of(entry.path() / "ns/net") == network ? 1U : 0U;
    }
    return count;
}

TEST(Lab, GivesProgramsNoPrivilegeAndTheUsersOwnId) {
    in_lab({}, [](Lab& lab) {
        const std::string id = std::to_string(::geteuid());
        const std::string status = output_of(lab, "client", {"cat", "/proc/self/status"});
        for (const char* set : {"CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"}) {
            EXPECT_THAT(status, HasSubstr(std::string{set} + ":\t0000000000000000\n"));
        }
        EXPECT_THAT(status, HasSubstr("NoNewPrivs:\t1\n"));
        EXPECT_THAT(status, HasSubstr("Uid:\t" + id + "\t" + id + "\t" + id + "\t" + id + "\n"));
    });
}

TEST(Lab, HurriesNoProgram) {
    in_lab({}, [](Lab& lab) {
        Program program = lab.run("client", [] { return ::sched_getscheduler(0) == SCHED_OTHER ? 0 : 1; });
        EXPECT_EQ(lab.end_of(program), 0);
    });
}

TEST(Lab, HasNoOffloads) {
    in_lab({}, [](Lab& lab) {
        std::istringstream features{output_of(lab, "client", {"ethtool", "-k", "eth0"})};
        std::size_t known = 0;
        for (std::string line; std::getline(features, line);) {
            for (const char* offload : {"segmentation", "checksum", "scatter-gather", "receive-offload", "gro"}) {
                const bool is_one = line.find(offload) != std::string::npos;
                known += is_one ? 1U : 0U;
                EXPECT_FALSE(is_one && line.ends_with(": on")) << line;
            }
        }
        EXPECT_GT(known, 10U);
    });
}

TEST(Lab, KeepsItsFilesToItself) {
    const std::string hosts = text_of("/etc/hosts");
    const std::string mounts = text_of("/proc/self/mounts");
    in_lab({}, [&](Lab& lab) {
        EXPECT_THAT(output_of(lab, "client", {"cat", "/etc/hosts"}), HasSubstr("10.0.0.1\tserver\n"));
        EXPECT_THAT(output_of(lab, "client", {"ls", "/etc/passwd"}), HasSubstr("passwd"));
    });
    EXPECT_EQ(text_of("/etc/hosts"), hosts);
    EXPECT_EQ(text_of("/proc/self/mounts"), mounts);
}

/// What the process that is killed tells those who outlive it.
struct Left {
    pid_t program = 0;
    ino_t host_network = 0;
    ino_t wire_network = 0;
};

TEST(Lab, LeavesNothingWhenItIsKilled) {
    const os::NetworkAttempt attempt = os::probe_private_network(os::NetworkStep::MountNamespace);
    REQUIRE_SYSTEM(!attempt.refused(), os::why_no_private_network(attempt, os::read_settings()).reason);
    os::SharedValue<Left> left{{}};
    const Signal runs;
    const std::string mounts = text_of("/proc/self/mounts");
    const pid_t tracer = os::check(::fork(), "fork");
    if (tracer == 0) {
        Lab lab{{}};
        left->wire_network = inode_of("/proc/self/ns/net");
        const Program program = lab.run("server", [&] {
            left->program = ::getpid();
            left->host_network = inode_of("/proc/self/ns/net");
            listen_on("0.0.0.0", server_port);
            runs.give();
            ::pause();
            return 0;
        });
        lab.until([] { return false; });
        ::_exit(0);
    }
    runs.wait();
    const os::Fd orphan{static_cast<int>(os::check(::syscall(SYS_pidfd_open, left->program, 0), "pidfd_open"))};
    EXPECT_EQ(processes_in(left->host_network), 1U);
    os::check(::kill(tracer, SIGKILL), "kill");
    EXPECT_TRUE(WIFSIGNALED(os::wait_for(tracer)));
    EXPECT_TRUE(os::wait_readable(orphan.value(), 10'000)) << "its program lives on";
    EXPECT_EQ(processes_in(left->host_network), 0U);
    EXPECT_EQ(processes_in(left->wire_network), 0U);
    EXPECT_EQ(text_of("/proc/self/mounts"), mounts);
}

TEST(Lab, DoesNotSeeAnotherLab) {
    in_lab({}, [](Lab& first) {
        const Signal listens;
        Program server = first.run("server", [&] {
            const int listener = listen_on("0.0.0.0", server_port);
            listens.give();
            send_all(accept_from(listener), "first");
            return 0;
        });
        // Another lab, with the same names and addresses, in which nobody listens.
        in_child(Who::Caller, [] {
            Lab second{{}};
            Program client = second.run(
                "client", [] { return connect_to("10.0.0.1", server_port) == -1 && errno == ECONNREFUSED ? 0 : 1; });
            EXPECT_EQ(second.end_of(client), 0);
        });
        Program client = first.run("client", [&] {
            listens.wait();
            return receive_all(connect_to("10.0.0.1", server_port)) == "first" ? 0 : 1;
        });
        EXPECT_EQ(first.end_of(client), 0);
        EXPECT_EQ(first.end_of(server), 0);
    });
}

/// Forbids `call`, as a container's filter does: it fails with EPERM.
void forbid(unsigned call) {
    std::array filter{
        sock_filter{BPF_LD | BPF_W | BPF_ABS, 0, 0, 0},  // the number of the system call
        sock_filter{BPF_JMP | BPF_JEQ | BPF_K, 0, 1, call},
        sock_filter{BPF_RET | BPF_K, 0, 0, SECCOMP_RET_ERRNO | EPERM},
        sock_filter{BPF_RET | BPF_K, 0, 0, SECCOMP_RET_ALLOW},
    };
    sock_fprog program{static_cast<unsigned short>(filter.size()), filter.data()};
    os::check(::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "prctl(PR_SET_NO_NEW_PRIVS)");
    os::check(::prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program), "prctl(PR_SET_SECCOMP)");
}

/// Why no lab can be made here; empty if one can.
os::Refusal refusal_here() {
    try {
        const Network network{{}};
        return {};
    } catch (const Refused& refused) {
        return refused.refusal();
    }
}

TEST(Lab, SaysThatAFilterForbidsNamespacesAndChangesNothing) {
    in_child(Who::OrdinaryUser, [] {
        const ino_t before = inode_of("/proc/self/ns/net");
        forbid(SYS_unshare);
        const os::Refusal refusal = refusal_here();
        EXPECT_THAT(refusal.reason, HasSubstr("seccomp"));
        EXPECT_THAT(refusal.remedy, HasSubstr("seccomp=unconfined"));
        EXPECT_EQ(inode_of("/proc/self/ns/net"), before);
    });
}

TEST(Lab, NamesTheSettingThatAllowsNoUserNamespace) {
    const os::NetworkAttempt attempt = os::probe_private_network();
    REQUIRE_SYSTEM(!attempt.refused(), os::why_no_private_network(attempt, os::read_settings()).reason);
    in_child(Who::Caller, [] {
        os::enter_user_namespace();
        const os::Fd limit{::open("/proc/sys/user/max_user_namespaces", O_WRONLY | O_CLOEXEC)};
        ASSERT_EQ(::write(limit.value(), "0", 1), 1);
        const os::Refusal refusal = refusal_here();
        EXPECT_THAT(refusal.reason, HasSubstr("user.max_user_namespaces is 0"));
        EXPECT_THAT(refusal.command, HasSubstr("sysctl user.max_user_namespaces="));
    });
}

TEST(Lab, NamesTheSettingThatAllowsNoMountNamespace) {
    const os::NetworkAttempt attempt = os::probe_private_network();
    REQUIRE_SYSTEM(!attempt.refused(), os::why_no_private_network(attempt, os::read_settings()).reason);
    in_child(Who::Caller, [] {
        os::enter_user_namespace();
        const os::Fd limit{::open("/proc/sys/user/max_mnt_namespaces", O_WRONLY | O_CLOEXEC)};
        ASSERT_EQ(::write(limit.value(), "0", 1), 1);
        EXPECT_THAT(refusal_here().reason, HasSubstr("user.max_mnt_namespaces is 0"));
    });
}

}  // namespace
}  // namespace sockstep::labnet::test
