// tests/calls/processes_test.cpp - processes and threads as they come and go, and programs that must not notice us.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "calls/traced_run.hpp"
#include "os/check.hpp"
#include "os/child.hpp"
#include "os/forked.hpp"

namespace sockstep::calls {
namespace {

using record::ProcessChange;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::vector<ProcessChange> changes(const TracedRun& run, pid_t pid = 0) {
    std::vector<ProcessChange> all;
    for (const record::Process& each : run.processes()) {
        if (pid == 0 || each.pid == pid) {
            all.push_back(each.change);
        }
    }
    return all;
}

record::Process last(const TracedRun& run, ProcessChange change) {
    record::Process found;
    for (const record::Process& each : run.processes()) {
        if (each.change == change) {
            found = each;
        }
    }
    EXPECT_EQ(found.change, change);
    return found;
}

TEST(Processes, OfAPlainProgramStartExecAndExit) {
    TracedRun run;
    const pid_t pid = run.start({SCENES, "plain"});
    run.to_the_end();
    EXPECT_THAT(changes(run),
                ElementsAre(ProcessChange::Start, ProcessChange::Exec, ProcessChange::Exiting, ProcessChange::Exit));
    EXPECT_EQ(run.processes().front().pid, pid);
    EXPECT_EQ(run.processes().front().parent, 0);
    EXPECT_THAT(run.processes().at(1).detail, HasSubstr("scenes"));
    EXPECT_TRUE(std::holds_alternative<record::Process>(run.events().front())) << "nothing of the start itself";
}

TEST(Processes, ThatAreForkedOrSpawnedAreFollowed) {
    TracedRun run;
    const pid_t pid = run.start({SCENES, "spawns"});
    run.to_the_end();
    EXPECT_TRUE(run.tracer().ended("program")->success()) << run.output();
    EXPECT_EQ(run.calls("sendto").size(), 1U) << "of the spawned program";
    std::size_t children = 0;
    for (const record::Process& each : run.processes()) {
        if (each.change == ProcessChange::Start && each.pid != pid) {
            EXPECT_EQ(each.parent, pid);
            EXPECT_EQ(each.program, "program");
            ++children;
        }
    }
    EXPECT_EQ(children, 2U);
}

TEST(Processes, ThreadsAreToldApart) {
    TracedRun run;
    const pid_t pid = run.start({SCENES, "threads"});
    run.to_the_end();
    EXPECT_TRUE(run.tracer().ended("program")->success()) << run.output();
    EXPECT_EQ(std::ranges::count(changes(run), ProcessChange::ThreadStart), 8);
    EXPECT_EQ(std::ranges::count(changes(run), ProcessChange::ThreadExit), 8);
    EXPECT_EQ(run.calls("send").size(), 400U);
    EXPECT_EQ(run.calls("recv").size(), 404U);
    for (const RecordedCall& call : run.calls()) {
        EXPECT_EQ(call.begin.pid, pid);
        ASSERT_TRUE(call.end) << to_string(call);
    }
}

TEST(Processes, OtherThreadsGoOnWhenTheFirstHasEnded) {
    TracedRun run;
    run.start({SCENES, "first_thread_ends"});
    run.to_the_end();
    EXPECT_EQ(run.tracer().ended("program")->status, 6);
    EXPECT_EQ(run.only("send").begin.data, "late");
    EXPECT_EQ(run.only("send").begin.socket->kind, record::SocketKind::Tcp);
}

TEST(Processes, KeepTheirIdWhenAThreadExecutesAnotherProgram) {
    TracedRun run;
    const pid_t pid = run.start({SCENES, "exec_from_thread"});
    run.to_the_end();
    EXPECT_TRUE(run.tracer().ended("program")->success()) << run.output();
    EXPECT_EQ(run.calls().size(), 18U) << "those of the scene `plain`";
    EXPECT_EQ(run.only("connect").begin.tid, pid);
    EXPECT_EQ(std::ranges::count(changes(run), ProcessChange::Exec), 2);
}

TEST(Processes, KeepSocketsAcrossExecUnlessTheyAreCloseOnExec) {
    TracedRun run;
    run.start({SCENES, "exec_keeps_sockets"});
    run.to_the_end();
    EXPECT_EQ(to_string(run.only("read")), "read(40) = 0") << "exec closed the other end";
}

TEST(Processes, ThatBecomeDaemonsAreFollowed) {
    TracedRun run;
    const pid_t first = run.start({SCENES, "becomes_daemon"});
    run.until([&] { return run.has_begun("close"); });
    const auto living = run.tracer().living("program");
    run.until([&] { return run.tracer().ended("program").has_value(); });
    ASSERT_EQ(run.tracer().living("program").size(), 1U);
    EXPECT_NE(run.tracer().living("program").front(), first);
    run.tracer().send_signal("program", SIGUSR1);
    run.to_the_end();
    EXPECT_EQ(run.calls("socket").size(), 2U);
}

TEST(Processes, TellWhichSocketsTheyStillHoldWhenTheyEnd) {
    TracedRun run;
    run.start({SCENES, "transfers"});
    run.to_the_end();
    EXPECT_THAT(
        last(run, ProcessChange::Exiting).sockets,
        ::testing::UnorderedElementsAre(run.only("connect").begin.socket->inode, run.only("accept").end->made->inode));
}

TEST(Processes, TellTheSignalThatKilledThem) {
    TracedRun run;
    run.start({SCENES, "killed_by_sigpipe"});
    run.to_the_end();
    EXPECT_EQ(run.tracer().ended("program")->signal, SIGPIPE);
    EXPECT_EQ(last(run, ProcessChange::Signal).signal, "SIGPIPE");
    EXPECT_EQ(last(run, ProcessChange::Exit).signal, "SIGPIPE");
    EXPECT_EQ(run.calls("send").back().end->error, "EPIPE");
}

TEST(Processes, SeeTheSameDescriptorsAsWithoutUs) {
    for (const char* scene : {"descriptors", "lists_descriptors"}) {
        os::Child untraced{
            {.path = "/bin/sh", .arguments = {"-c", std::string{"exec "} + SCENES + " " + scene + " </dev/null 2>&1"}}};
        std::string expected;
        while (untraced.read_output(expected)) {
        }
        ASSERT_TRUE(untraced.wait().success());
        TracedRun run;
        run.start({SCENES, scene});
        run.to_the_end();
        EXPECT_EQ(run.output(), expected) << scene;
    }
}

TEST(Processes, CannotBeStartedFromWhatIsNoProgram) {
    TracedRun run;
    EXPECT_THROW(run.start({"/no/such/program"}), std::system_error);
    EXPECT_THROW(run.start({"/etc/passwd"}), std::system_error);
    EXPECT_TRUE(run.events().empty());
    EXPECT_TRUE(run.tracer().living().empty());
}

TEST(Processes, OnATerminalSayWhenTheyWaitForInput) {
    TracedRun run;
    run.start_on_terminal({"/bin/cat"});
    run.until([&] { return run.waits_for_input() == 1; });
    run.type("hello\n");
    run.until([&] { return run.waits_for_input() == 2; });
    EXPECT_THAT(run.output(), HasSubstr("hello\r\nhello\r\n")) << "the terminal's echo, and cat's output";
    run.type("\x04");
    run.to_the_end();
    EXPECT_TRUE(run.tracer().ended("program")->success());
    EXPECT_EQ(run.waits_for_input(), 2U);
}

TEST(Processes, DoNotOutliveTheTracer) {
    TracedRun run;
    const pid_t pid = run.start({SCENES, "interrupted"});
    run.until([&] { return run.has_begun("recv"); });
    run.end_tracer();
    EXPECT_EQ(::kill(pid, 0), -1) << "it was killed and reaped";
}

TEST(Processes, DoNotOutliveATracerThatIsKilled) {
    int ready[2];
    ASSERT_EQ(::pipe(ready), 0);
    const pid_t tracer = ::fork();
    if (tracer == 0) {
        TracedRun run;
        const pid_t daemon = run.start({SCENES, "becomes_daemon"});
        run.until([&] { return run.tracer().ended("program") && run.has_begun("close"); });
        const pid_t left = run.tracer().living().empty() ? daemon : run.tracer().living().front();
        static_cast<void>(!::write(ready[1], &left, sizeof left));
        ::pause();
    }
    pid_t daemon = 0;
    ASSERT_EQ(::read(ready[0], &daemon, sizeof daemon), static_cast<ssize_t>(sizeof daemon));
    const os::Fd watched{static_cast<int>(os::check(::syscall(SYS_pidfd_open, daemon, 0), "pidfd_open"))};
    ASSERT_EQ(::kill(tracer, SIGKILL), 0);
    os::wait_for(tracer);
    pollfd ended{watched.value(), POLLIN, 0};
    EXPECT_EQ(::poll(&ended, 1, -1), 1);
    ::close(ready[0]);
    ::close(ready[1]);
}

/// Its leader would take a session with it: SIGHUP comes to all of its foreground.
TEST(Processes, OutliveTheirParentOnATerminalOfTheirOwn) {
    TracedRun run;
    run.start_on_terminal({SCENES, "outlives_its_parent"});
    run.to_the_end();
    EXPECT_THAT(run.output(), HasSubstr("still here"));
    EXPECT_THAT(changes(run), testing::Not(testing::Contains(ProcessChange::Signal)));
}

TEST(Processes, GetSignalsOfWhichItIsKnownWhetherWeSentThem) {
    TracedRun run;
    run.start({SCENES, "interrupted"});
    run.until([&] { return run.has_begun("recv"); });
    run.tracer().send_signal("program", SIGINT);
    run.to_the_end();
    EXPECT_TRUE(last(run, ProcessChange::Signal).by_sockstep);
}

}  // namespace
}  // namespace sockstep::calls
