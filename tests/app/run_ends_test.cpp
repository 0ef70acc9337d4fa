// tests/app/run_ends_test.cpp - how sockstep run begins and ends: who waits for whom, and what is left.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sched.h>
#include <signal.h>

#include <fstream>
#include <sstream>

#include "app/run_command.hpp"
#include "capture/temporary_folder.hpp"
#include "server/listener.hpp"
#include "server/program.hpp"

namespace sockstep::app::test {
namespace {

using ::testing::AllOf;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::SizeIs;

TEST_F(RunCommand, TellsHowEachProgramEnded) {
    const std::string port = free_port();
    const Outcome good = run_with({"-s", "echo-server " + port, "-c", "true"});
    EXPECT_EQ(good.status, 0);
    EXPECT_EQ(lines(good.err).back(), "sockstep: server: killed by SIGINT from sockstep; client: exit status 0");
    const Outcome bad = run_with({"-s", "echo-server " + port, "-c", "sh -c 'exit 3'"});
    EXPECT_EQ(bad.status, 1);
    EXPECT_THAT(bad.err, EndsWith("client: exit status 3\n"));
}

TEST_F(RunCommand, EndsServersThatIgnoreRequests) {
    const std::string deaf =
        "python3 -c 'import signal, socket\n"
        "for s in (signal.SIGINT, signal.SIGTERM): signal.signal(s, signal.SIG_IGN)\n"
        "l = socket.create_server((\"127.0.0.1\", 0))\n"
        "while True: l.accept()'";
    const Outcome outcome = run_with({"-s", deaf, "-c", "true"});
    EXPECT_EQ(outcome.status, 1);
    EXPECT_THAT(outcome.err, HasSubstr("server: killed by SIGKILL from sockstep"));
}

TEST_F(RunCommand, SaysThatAServerNeverListened) {
    const Outcome slow = run_with({"--wait", "0.3", "-s", "sleep 1000", "-c", "true"});
    EXPECT_EQ(slow.status, 1);
    EXPECT_THAT(slow.err, HasSubstr("server did not listen within 0.3 s: it has made no socket call"));
    EXPECT_THAT(slow.err, EndsWith("client: not started\n"));

    const support::Listener holder;
    const Outcome ended =
        run_with({"-s", "echo-server " + std::to_string(holder.port()), "-c", "true", "--calls-only"});
    EXPECT_EQ(ended.status, 1);
    EXPECT_THAT(ended.err, AllOf(HasSubstr("server ended and never listened: its last call was bind(3, "),
                                 HasSubstr("EADDRINUSE (Address already in use)")));
}

TEST_F(RunCommand, WaitsForAServerThatOnlyBindsADatagramSocket) {
    const std::string udp =
        "python3 -c 'import socket\n"
        "s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)\n"
        "s.bind((\"127.0.0.1\", 0))\n"
        "s.recv(1)'";
    const Outcome outcome = run_with({"-s", udp, "-c", "true"});
    EXPECT_EQ(outcome.status, 0) << outcome.err;
}

TEST_F(RunCommand, SaysThatAProgramIsMissing) {
    const Outcome missing = run_with({"-s", "no-such-program 5000", "-c", "true"});
    EXPECT_EQ(missing.status, 1);
    EXPECT_EQ(missing.out, "");
    EXPECT_EQ(missing.err,
              "sockstep: server: there is no program no-such-program, neither beside sockstep nor in PATH\n");
    EXPECT_THAT(run_with({"--", "./no-such-file"}).err, HasSubstr("there is no file ./no-such-file\n"));
    EXPECT_THAT(run_with({"--", "/etc/passwd"}).err, HasSubstr("start /etc/passwd: Permission denied"));
}

TEST_F(RunCommand, EndsWhenItIsToldTo) {
    const std::string port = free_port();
    EXPECT_EQ(run_with({"--until", "0.2", "-s", "echo-server " + port, "-c", "sleep 1000"}).status, 1);
    const Outcome named = run_with({"--until", "short", "-c", "short=true", "-c", "sleep 1000"});
    EXPECT_EQ(named.status, 1);  // client was killed
    EXPECT_THAT(named.err, HasSubstr("client2: killed by SIGINT from sockstep"));
    const std::string brief = "python3 -c 'import socket; socket.create_server((\"127.0.0.1\", 0))'";
    EXPECT_THAT(run_with({"--until", "server", "-s", brief, "-c", "sleep 1000"}).err,
                HasSubstr("server: exit status 0; client: killed by SIGINT"));
}

TEST_F(RunCommand, EndsInOrderWhenItIsInterrupted) {
    const std::string port = free_port();
    support::Program sockstep{
        {.command = command({"run", "-s", "echo-server " + port}), .environment = {"LC_ALL=C.UTF-8", "COLUMNS=80"}}};
    sockstep.wait_for("accept(3");
    sockstep.signal(SIGINT);
    EXPECT_THAT(sockstep.rest_of_output(), HasSubstr("server is killed by SIGINT"));
    EXPECT_EQ(sockstep.wait(), 0);
    EXPECT_THAT(sockstep.errors(), HasSubstr("server: killed by SIGINT from sockstep"));
}

/// True once no process has `pid`, or it is dead and only its parent has not noticed.
bool is_dead(int pid) {
    std::ifstream stat{"/proc/" + std::to_string(pid) + "/stat"};
    std::string text;
    std::getline(stat, text);
    return text.empty() || text[text.rfind(')') + 2] == 'Z' || text[text.rfind(')') + 2] == 'X';
}

TEST_F(RunCommand, IsSurvivedByNothingEvenIfKilled) {
    support::Program sockstep{{.command = command({"run", "--", "/bin/sh", "-c",
                                                   "sleep 1000 & setsid sleep 1000 & echo pids $$ $! end; wait"}),
                               .environment = {"LC_ALL=C.UTF-8", "COLUMNS=80"}}};
    sockstep.wait_for("prints: \"pids ");
    std::istringstream pids{sockstep.wait_for(" end")};
    std::vector<int> all;
    for (int pid = 0; pids >> pid;) {
        all.push_back(pid);
    }
    ASSERT_THAT(all, SizeIs(2));
    sockstep.signal(SIGKILL);
    sockstep.wait();
    for (const int pid : all) {
        while (!is_dead(pid)) {  // the kernel kills them as it tears down their tracer
            ::sched_yield();
        }
    }
}

/// Its kernel repeats it 200 ms later, when the client has long ended; only then the server learns of the end.
TEST_F(RunCommand, LetsALostFinBeSentAgainBeforeItEndsTheServer) {
    const std::string server =
        "python3 -c 'import socket\n"
        "l = socket.create_server((\"0.0.0.0\", 5000))\n"
        "c, _ = l.accept()\n"
        "while c.recv(10): pass\n"
        "print(\"the end\")'";
    const std::string client =
        "python3 -c 'import socket\n"
        "c = socket.create_connection((\"server\", 5000)); c.send(b\"hi\"); c.close()'";
    const Lines all = json_of({"--drop", "client FIN 1", "-s", server, "-c", client});
    EXPECT_EQ(last_status, 0) << last_errors;
    EXPECT_EQ(printed(all, "server"), "the end\n");
}

/// Shown while the calls still sleep; and when the run has ended, each is joined with its own.
TEST_F(RunCommand, ShowsTheSegmentsOfConnectsThatNeverReturn) {
    const capture::test::TemporaryFolder folder;
    const std::string trace = folder.file("run.pcapng");
    support::Program sockstep{{.command = command({"run", "-o", trace, "-s", "echo-server 5000", "-c",
                                                   "echo-client 10.0.0.77 80", "-c", "echo-client 10.0.0.78 80"}),
                               .environment = {"LC_ALL=C.UTF-8"}}};
    sockstep.wait_for("connection 2");
    sockstep.wait_for("SYN");
    sockstep.signal(SIGINT);
    sockstep.rest_of_output();
    EXPECT_EQ(sockstep.wait(), 1);
    const Lines all = json_lines(run({"read", "--json", trace}, usual).out);
    const std::vector<std::pair<std::string, std::string>> connects{{"client", "10.0.0.77:80"},
                                                                    {"client2", "10.0.0.78:80"}};
    for (const auto& [program, address] : connects) {
        const Json connect = call_of(all, program, "connect");
        EXPECT_EQ(connect["args"]["addr"], address);
        ASSERT_TRUE(connect.contains("caused") && !connect["caused"].empty()) << connect;
        const Json syn = first(
            all, [&](const Json& one) { return one["type"] == "segment" && one["id"] == connect["caused"].front(); });
        EXPECT_EQ(syn["flags"], Json{"SYN"});
        EXPECT_EQ(syn["connection"], connect["connection"]);
    }
    EXPECT_THAT(of_type(all, "connection"), SizeIs(2));
}

}  // namespace
}  // namespace sockstep::app::test
