// tests/os/waiting_test.cpp - signals, deadlines and programs, as a loop meets them.
#include <gtest/gtest.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <fstream>
#include <string>

#include "os/alarm.hpp"
#include "os/deadline.hpp"
#include "os/poll.hpp"
#include "os/programs.hpp"
#include "os/signal_fd.hpp"

namespace sockstep::os {
namespace {

using namespace std::chrono_literals;

TEST(SignalFd, TurnsASignalIntoSomethingToRead) {
    SignalFd signals{SIGUSR1};
    EXPECT_EQ(signals.read(), std::nullopt);
    ::raise(SIGUSR1);  // would end this test otherwise
    Poll poll;
    poll.add(signals.fd());
    poll.wait();
    EXPECT_TRUE(poll.ready(signals.fd()));
    EXPECT_EQ(signals.read(), SIGUSR1);
}

TEST(SignalFd, GivesBackTheMaskItFound) {
    { const SignalFd signals{SIGUSR1}; }
    sigset_t now{};
    ASSERT_EQ(::sigprocmask(SIG_BLOCK, nullptr, &now), 0);
    EXPECT_EQ(::sigismember(&now, SIGUSR1), 0);
}

TEST(Deadline, BecomesReadableOnceItHasPassed) {
    const Deadline soon{1ms};
    const Deadline later{1h};
    Poll poll;
    poll.add(soon.fd());
    poll.add(later.fd());
    poll.wait();
    EXPECT_TRUE(poll.ready(soon.fd()));
    EXPECT_FALSE(poll.ready(later.fd()));
}

TEST(Alarm, InterruptsACallThatWouldWaitForEver) {
    const Alarm alarm{1ms};
    for (int time = 0; time < 3; ++time) {
        EXPECT_EQ(::pause(), -1);
        EXPECT_EQ(errno, EINTR);
    }
}

TEST(Alarm, LeavesTheSignalAsItFoundIt) {
    ::signal(SIGALRM, SIG_IGN);
    sigset_t blocked{};
    ::sigemptyset(&blocked);
    ::sigaddset(&blocked, SIGALRM);
    ::sigprocmask(SIG_BLOCK, &blocked, nullptr);
    {
        const Alarm alarm{1ms};
        ::pause();
    }
    sigset_t now{};
    ::sigprocmask(SIG_UNBLOCK, &blocked, &now);
    EXPECT_EQ(::sigismember(&now, SIGALRM), 1);
    EXPECT_EQ(::signal(SIGALRM, SIG_DFL), SIG_IGN);
}

TEST(Programs, AreFoundInTheFirstFolderThatHasThem) {
    EXPECT_EQ(find_in_folders("sh", "/nowhere:/bin:/usr/bin"), "/bin/sh");
    EXPECT_EQ(find_in_folders("sh", "/nowhere"), std::nullopt);
    EXPECT_EQ(find_in_folders("sh", ""), std::nullopt);
    EXPECT_EQ(find_in_folders("passwd", "/etc"), std::nullopt) << "it is no program";
    EXPECT_EQ(find_in_folders("bin", "/usr"), std::nullopt) << "it is a folder";
}

TEST(Programs, AreFoundBesideOurOwn) {
    const std::string own = own_executable();
    EXPECT_EQ(find_program(own.substr(own.rfind('/') + 1)), own);
    EXPECT_NE(find_program("sh"), std::nullopt) << "in PATH";
}

}  // namespace
}  // namespace sockstep::os
