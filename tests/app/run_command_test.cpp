// tests/app/run_command_test.cpp - sockstep run, as a whole program, with programs of all kinds under it.
#include "app/run_command.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/stat.h>

#include <algorithm>
#include <fstream>
#include <functional>
#include <sstream>
#include <stop_token>
#include <thread>

#include "capture/temporary_folder.hpp"
#include "server/listener.hpp"
#include "server/peer.hpp"
#include "server/program.hpp"

namespace sockstep::app::test {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;
using ::testing::StartsWith;

TEST_F(RunCommand, JoinsTheCallsOfAnEchoWithItsSegments) {
    const std::string port = free_port();
    const Lines all =
        json_of({"-s", "echo-server " + port, "-c", "echo-client 127.0.0.1 " + port, "--type", "client=hello"});
    ASSERT_EQ(last_status, 0) << last_errors;
    const Json connect = call_of(all, "client", "connect");
    const Json accept = call_of(all, "server", "accept");
    const Json send = call_of(all, "client", "send");
    const Json recv = call_of(all, "server", "recv");
    const Lines segments = of_type(all, "segment");
    ASSERT_GE(segments.size(), 10U);

    EXPECT_EQ(segments[0]["caused_by"], connect["id"]) << "the SYN";
    EXPECT_EQ(segments[1]["cause"], "kernel") << "the SYN-ACK";
    EXPECT_EQ(segments[2]["cause"], "kernel") << "the last ACK of the handshake";
    const Json data = first(segments, [](const Json& segment) { return segment["length"] == 6; });
    EXPECT_EQ(data["caused_by"], send["id"]);
    EXPECT_EQ(send["caused"], Json::array({data["id"]}));
    EXPECT_EQ(send["bytes"], Json::array({0, 6}));
    EXPECT_EQ(recv["bytes"], Json::array({0, 6}));
    if (accept["blocked"] == true) {
        EXPECT_EQ(accept["woken_by"], 3) << "the last ACK of the handshake";
    }
    if (recv["blocked"] == true) {
        EXPECT_EQ(recv["woken_by"], data["id"]);
        EXPECT_THAT(data["woke"], Contains(recv["id"]));
    }
    for (const Json& each : {connect, accept, send, recv}) {
        EXPECT_EQ(each["connection"], 1);
    }
    EXPECT_EQ(connect["side"], "client");
    EXPECT_EQ(accept["side"], "server");
}

TEST_F(RunCommand, PutsCallsSegmentsAndOutputInOneOrder) {
    const std::string port = free_port();
    const Lines all =
        json_of({"-s", "echo-server " + port, "-c", "echo-client 127.0.0.1 " + port, "--type", "client=hello"});
    const auto place = [&](const std::function<bool(const Json&)>& fits) {
        return std::ranges::find_if(all, fits) - all.begin();
    };
    const auto listen = place([](const Json& one) { return one.value("name", "") == "listen"; });
    const auto start = place([](const Json& one) { return one["type"] == "process" && one["program"] == "client"; });
    const auto connect = place([](const Json& one) { return one.value("name", "") == "connect"; });
    const auto syn = place([](const Json& one) { return one["type"] == "segment"; });
    const auto typed = place([](const Json& one) { return one.value("text", "") == "hello\n"; });
    const auto send = place([](const Json& one) { return one.value("name", "") == "send"; });
    const auto data = place([](const Json& one) { return one.value("length", 0) == 6; });
    const auto end = place([](const Json& one) { return one.value("event", "") == "exit"; });
    const std::vector order{listen, start, connect, syn, typed, send, data, end};
    EXPECT_TRUE(std::ranges::is_sorted(order)) << ::testing::PrintToString(order);
    EXPECT_LT(end, static_cast<std::ptrdiff_t>(all.size()));
}

TEST_F(RunCommand, RecordsWhatIsTypedAndPrinted) {
    const std::string port = free_port();
    const Lines all = json_of({"-s", "echo-server " + port, "-c", "echo-client 127.0.0.1 " + port, "--type",
                               "client=one", "--type", "client=two three"});
    EXPECT_EQ(printed(all, "client", "stdin"), "one\ntwo three\n");
    EXPECT_EQ(printed(all, "client"), "one\ntwo three\n");
    EXPECT_EQ(printed(all, "server"), "listening on port " + port + "\n");
}

TEST_F(RunCommand, KnowsStandardErrorFromStandardOutput) {
    const Lines all = json_of({"--", "sh", "-c", "echo out; echo err >&2; printf 'no newline'"});
    EXPECT_EQ(printed(all, "program"), "out\nno newline");
    EXPECT_EQ(printed(all, "program", "stderr"), "err\n");
}

TEST_F(RunCommand, LosesNothingOfAProgramThatPrintsAndDies) {
    const Lines all = json_of({"--", "sh", "-c", "head -c 300000 /dev/zero | tr '\\0' x; kill -KILL $$"});
    EXPECT_EQ(printed(all, "program").size(), 300'000U);
    EXPECT_EQ(last_status, 1);
    EXPECT_THAT(last_errors, HasSubstr("program: killed by SIGKILL"));
}

TEST_F(RunCommand, TypesFilesAndLinesInTheirOrder) {
    const capture::test::TemporaryFolder folder;
    const std::string file = folder.file("lines");
    std::ofstream{file} << "two\nthree";
    const Lines all =
        json_of({"-c", "cat", "--type", "client=one", "--type-file", "client=" + file, "--type", "client=four"});
    EXPECT_EQ(printed(all, "client"), "one\ntwo\nthree\nfour\n");
}

TEST_F(RunCommand, EndsTheInputOfAProgramThatNothingIsTypedInto) {
    const Outcome outcome = run_with({"--", "cat"});
    EXPECT_EQ(outcome.status, 0) << outcome.err;
}

TEST_F(RunCommand, NamesHostsAsProgramsAreNamed) {
    REQUIRE_SYSTEM(!os::probe_private_network(os::NetworkStep::MountNamespace).refused(), "needs a lab network");
    for (const char* host : {"my_server", "my-server", "my_server6"}) {
        const Lines all =
            json_of({"-s", "my_server=echo-server 5000", "-c", std::string{"my_client=echo-client "} + host + " 5000",
                     "--type", "my_client=hello"});
        ASSERT_EQ(last_status, 0) << last_errors;
        EXPECT_EQ(printed(all, "my_client"), "hello\n") << host;
        EXPECT_EQ(call_of(all, "my_client", "connect")["host"], "my_client");
    }
}

TEST_F(RunCommand, TellsOfALostSegmentAndWhyItIsSentAgain) {
    REQUIRE_SYSTEM(!os::probe_private_network(os::NetworkStep::MountNamespace).refused(), "needs a lab network");
    const Lines all = json_of({"--drop", "client SYN 1", "-s", "echo-server 5000", "-c", "echo-client server 5000",
                               "--type", "client=hello"});
    ASSERT_EQ(last_status, 0) << last_errors;
    const Lines segments = of_type(all, "segment");
    EXPECT_EQ(segments[0]["fate"], "dropped");
    EXPECT_THAT(segments[0]["says"].get<std::string>(),
                StartsWith("Lost on the wire, as a rule says: the server never gets it. Made by client's connect"));
    EXPECT_EQ(segments[1]["repeats"], 1);
    EXPECT_THAT(segments[1]["says"].get<std::string>(), HasSubstr("The client's retransmission timer (RTO) ran out."));
    EXPECT_THAT(segments[1]["says"].get<std::string>(), HasSubstr("#1 was lost on the wire."));
    EXPECT_THAT(segments[1]["source"].get<std::string>(), HasSubstr("RFC 6298"));
}

TEST_F(RunCommand, RunsSeveralClients) {
    const std::string port = free_port();
    const std::string client = "echo-client 127.0.0.1 " + port;
    const Lines all = json_of({"-s", "echo-server " + port, "-c", client, "-c", client, "-c", "third=" + client,
                               "--type", "client=a", "--type", "client2=bb", "--type", "third=ccc"});
    EXPECT_EQ(last_status, 0) << last_errors;
    EXPECT_THAT(of_type(all, "connection"), SizeIs(3));
    EXPECT_EQ(printed(all, "client"), "a\n");
    EXPECT_EQ(printed(all, "client2"), "bb\n");
    EXPECT_EQ(printed(all, "third"), "ccc\n");
}

/// Traffic of somebody else on this machine, again and again while it lives.
class ForeignTraffic {
public:
    ForeignTraffic() : thread_{[this](const std::stop_token& stop) { talk(stop); }} {}
    std::uint16_t port() const { return listener_.port(); }

private:
    void talk(const std::stop_token& stop) {
        while (!stop.stop_requested()) {
            support::Peer peer{listener_.port()};
            listener_.accept();
            listener_.close_connection();
        }
    }

    support::Listener listener_;
    std::jthread thread_;
};

TEST_F(RunCommand, ShowsOnlyConnectionsOfTracedPrograms) {
    const std::string port = free_port();
    const ForeignTraffic others;
    const Lines all =
        json_of({"-s", "echo-server " + port, "-c", "echo-client 127.0.0.1 " + port, "--type", "client=x"});
    const Lines connections = of_type(all, "connection");
    ASSERT_THAT(connections, SizeIs(1));
    EXPECT_EQ(connections[0]["server"], "127.0.0.1:" + port);
    EXPECT_EQ(of_type(all, "totals").at(0)["frames"], of_type(all, "segment").size());
}

/// A datagram crosses the wire before the connection's segments; passages name frames by the wire's number.
TEST_F(RunCommand, CountsWhatIsNoTcpSegmentInALab) {
    REQUIRE_SYSTEM(!os::probe_private_network().refused(), "needs user namespaces; see sockstep doctor");
    const std::string port = free_port();
    const std::string client =
        "python3 -c 'import socket\n"
        "socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b\"x\", (\"server\", 9))\n"
        "s = socket.create_connection((\"server\", " +
        port + "))\ns.sendall(b\"x\")\ns.recv(1)'";
    const Lines all = json_of({"-s", "echo-server " + port, "-c", client});
    const auto totals = of_type(all, "totals").at(0);
    EXPECT_GE(totals["not_tcp"], 1);
    EXPECT_EQ(totals["frames"], totals["segments"].get<int>() + totals["not_tcp"].get<int>());
    for (const auto& segment : of_type(all, "segment")) {
        EXPECT_EQ(segment["fate"], "delivered") << segment.dump();
        EXPECT_FALSE(segment.contains("copies")) << "one arrives: " << segment.dump();
    }
}

TEST_F(RunCommand, ShowsCallsOnlyWhereThatIsWanted) {
    const std::string port = free_port();
    const Conditions ordinary{.environment = usual.environment, .user = ordinary_user()};
    const Outcome outcome = run({"run", "--calls-only", "--json", "-s", "echo-server " + port, "-c",
                                 "echo-client 127.0.0.1 " + port, "--type", "client=x"},
                                ordinary);
    EXPECT_EQ(outcome.status, 0) << outcome.err;
    const Lines all = json_lines(outcome.out);
    EXPECT_THAT(of_type(all, "segment"), IsEmpty());
    EXPECT_EQ(call_of(all, "client", "connect")["result"], 0);
    EXPECT_THAT(outcome.err, Not(HasSubstr("private network")));
}

TEST_F(RunCommand, NeedsNoRightToCapture) {
    REQUIRE_SYSTEM(!os::probe_private_network().refused(), "needs user namespaces; see sockstep doctor");
    const Conditions ordinary{.environment = usual.environment, .user = ordinary_user()};
    const Outcome outcome =
        run({"run", "--json", "-s", "echo-server 5000", "-c", "echo-client 127.0.0.1 5000", "--type", "client=x"},
            ordinary);
    EXPECT_EQ(outcome.status, 0) << outcome.err;
    EXPECT_THAT(of_type(json_lines(outcome.out), "connection"), SizeIs(1));
}

TEST_F(RunCommand, DrawsALadderWithCallsInIt) {
    const std::string port = free_port();
    for (const char* width : {"40", "80", "120"}) {
        const Outcome outcome = run_with({"-s", "echo-server " + port, "-c", "echo-client 127.0.0.1 " + port, "--type",
                                          "client=hello", "--width", width, "--ascii"});
        EXPECT_EQ(outcome.status, 0) << outcome.err;
        EXPECT_THAT(outcome.out, HasSubstr("connection 1\n"));
        EXPECT_THAT(outcome.out, HasSubstr("listen(3, backlog"));
        EXPECT_THAT(outcome.out, HasSubstr("#1 SYN"));
        for (const std::string& line : lines(outcome.out)) {
            EXPECT_LE(line.size(), std::stoul(width)) << line;
        }
    }
}

TEST_F(RunCommand, EscapesWhatProgramsPrint) {
    const Outcome outcome = run_with({"--ascii", "--", "printf", R"(\033[2J\007\200\n)"});
    EXPECT_THAT(outcome.out, HasSubstr(R"("\x1b[2J\x07\x80\n")"));
    EXPECT_THAT(outcome.out, Not(HasSubstr("\x1b")));
}

TEST_F(RunCommand, RefusesWhatMakesNoSense) {
    const std::vector<std::pair<std::vector<std::string>, std::string>> wrong{
        {{}, "which program? Give -s COMMAND, -c COMMAND or -- COMMAND"},
        {{"-s", "a", "--", "b"}, "give programs with -s and -c, or one after --"},
        {{"-s", ""}, "there is no command in ''"},
        {{"-c", "echo 'a"}, "a ' has no partner"},
        {{"-c", "x=a", "-c", "x=b"}, "two programs have the name x"},
        {{"-c", "true", "--type", "server=x"}, "there is no program server, only client"},
        {{"-c", "true", "--type", "x"}, "must be NAME='line', not x"},
        {{"-c", "true", "--type", "client=" + std::string(5000, 'x')}, "a line has 5000 octets"},
        {{"-c", "true", "--until", "-1"}, "--until"},
        {{"-c", "true", "--until", "nobody"}, "there is no program nobody"},
        {{"-c", "true", "--wait", "0"}, "--wait"},
        {{"-c", "true", "--attach", "client", "--type", "client=x"}, "client has your terminal"},
    };
    for (const auto& [arguments, reason] : wrong) {
        SCOPED_TRACE(::testing::PrintToString(arguments));
        const Outcome outcome = run_with(arguments);
        EXPECT_EQ(outcome.status, 2);
        EXPECT_EQ(outcome.out, "");
        EXPECT_THAT(lines(outcome.err), SizeIs(1)) << outcome.err;
        EXPECT_THAT(outcome.err, AllOf(StartsWith("sockstep: "), HasSubstr(reason)));
    }
}

TEST_F(RunCommand, GivesAProgramTheUsersTerminal) {
    support::Program sockstep{
        {.command = command({"run", "--attach", "client", "-c", "sh -c 'read x; echo got $x; ls -l /proc/self/fd/0'"}),
         .terminal = true,
         .environment = {"LC_ALL=C.UTF-8", "TERM=dumb"}}};
    sockstep.type("hello\n");
    EXPECT_THAT(sockstep.wait_for("got hello"), Not(HasSubstr("prints")));
    EXPECT_THAT(sockstep.wait_for("exits with status 0"), HasSubstr("client starts")) << "the ladder comes after it";
    EXPECT_EQ(sockstep.wait(), 0);
}

}  // namespace
}  // namespace sockstep::app::test
