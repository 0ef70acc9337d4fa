// tests/app/step_terminal_test.cpp - sockstep step on a terminal: keys, live screens, and what is left behind.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <filesystem>

#include "app/cli.hpp"
#include "os/check.hpp"
#include "os/fd.hpp"
#include "os/private_network.hpp"
#include "require_system.hpp"
#include "server/program.hpp"

namespace sockstep::app::test {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class StepTerminal : public ::testing::Test {
protected:
    void SetUp() override {
        REQUIRE_SYSTEM(!os::probe_private_network(os::NetworkStep::MountNamespace).refused(),
                       "needs user namespaces; see sockstep doctor");
    }

    static support::Start start(const std::vector<std::string>& more = {}, bool terminal = true) {
        std::vector<std::string> arguments{"step",
                                           "--width",
                                           "100",
                                           "-s",
                                           std::string{ECHO_SERVER} + " 5000",
                                           "-c",
                                           std::string{ECHO_CLIENT} + " localhost 5000"};
        arguments.insert(arguments.end(), more.begin(), more.end());
        return {.command = command(arguments), .terminal = terminal, .environment = {"NO_COLOR=1"}};
    }

    /// The process id after the next `text`.
    static pid_t pid_after(support::Program& program, const std::string& text) {
        program.wait_for(text);
        const std::string digits = program.wait_for("\n");
        return static_cast<pid_t>(std::stoi(digits));
    }
};

TEST_F(StepTerminal, GivesTheTerminalBackAfterQuit) {
    support::Program step{start()};
    step.wait_for("stop 1");
    EXPECT_FALSE(step.echoes());
    step.type("q");
    step.wait();
    EXPECT_TRUE(step.echoes());
}

TEST_F(StepTerminal, GivesTheTerminalBackAfterCtrlC) {
    support::Program step{start()};
    step.wait_for("stop 1");
    step.type("\x03");
    step.wait();
    EXPECT_TRUE(step.echoes());
}

TEST_F(StepTerminal, GivesTheTerminalBackAfterSignals) {
    for (const int number : {SIGTERM, SIGINT, SIGHUP, SIGQUIT}) {
        support::Program step{start()};
        step.wait_for("stop 1");
        step.signal(number);
        step.wait();
        EXPECT_TRUE(step.echoes()) << number;
    }
}

TEST_F(StepTerminal, GivesTheTerminalBackAfterATracedProgramWasKilled) {
    support::Program step{start()};
    const pid_t server = pid_after(step, "server starts: process ");
    step.wait_for("> ");
    ::kill(server, SIGKILL);
    step.wait_for("the run is over");
    step.type("q");
    EXPECT_EQ(step.wait(), 1);
    EXPECT_TRUE(step.echoes());
}

TEST_F(StepTerminal, GivesTheTerminalBackAfterAnException) {
    support::Program step{start({"-c", "/no/such/program"})};
    EXPECT_EQ(step.wait(), 1);
    EXPECT_TRUE(step.echoes());
}

TEST_F(StepTerminal, CountsWhatIsSentAgainWhileItsFirstCopyIsHeldAndNothingBreaks) {
    support::Program step{start({"--type", "client=hello"})};
    step.wait_for("stop 1");
    step.type(":until SYN\r");
    step.wait_for("sent again 2 times: absorbed");  // after the kernel's 1 s and 2 s
    step.type("r");
    step.wait_for("client ends with status 0");
    step.wait_for("the run is over");
    step.type("q");
    EXPECT_EQ(step.wait(), 0);
}

TEST_F(StepTerminal, LeavesAStopAsItWasWhenItRunsOnFromThere) {
    support::Program step{start()};
    step.wait_for("stop 1");
    step.type("r");
    step.wait_for("-- after stop 1: running");
    step.wait_for("client (10.0.0.11) waits for input");
    step.type(":type client ^D\r");
    step.wait_for("the run is over");
    step.wait_for("client ends with status 0");
    step.type(":back\r");
    step.wait_for("-- stop 1: the past, of 2 stops");
    EXPECT_THAT(step.wait_for("> "), Not(HasSubstr("client ends")));
    for (const char* key : {"w", "a"}) {
        step.type(key);
        step.wait_for("-- stop 1: the past, of 2 stops");
    }
    step.type("q");
    EXPECT_EQ(step.wait(), 0);
}

TEST_F(StepTerminal, ShowsADelayedSegmentAsUnderWayAndNotAsHeld) {
    support::Program step{start()};
    step.wait_for("stop 1");
    step.type(":until SYN\r");
    step.wait_for("SYN of client waits");
    step.type(":delay 1000s\r");
    step.wait_for(": going on until things come to rest");
    const std::string screen = step.wait_for("nothing is held");
    EXPECT_THAT(screen, HasSubstr("on the wire, delayed: client -> server  #1 SYN"));
    step.type("q");
    EXPECT_EQ(step.wait(), 1);
}

TEST_F(StepTerminal, ShowsWhatFollowsAKeyThatBeginsALine) {
    support::Program step{start()};
    step.wait_for("stop 1");
    step.type("t");
    step.wait_for("> type NAME TEXT");
    step.type("q");
    step.wait_for("> type q");
    step.type("\x1b");
    step.type("D");
    step.wait_for("> delay [N] 200ms");
    step.type("\x03");
    step.wait();
}

TEST_F(StepTerminal, KeepsWhatIsWrongWithACommandOnTheScreen) {
    support::Program step{start()};
    step.wait_for("stop 1");
    step.type("7\r");
    const std::string screen = step.wait_for("there is no number 7. Now: Enter");
    EXPECT_THAT(screen, HasSubstr("-- stop 1"));  // drawn again, with the complaint below
    step.type("q");
    step.wait();
}

TEST_F(StepTerminal, CountsSynAcksThatAreSentAgainOnlyBecauseTheLastAckIsHeld) {
    support::Program step{start({"--type", "client=hello"})};
    step.wait_for("stop 1");
    step.type(":until client ACK\r");
    step.wait_for("what it answers came again 1 time: absorbed");
    step.type("r");
    step.wait_for("the run is over");
    step.type("q");
    EXPECT_EQ(step.wait(), 0);
}

TEST_F(StepTerminal, ShowsRetriesWhereTheyAreAskedFor) {
    support::Program step{start({"--show-retries"})};
    step.wait_for("stop 1");
    step.type(":until SYN\r");
    step.wait_for("segment  client -> server  #1 SYN");
    step.wait_for("segment  client -> server  #2 SYN");
    step.type("q");
    step.wait();
}

/// What lets a segment be held for an hour: the hosts' kernels go on trying for longer.
TEST_F(StepTerminal, TellsTheHostsKernelsToGoOnTrying) {
    const std::string settings = "tcp_syn_retries tcp_synack_retries tcp_retries2 tcp_orphan_retries";
    const Outcome outcome = run({"step", "-s", std::string{ECHO_SERVER} + " 5000", "-c",
                                 "/bin/sh -c 'cd /proc/sys/net/ipv4; echo $(cat " + settings + ")'"},
                                {.user = ordinary_user()});
    EXPECT_THAT(outcome.out, HasSubstr("client prints \"127 255 255 255\\n\"")) << outcome.out << outcome.err;
}

os::Fd pidfd_of(pid_t pid) {
    return os::Fd{static_cast<int>(os::check(::syscall(SYS_pidfd_open, pid, 0), "pidfd_open"))};
}

bool has_ended(const os::Fd& pidfd) {
    pollfd waiting{pidfd.value(), POLLIN, 0};
    return ::poll(&waiting, 1, patience) == 1;
}

/// The network namespace of a process, as the kernel numbers it.
std::string network_of(const std::filesystem::path& process) {
    std::error_code gone;
    return std::filesystem::read_symlink(process / "ns/net", gone).string();
}

/// Processes in `network`, or that hold a descriptor of it.
int holders_of(const std::string& network) {
    int holders = 0;
    std::error_code gone;
    for (const auto& process : std::filesystem::directory_iterator{"/proc"}) {
        holders += network_of(process.path()) == network ? 1 : 0;
        for (const auto& each : std::filesystem::directory_iterator{process.path() / "fd", gone}) {
            holders += std::filesystem::read_symlink(each.path(), gone).string() == network ? 1 : 0;
        }
    }
    return holders;
}

/// Kills sockstep, and waits until all that it started has ended.
void expect_nothing_survives(support::Program& sockstep, const std::vector<pid_t>& programs) {
    std::vector<os::Fd> ends;
    for (const pid_t pid : programs) {
        ends.push_back(pidfd_of(pid));
    }
    const std::string network = network_of("/proc/" + std::to_string(programs.front()));
    const std::string wire = network_of("/proc/" + std::to_string(sockstep.pid()));
    ASSERT_GT(holders_of(network), 0);
    ASSERT_NE(network, wire);
    sockstep.signal(SIGKILL);
    EXPECT_EQ(sockstep.wait(), -SIGKILL);
    for (const os::Fd& end : ends) {
        EXPECT_TRUE(has_ended(end));
    }
    EXPECT_EQ(holders_of(network), 0);
    EXPECT_EQ(holders_of(wire), 0);
}

TEST_F(StepTerminal, LeavesNothingBehindWhenItIsKilled) {
    support::Program step{start()};
    const pid_t server = pid_after(step, "server starts: process ");
    step.wait_for("> ");
    step.type(":until SYN\r");
    step.wait_for("SYN of client waits");
    step.type("a");
    const pid_t client = pid_after(step, "client starts: process ");
    expect_nothing_survives(step, {server, client});
}

TEST_F(StepTerminal, LeavesNothingBehindWhenAPlainRunIsKilled) {
    support::Program run{{.command = command({"run", "--width", "200", "-s", std::string{ECHO_SERVER} + " 5000", "-c",
                                              "/bin/sleep 600"})}};
    const pid_t server = pid_after(run, "server starts (process ");
    const pid_t client = pid_after(run, "client starts (process ");
    expect_nothing_survives(run, {server, client});
}

TEST_F(StepTerminal, HasALabOfItsOwnBesideAnother) {
    support::Program one{start({"--type", "client=one"}, false)};
    support::Program other{start({"--type", "client=other"}, false)};
    one.type("until client data\n");
    other.type("until client data\n");
    EXPECT_THAT(one.wait_for("data of client waits"), HasSubstr("until client data"));
    EXPECT_THAT(other.wait_for("data of client waits"), HasSubstr("until client data"));
    one.end_input();
    other.end_input();
    EXPECT_THAT(one.rest_of_output(), HasSubstr("client prints \"one"));
    EXPECT_THAT(other.rest_of_output(), HasSubstr("client prints \"other"));
    EXPECT_EQ(one.wait(), 0);
    EXPECT_EQ(other.wait(), 0);
}

}  // namespace
}  // namespace sockstep::app::test
