// tests/os/refusals_test.cpp - each way to be refused is told by its own reason, and by no other.
#include "os/refusals.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <linux/capability.h>
#include <signal.h>

#include <cerrno>

namespace sockstep::os {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

NetworkAttempt refused_at(NetworkStep step, int error) {
    return {.last = step, .error = error};
}

Settings as_root() {
    Settings settings;
    settings.effective = ~std::uint64_t{0};
    return settings;
}

std::string reason(const NetworkAttempt& attempt, const Settings& settings) {
    return why_no_private_network(attempt, settings).reason;
}

TEST(UserNamespace, NamesDebiansSettingOnlyWhereItRefuses) {
    Settings settings;
    settings.unprivileged_userns_clone = 0;
    const NetworkAttempt attempt = refused_at(NetworkStep::UserNamespace, EPERM);
    EXPECT_THAT(reason(attempt, settings), HasSubstr("kernel.unprivileged_userns_clone is 0"));
    EXPECT_EQ(why_no_private_network(attempt, settings).command, "sudo sysctl kernel.unprivileged_userns_clone=1");

    settings.unprivileged_userns_clone = 1;
    EXPECT_THAT(reason(attempt, settings), Not(HasSubstr("userns_clone")));
    settings = as_root();
    settings.unprivileged_userns_clone = 0;
    EXPECT_THAT(reason(attempt, settings), Not(HasSubstr("userns_clone"))) << "it does not concern root";
}

TEST(UserNamespace, NamesUbuntusRestrictionOnlyWhereItRefuses) {
    Settings settings;
    settings.apparmor_restricts_userns = 1;
    const NetworkAttempt attempt = refused_at(NetworkStep::MapIds, EPERM);
    EXPECT_THAT(reason(attempt, settings), HasSubstr("kernel.apparmor_restrict_unprivileged_userns is 1"));

    settings.apparmor_restricts_userns = 0;
    EXPECT_THAT(reason(attempt, settings), Not(HasSubstr("apparmor")));
}

TEST(UserNamespace, NamesTheLimitOfZero) {
    Settings settings;
    settings.max_user_namespaces = 0;
    const Refusal refusal = why_no_private_network(refused_at(NetworkStep::UserNamespace, ENOSPC), settings);
    EXPECT_THAT(refusal.reason, HasSubstr("user.max_user_namespaces is 0"));
    EXPECT_THAT(refusal.command, HasSubstr("sysctl user.max_user_namespaces="));

    settings.max_user_namespaces = 100;
    EXPECT_THAT(reason(refused_at(NetworkStep::UserNamespace, ENOSPC), settings), HasSubstr("100 here"));
}

TEST(UserNamespace, SaysThatAFilterIsLikelyButNotCertain) {
    Settings settings;
    settings.seccomp_filter = true;
    EXPECT_THAT(reason(refused_at(NetworkStep::UserNamespace, EPERM), settings),
                AllOf(HasSubstr("EPERM (Operation not permitted)"), HasSubstr("likely"), HasSubstr("not a certain")));
    settings.seccomp_filter = false;
    EXPECT_THAT(reason(refused_at(NetworkStep::UserNamespace, EPERM), settings), HasSubstr("no seccomp filter"));
}

TEST(UserNamespace, MayBeMissingInTheKernel) {
    Settings settings;
    settings.has_user_namespaces = false;
    EXPECT_THAT(reason(refused_at(NetworkStep::UserNamespace, EINVAL), settings), HasSubstr("CONFIG_USER_NS"));
}

TEST(NetworkNamespace, HasALimitOfItsOwn) {
    Settings settings;
    settings.max_net_namespaces = 0;
    EXPECT_THAT(reason(refused_at(NetworkStep::NetworkNamespace, ENOSPC), settings),
                HasSubstr("user.max_net_namespaces is 0"));
}

TEST(NetworkNamespace, NamesTheCallThatWasRefused) {
    EXPECT_THAT(reason(refused_at(NetworkStep::NetworkNamespace, EPERM), {}), HasSubstr("unshare(CLONE_NEWNET)"));
    EXPECT_THAT(reason(refused_at(NetworkStep::RaiseLoopback, EPERM), {}), HasSubstr("SIOCSIFFLAGS"));
    EXPECT_THAT(reason(refused_at(NetworkStep::PacketSocket, EPERM), {}), HasSubstr("AF_PACKET"));
}

TEST(Anything, KilledBySeccompIsSaidToBe) {
    const NetworkAttempt killed{.last = NetworkStep::UserNamespace, .error = 0, .killed_by = SIGSYS};
    EXPECT_THAT(reason(killed, {}), AllOf(HasSubstr("SIGSYS"), HasSubstr("seccomp")));
}

TEST(Capture, IsGivenToTheProgramByName) {
    const Refusal refusal = why_no_capture({.error = EPERM}, {}, "/opt/bin/sockstep");
    EXPECT_THAT(refusal.reason, HasSubstr("CAP_NET_RAW"));
    EXPECT_EQ(refusal.command, "sudo setcap cap_net_raw=ep /opt/bin/sockstep");
}

TEST(Capture, CannotBeGivenWhereTheBoundingSetLacksIt) {
    Settings settings;
    settings.bounding = 0;
    const Refusal refusal = why_no_capture({.error = EPERM}, settings, "sockstep");
    EXPECT_EQ(refusal.command, "");
    EXPECT_THAT(refusal.remedy, HasSubstr("--cap-add=NET_RAW"));
}

TEST(Capture, CannotBeGivenUnderNoNewPrivileges) {
    Settings settings;
    settings.no_new_privileges = true;
    const Refusal refusal = why_no_capture({.error = EPERM}, settings, "sockstep");
    EXPECT_EQ(refusal.command, "");
    EXPECT_THAT(refusal.reason, HasSubstr("no_new_privs"));
}

TEST(Capture, IsOfNoUseWithARightInAnotherNamespace) {
    Settings settings = as_root();
    EXPECT_THAT(why_no_capture({.error = EPERM}, settings, "sockstep").reason, HasSubstr("security module"));
    settings.network_is_outside = true;
    EXPECT_THAT(why_no_capture({.error = EPERM}, settings, "sockstep").reason, HasSubstr("outside"));
}

TEST(Trace, NamesYamaOnlyWhereItRefuses) {
    Settings settings;
    settings.ptrace_scope = 2;
    EXPECT_EQ(why_no_trace({.error = EPERM}, settings).command, "sudo sysctl kernel.yama.ptrace_scope=1");
    settings.ptrace_scope = 3;
    EXPECT_THAT(why_no_trace({.error = EPERM}, settings).remedy, HasSubstr("boot"));
    settings.ptrace_scope = 1;  // allows to trace one's own children
    EXPECT_THAT(why_no_trace({.error = EPERM}, settings).reason, Not(HasSubstr("yama")));
}

TEST(Trace, MayBeRefusedBecauseSomebodyTracesUs) {
    Settings settings;
    settings.tracer = 4711;
    EXPECT_THAT(why_no_trace({.error = EPERM}, settings).reason, HasSubstr("process 4711 traces this one"));
}

TEST(Settings, AreReadFromTheStatusOfAProcess) {
    Settings settings;
    add_process_status(
        "Name:\tsockstep\nTracerPid:\t12\nCapEff:\t0000000000002000\nCapBnd:\t00000000a80425fb\n"
        "NoNewPrivs:\t1\nSeccomp:\t2\nSeccomp_filters:\t1\n",
        settings);
    EXPECT_EQ(settings.tracer, 12);
    EXPECT_TRUE(settings.has(CAP_NET_RAW));
    EXPECT_FALSE(settings.has(CAP_SYS_ADMIN));
    EXPECT_TRUE(settings.could_have(CAP_NET_RAW));
    EXPECT_FALSE(settings.could_have(CAP_NET_ADMIN));
    EXPECT_TRUE(settings.no_new_privileges);
    EXPECT_TRUE(settings.seccomp_filter);
}

TEST(Settings, SurviveAStatusThatIsCut) {
    Settings settings;
    add_process_status("CapEff:", settings);
    add_process_status("Seccomp", settings);
    add_process_status(":\n\n:", settings);
    EXPECT_EQ(settings, Settings{});
}

}  // namespace
}  // namespace sockstep::os
