// tests/app/doctor_test.cpp - the doctor's report, from machines that were made up.
#include "app/doctor.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cerrno>
#include <sstream>

#include <nlohmann/json.hpp>

namespace sockstep::app {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

/// Everything is allowed, and there.
Machine generous_machine() {
    Machine machine;
    machine.private_network.last = os::NetworkStep::MountNamespace;
    machine.executable = "/opt/sockstep/bin/sockstep";
    machine.dot_version = "dot - graphviz version 2.43.0 (0)";
    machine.programs = {{"chat-server", "/opt/sockstep/bin/chat-server"},
                        {"chat-client", "/opt/sockstep/bin/chat-client"}};
    return machine;
}

Check check_of(const Machine& machine, std::string_view name) {
    const std::vector<Check> checks = judge(machine);
    const auto found = std::ranges::find(checks, name, &Check::name);
    EXPECT_NE(found, checks.end()) << name;
    return found == checks.end() ? Check{} : *found;
}

std::string text_of(const Machine& machine) {
    return doctor_text(judge(machine));
}

std::size_t longest_line(const std::string& text) {
    std::istringstream lines{text};
    std::size_t longest = 0;
    for (std::string line; std::getline(lines, line);) {
        longest = std::max(longest, line.size());
    }
    return longest;
}

TEST(Doctor, HasNothingToComplainOf) {
    const std::string text = text_of(generous_machine());
    EXPECT_THAT(text, AllOf(Not(HasSubstr("  no  ")), HasSubstr("  ok  capture"), HasSubstr("graphviz version 2.43.0"),
                            HasSubstr("\n  ok  read\n  ok  capture\n  ok  run\n  ok  step\n  ok  demo\n")));
}

TEST(Doctor, SaysWhatToTypeForTheRightToCapture) {
    Machine machine = generous_machine();
    machine.capture.error = EPERM;
    EXPECT_THAT(text_of(machine),
                AllOf(HasSubstr("  no  capture"), HasSubstr("CAP_NET_RAW"),
                      HasSubstr("\n             sudo setcap cap_net_raw=ep /opt/sockstep/bin/sockstep\n"),
                      HasSubstr("  no  capture  it needs capture\n  ok  run\n  ok  step\n  ok  demo\n")));
}

TEST(Doctor, TellsTheNextChecksThatTheyWereNotTried) {
    Machine machine = generous_machine();
    machine.private_network = {.last = os::NetworkStep::UserNamespace, .error = EPERM};
    machine.settings.unprivileged_userns_clone = 0;
    EXPECT_THAT(check_of(machine, "user-namespaces").reason, HasSubstr("kernel.unprivileged_userns_clone is 0"));
    EXPECT_EQ(check_of(machine, "network-namespaces").reason, "it needs user-namespaces, so it was not tried");
    EXPECT_EQ(check_of(machine, "private-capture").reason, "it needs network-namespaces, so it was not tried");
}

TEST(Doctor, PutsARefusalWhereItHappened) {
    Machine machine = generous_machine();
    machine.private_network = {.last = os::NetworkStep::RaiseLoopback, .error = EPERM};
    machine.settings.apparmor_restricts_userns = 1;
    EXPECT_TRUE(check_of(machine, "user-namespaces").allowed);
    EXPECT_THAT(check_of(machine, "network-namespaces").reason, HasSubstr("apparmor_restrict_unprivileged_userns"));
    EXPECT_FALSE(check_of(machine, "private-capture").allowed);
}

TEST(Doctor, NamesYama) {
    Machine machine = generous_machine();
    machine.trace.error = EPERM;
    machine.settings.ptrace_scope = 2;
    EXPECT_EQ(check_of(machine, "ptrace").command, "sudo sysctl kernel.yama.ptrace_scope=1");
}

TEST(Doctor, MissesGraphvizAndPrograms) {
    Machine machine = generous_machine();
    machine.dot_version.reset();
    machine.programs = {{"chat-server", std::nullopt}, {"chat-client", std::nullopt}};
    EXPECT_EQ(check_of(machine, "graphviz").command, "sudo apt-get install graphviz");
    EXPECT_EQ(check_of(machine, "chat-server").command, "./dev build");
    EXPECT_THAT(text_of(machine), HasSubstr("  no  demo     it needs chat-server\n"));
}

TEST(Doctor, TellsHowRunAndDemoWorkWithoutALab) {
    Machine machine = generous_machine();
    machine.private_network = {.last = os::NetworkStep::MountNamespace, .error = ENOSPC};
    machine.settings.max_mount_namespaces = 0;
    EXPECT_THAT(check_of(machine, "mount-namespaces").command, HasSubstr("user.max_mnt_namespaces"));
    const std::vector<Verdict> all = verdicts(judge(machine));
    EXPECT_EQ(all[2], (Verdict{"run", true,
                               "with --loopback, in the present network: the lab network needs mount-namespaces"}));
    EXPECT_EQ(all[3], (Verdict{"step", false, "it needs mount-namespaces"}));
    EXPECT_EQ(all[4], (Verdict{"demo", true, "in the present network: the lab network needs mount-namespaces"}));
    machine.capture.error = EPERM;
    EXPECT_THAT(verdicts(judge(machine))[2].but, HasSubstr("in a private network that is lo alone"));
    machine.private_network = {.last = os::NetworkStep::UserNamespace, .error = EPERM};
    EXPECT_THAT(verdicts(judge(machine))[2].but, HasSubstr("in the present network, and calls only"));
}

TEST(Doctor, TellsThatNothingIsTracedWithoutPtrace) {
    Machine machine = generous_machine();
    machine.trace.error = EPERM;
    const std::vector<Verdict> all = verdicts(judge(machine));
    for (const std::size_t place : {2U, 3U, 4U}) {
        EXPECT_EQ(all[place].works, false);
        EXPECT_EQ(all[place].but, "it needs ptrace");
    }
}

TEST(Doctor, SaysThatReadingAlwaysWorks) {
    Machine machine = generous_machine();
    machine.capture.error = EPERM;
    machine.private_network = {.last = os::NetworkStep::UserNamespace, .error = EPERM};
    EXPECT_THAT(text_of(machine), HasSubstr("\n  ok  read\n"));
}

TEST(Doctor, StaysWithinEightyColumns) {
    for (const bool filtered : {false, true}) {
        for (int last = 0; last <= static_cast<int>(os::NetworkStep::MountNamespace); ++last) {
            for (const int error : {EPERM, ENOSPC, EINVAL}) {
                Machine machine = generous_machine();
                machine.settings.seccomp_filter = filtered;
                machine.capture.error = error;
                machine.trace.error = error;
                machine.private_network = {.last = static_cast<os::NetworkStep>(last), .error = error};
                machine.dot_version.reset();
                EXPECT_LE(longest_line(text_of(machine)), 80U) << text_of(machine);
            }
        }
    }
}

TEST(Doctor, WritesOneJsonObjectALine) {
    Machine machine = generous_machine();
    machine.capture.error = EPERM;
    std::istringstream lines{doctor_json(judge(machine))};
    std::size_t count = 0;
    for (std::string line; std::getline(lines, line); ++count) {
        const nlohmann::json object = nlohmann::json::parse(line);
        if (object.at("type") == "command") {
            continue;
        }
        EXPECT_EQ(object.at("type"), "check");
        EXPECT_EQ(object.contains("reason"), !object.at("allowed").get<bool>());
        if (object.at("name") == "capture") {
            EXPECT_THAT(object.at("remedy").get<std::string>(), HasSubstr("sudo"));
            EXPECT_THAT(object.at("command").get<std::string>(), HasSubstr("setcap"));
        }
    }
    EXPECT_EQ(count, judge(machine).size() + verdicts(judge(machine)).size());
}

TEST(Doctor, ReportsOnThisMachine) {
    std::ostringstream out;
    EXPECT_EQ(doctor(out, false), 0);
    EXPECT_THAT(out.str(), HasSubstr("user-namespaces"));
}

}  // namespace
}  // namespace sockstep::app
