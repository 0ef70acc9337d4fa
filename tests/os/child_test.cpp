// tests/os/child_test.cpp - programs started, talked to, ended, and never left behind.
#include "os/child.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <string>
#include <system_error>

#include "os/check.hpp"
#include "os/forked.hpp"
#include "os/poll.hpp"
#include "os/signal_fd.hpp"

namespace sockstep::os {
namespace {

using ::testing::HasSubstr;

Program shell(const std::string& command) {
    return {.path = "/bin/sh", .arguments = {"-c", command}, .joins_errors = true};
}

std::string all_output(Child& child) {
    std::string text;
    while (child.read_output(text)) {
    }
    return text;
}

/// Reads until `text` has come.
void wait_for_output(Child& child, const std::string& text) {
    std::string seen;
    while (seen.find(text) == std::string::npos) {
        ASSERT_TRUE(child.read_output(seen)) << "the output ended after: " << seen;
    }
}

bool is_gone(pid_t pid) {
    return ::kill(pid, 0) == -1 && errno == ESRCH;  // a zombie would still be there
}

TEST(Child, IsTalkedToThroughPipes) {
    Child cat{{.path = "/bin/cat"}};
    cat.type("hello\n");
    wait_for_output(cat, "hello\n");
    cat.close_input();
    EXPECT_EQ(all_output(cat), "");
    EXPECT_EQ(cat.wait(), ExitStatus::exited(0));
}

TEST(Child, TellsItsExitCode) {
    Child child{shell("exit 7")};
    EXPECT_EQ(child.wait(), ExitStatus::exited(7));
    EXPECT_EQ(child.wait(), ExitStatus::exited(7)) << "asked again";
    EXPECT_EQ(to_string(child.wait()), "exit status 7");
}

TEST(Child, TellsTheSignalThatKilledIt) {
    Child child{shell("kill -KILL $$")};
    EXPECT_EQ(child.wait(), ExitStatus::killed_by(SIGKILL));
    EXPECT_EQ(to_string(child.wait()), "killed by SIGKILL");
}

TEST(Child, ThatCannotBeExecutedIsAnExceptionNamingIt) {
    try {
        const Child child{{.path = "/no/such/program"}};
        FAIL() << "it started";
    } catch (const std::system_error& error) {
        EXPECT_EQ(error.code(), std::errc::no_such_file_or_directory);
        EXPECT_THAT(error.what(), HasSubstr("/no/such/program"));
    }
    EXPECT_EQ(::waitpid(-1, nullptr, WNOHANG), -1) << "a child was left behind";
    EXPECT_EQ(errno, ECHILD);
}

TEST(Child, ThatMayNotBeExecutedIsAnExceptionToo) {
    EXPECT_THROW(Child{{.path = "/etc/passwd"}}, std::system_error);
}

TEST(Child, IsEndedAndReapedByItsDestructor) {
    pid_t pid = 0;
    {
        const Child child{{.path = "/bin/cat"}};
        pid = child.pid();
    }
    EXPECT_TRUE(is_gone(pid));
}

TEST(Child, ThatIgnoresTheRequestToEndIsKilled) {
    pid_t pid = 0;
    {
        Child child{shell("trap '' TERM; echo ready; exec sleep 1000")};
        pid = child.pid();
        wait_for_output(child, "ready");
    }
    EXPECT_TRUE(is_gone(pid));
}

TEST(Child, TellsThroughItsPidfdThatItHasEnded) {
    Child child{shell("exit 0")};
    Poll poll;
    poll.add(child.pidfd());
    poll.wait();
    EXPECT_TRUE(poll.ready(child.pidfd()));
    EXPECT_TRUE(child.wait().success());
}

TEST(Child, JoinsErrorsWithOutputIfWanted) {
    Child child{shell("echo out; echo err >&2")};
    EXPECT_EQ(all_output(child), "out\nerr\n");
}

TEST(Child, GetsOurEnvironmentAndAdditions) {
    ::setenv("SOCKSTEP_TEST", "old", 1);
    Program program = shell("echo $SOCKSTEP_TEST; echo $HOME");
    program.environment = {"SOCKSTEP_TEST=new", "HOME=/nowhere"};
    Child child{program};
    EXPECT_EQ(all_output(child), "new\n/nowhere\n");
}

TEST(Child, ThatHasEndedCannotBeTypedTo) {
    Child child{shell("exit 0")};
    child.wait();
    try {
        child.type("hello\n");  // and no SIGPIPE ends this test
        FAIL() << "somebody read it";
    } catch (const std::system_error& error) {
        EXPECT_EQ(error.code(), std::errc::broken_pipe);
        EXPECT_THAT(error.what(), HasSubstr("sh"));
    }
}

TEST(Child, DoesNotInheritThePipesOfAnother) {
    const std::string list = "ls /proc/self/fd";  // what this test was started with is inherited, and is in both lists
    Child before{shell(list)};
    const std::string expected = all_output(before);
    const Child other{{.path = "/bin/cat"}};
    Child child{shell(list)};
    EXPECT_EQ(all_output(child), expected);
}

TEST(Child, DoesNotInheritBlockedSignals) {
    const SignalFd signals{SIGINT};
    Child child{shell("grep SigBlk /proc/self/status")};
    EXPECT_THAT(all_output(child), ::testing::MatchesRegex("SigBlk:\t0+\n"));
}

TEST(Child, DiesWithItsParent) {
    // The parent is a process of its own, which tells its child's id and is then killed, so no destructor runs.
    SharedValue<pid_t> child_id{0};
    int ready[2];
    ASSERT_EQ(::pipe(ready), 0);
    const pid_t parent = fork_to([&] {
        const Child child{{.path = "/bin/sleep", .arguments = {"1000"}}};
        *child_id = child.pid();
        static_cast<void>(!::write(ready[1], "x", 1));
        ::pause();
    });
    char byte = 0;
    ASSERT_EQ(::read(ready[0], &byte, 1), 1);
    const Fd child{static_cast<int>(check(::syscall(SYS_pidfd_open, *child_id, 0), "pidfd_open"))};
    ASSERT_EQ(::kill(parent, SIGKILL), 0);
    wait_for(parent);
    Poll poll;
    poll.add(child.value());
    poll.wait();
    EXPECT_TRUE(poll.ready(child.value()));
    ::close(ready[0]);
    ::close(ready[1]);
}

}  // namespace
}  // namespace sockstep::os
