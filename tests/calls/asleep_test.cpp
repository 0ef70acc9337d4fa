// tests/calls/asleep_test.cpp - which calls were ready, which slept, and what a signal makes of one that sleeps.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include "calls/traced_run.hpp"

namespace sockstep::calls {
namespace {

using record::CallFate;

/// Until `name` has begun so many times and all of the program sleeps.
void until_asleep_in(TracedRun& run, const std::string& name, std::size_t times = 1) {
    run.until([&] { return run.has_begun(name, times); });
    while (!run.tracer().is_quiet("program")) {
        run.tracer().handle_stops();
    }
}

/// A signal makes a sleeper run at once: so the program sleeps again when the signal is dealt with.
void send_to_sleeper(TracedRun& run, pid_t pid, int signal) {
    ASSERT_EQ(::kill(pid, signal), 0);
    while (!run.tracer().is_quiet("program")) {
        run.tracer().handle_stops();
    }
}

bool has_change(const TracedRun& run, record::ProcessChange change) {
    return std::ranges::any_of(run.processes(), [=](const auto& each) { return each.change == change; });
}

TEST(Asleep, ReceiveIsNotReadyAndSleepsOnce) {
    TracedRun run;
    const pid_t pid = run.start({SCENES, "blocked_receive"});
    until_asleep_in(run, "recv");
    EXPECT_FALSE(run.only("recv").end);
    EXPECT_EQ(run.only("recv").begin.ready, false);
    EXPECT_TRUE(run.only("recv").begin.waits);
    ASSERT_EQ(::kill(pid, SIGUSR1), 0);
    run.to_the_end();
    EXPECT_EQ(run.only("recv").end->slept, 1U);
    EXPECT_EQ(run.only("recv").end->data, "now");
    EXPECT_GT(run.only("recv").end->time, run.only("send").begin.time);
    EXPECT_TRUE(run.tracer().ended("program")->success());
}

TEST(Asleep, ReceiveOfAllIsNotReadyWithHalf) {
    TracedRun run;
    const pid_t pid = run.start({SCENES, "wait_for_all"});
    until_asleep_in(run, "recv");
    EXPECT_EQ(run.only("recv").begin.ready, false);
    EXPECT_EQ(run.only("recv").begin.socket->receive_queue, 2U);
    ASSERT_EQ(::kill(pid, SIGUSR1), 0);
    run.to_the_end();
    EXPECT_EQ(run.only("recv").end->data, "abcd");
    EXPECT_GE(run.only("recv").end->slept, 1U);
}

TEST(Asleep, SendWaitsForRoom) {
    TracedRun run;
    const pid_t pid = run.start({SCENES, "blocked_send"});
    until_asleep_in(run, "send");
    EXPECT_EQ(run.only("send").begin.ready, false);
    ASSERT_EQ(::kill(pid, SIGUSR1), 0);
    run.to_the_end();
    EXPECT_GE(run.only("send").end->slept, 1U);
    EXPECT_EQ(run.only("send").end->socket->bytes_written, 20'000'000U);
    EXPECT_EQ(run.only("send").end->result, 20'000'000);
}

TEST(Asleep, IsCountedExactly) {
    // Over loopback a connect() to a listener, and a send() into an empty buffer, never sleep.
    TracedRun run;
    run.start({SCENES, "many_connects"});
    run.to_the_end();
    const auto connects = run.calls("connect");
    ASSERT_EQ(connects.size(), 500U);
    for (const RecordedCall& call : connects) {
        ASSERT_EQ(call.begin.ready, false);
        ASSERT_EQ(call.end->slept, 0U);
    }
}

TEST(Asleep, LargeSendsThatFindRoomDoNotSleep) {
    TracedRun run;
    run.start({SCENES, "many_large_sends"});
    run.to_the_end();
    const auto sends = run.calls("send");
    ASSERT_EQ(sends.size(), 1000U);
    for (const RecordedCall& call : sends) {
        ASSERT_EQ(call.end->slept.value_or(0), 0U);
    }
}

TEST(Asleep, IsToldAlikeByATracerThatWaitsForStops) {
    TracedRun run;
    run.let_tracer_wait(std::chrono::milliseconds{5});
    run.start({SCENES, "many_connects"});
    run.to_the_end();
    const auto connects = run.calls("connect");
    ASSERT_EQ(connects.size(), 500U);
    for (const RecordedCall& call : connects) {
        ASSERT_EQ(call.end->slept, 0U);
        ASSERT_EQ(call.end->result, 0);
    }
    EXPECT_TRUE(run.tracer().ended("program")->success());
}

TEST(Tracer, ComesBackFromWaitingForABusyProgramThatFallsAsleep) {
    TracedRun run;
    run.let_tracer_wait(std::chrono::milliseconds{5});
    const pid_t pid = run.start({SCENES, "blocked_receive"});
    run.until([&] { return run.has_begun("recv"); });
    while (!run.tracer().is_quiet("program")) {
        run.tracer().handle_stops(std::chrono::milliseconds{5});
    }
    run.tracer().handle_stops(std::chrono::milliseconds{5});  // returns, though nothing will stop
    ASSERT_EQ(::kill(pid, SIGUSR1), 0);
    run.to_the_end();
    EXPECT_EQ(run.only("recv").end->slept, 1U);
}

TEST(Interrupted, CallBeginsAnewWithSaRestartAndFailsWithout) {
    TracedRun run;
    const pid_t pid = run.start({SCENES, "interrupted"});
    until_asleep_in(run, "recv");
    ASSERT_EQ(::kill(pid, SIGUSR1), 0);
    until_asleep_in(run, "recv", 2);
    ASSERT_EQ(::kill(pid, SIGUSR2), 0);
    run.to_the_end();
    const auto calls = run.calls("recv");
    ASSERT_EQ(calls.size(), 2U);
    EXPECT_EQ(to_string(calls[0]), "recv(4) restarted SIGUSR1");
    EXPECT_EQ(calls[1].begin.restarts, calls[0].begin.id);
    EXPECT_EQ(to_string(calls[1]), "recv(4) interrupted SIGUSR2");
    EXPECT_EQ(calls[1].end->error, "EINTR");
    EXPECT_TRUE(run.tracer().ended("program")->success());
}

TEST(Interrupted, ReceiveWithATimeoutFailsInSpiteOfSaRestart) {
    TracedRun run;
    const pid_t pid = run.start({SCENES, "interrupted_with_timeout"});
    until_asleep_in(run, "recv");
    ASSERT_EQ(::kill(pid, SIGUSR2), 0);
    run.to_the_end();
    EXPECT_EQ(to_string(run.only("recv")), "recv(4) interrupted SIGUSR2");
    EXPECT_TRUE(run.tracer().ended("program")->success());
}

TEST(Interrupted, PollFailsInSpiteOfSaRestart) {
    TracedRun run;
    const pid_t pid = run.start({SCENES, "interrupted_poll"});
    until_asleep_in(run, "poll");
    ASSERT_EQ(::kill(pid, SIGUSR2), 0);
    run.to_the_end();
    EXPECT_EQ(to_string(run.only("poll")), "poll() interrupted SIGUSR2");
    EXPECT_TRUE(run.tracer().ended("program")->success());
}

TEST(Interrupted, CallBeginsAnewAfterStopAndContinue) {
    for (const auto& [scene, name] : {std::pair{"interrupted", "recv"}, std::pair{"interrupted_poll", "poll"}}) {
        TracedRun run;
        const pid_t pid = run.start({SCENES, scene});
        until_asleep_in(run, name);
        ASSERT_EQ(::kill(pid, SIGSTOP), 0);
        run.until([&] { return has_change(run, record::ProcessChange::Stopped); });
        ASSERT_EQ(::kill(pid, SIGCONT), 0);
        run.until([&] { return has_change(run, record::ProcessChange::Continued); });
        until_asleep_in(run, name, 2);
        ASSERT_EQ(::kill(pid, SIGUSR2), 0);
        run.to_the_end();
        const auto calls = run.calls(name);
        ASSERT_EQ(calls.size(), 2U) << scene;
        EXPECT_EQ(calls[0].end->fate, CallFate::Restarted);
        EXPECT_EQ(calls[1].begin.restarts, calls[0].begin.id);
        EXPECT_TRUE(run.tracer().ended("program")->success());
    }
}

TEST(Interrupted, CallGoesOnAtASignalThatIsIgnored) {
    TracedRun run;
    const pid_t pid = run.start({SCENES, "ignores_a_signal"});
    for (const auto* name : {"recv", "poll"}) {
        until_asleep_in(run, name);
        send_to_sleeper(run, pid, SIGUSR1);
        send_to_sleeper(run, pid, SIGUSR1);
        EXPECT_FALSE(run.only(name).end);
        ASSERT_EQ(::kill(pid, SIGUSR2), 0);
        run.until([&] { return run.only(name).end.has_value(); });
    }
    run.to_the_end();
    EXPECT_EQ(to_string(run.only("recv")), "recv(4) interrupted SIGUSR2");
    EXPECT_EQ(run.only("recv").end->slept, 3U);
    EXPECT_EQ(to_string(run.only("poll")), "poll() interrupted SIGUSR2");
    EXPECT_TRUE(run.tracer().ended("program")->success());
}

TEST(Interrupted, EpollWaitGoesOnAfterASignalThatNobodyCatches) {
    TracedRun run;
    run.start({SCENES, "ignores_its_child"});
    run.until([&] { return run.tracer().living().size() == 3; });
    until_asleep_in(run, "epoll_wait");
    const std::vector<pid_t> living = run.tracer().living();
    ASSERT_EQ(::kill(living[1], SIGUSR1), 0);
    run.until([&] { return run.tracer().living().size() == 2; });
    until_asleep_in(run, "epoll_wait");
    ASSERT_EQ(::kill(living[2], SIGUSR1), 0);
    run.to_the_end();
    EXPECT_EQ(run.only("epoll_wait").end->result, 1);
    EXPECT_EQ(run.only("recv").end->data, "x");
    EXPECT_TRUE(run.tracer().ended("program")->success());
}

TEST(Interrupted, CallEndsWithItsProcess) {
    TracedRun run;
    const pid_t pid = run.start({SCENES, "interrupted"});
    until_asleep_in(run, "recv");
    ASSERT_EQ(::kill(pid, SIGKILL), 0);
    run.to_the_end();
    EXPECT_EQ(to_string(run.only("recv")), "recv(4) ended SIGKILL");
    EXPECT_EQ(run.tracer().ended("program")->signal, SIGKILL);
}

TEST(Interrupted, CallEndsWithItsThread) {
    TracedRun run;
    const pid_t pid = run.start({SCENES, "exit_during_receive"});
    until_asleep_in(run, "recv");
    ASSERT_EQ(::kill(pid, SIGUSR1), 0);
    run.to_the_end();
    EXPECT_EQ(to_string(run.only("recv")), "recv(4) ended ");
    EXPECT_EQ(run.tracer().ended("program")->status, 5);
}

TEST(Asleep, CloseLingersUntilAllIsAcknowledged) {
    TracedRun run;
    run.start({SCENES, "lingering_close"});
    const auto lingering = [&] {
        const auto calls = run.calls("close");
        return std::ranges::find_if(calls, [](const auto& call) { return call.begin.waits; }) != calls.end();
    };
    run.until(lingering);
    while (!run.tracer().is_quiet("program")) {
        run.tracer().handle_stops();
    }
    const auto pids = run.tracer().living("program");
    ASSERT_EQ(pids.size(), 2U);
    ASSERT_EQ(::kill(pids.back(), SIGUSR1), 0);
    run.to_the_end();
    const auto calls = run.calls("close");
    const auto close = std::ranges::find_if(calls, [](const auto& call) { return call.begin.waits; });
    EXPECT_EQ(close->begin.socket->linger, 60);
    EXPECT_GE(close->end->slept.value_or(0), 1U);
    EXPECT_TRUE(run.tracer().ended("program")->success());
}

/// What was there may be gone before the call comes to it, so its sleeps are counted all the same.
TEST(Asleep, ReceiveThatFoundItsBytesIsCountedToo) {
    TracedRun run;
    run.start({SCENES, "plain"});
    run.to_the_end();
    const auto receives = run.calls("recv");
    const auto ready = std::ranges::find_if(receives, [](const auto& call) { return call.begin.ready == true; });
    ASSERT_NE(ready, receives.end());
    EXPECT_EQ(ready->end->slept, 0U);
}

}  // namespace
}  // namespace sockstep::calls
