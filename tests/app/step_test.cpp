// tests/app/step_test.cpp - sockstep step, led by scripts, as an ordinary user: order and cause, from real kernels.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "app/cli.hpp"
#include "os/private_network.hpp"
#include "require_system.hpp"

namespace sockstep::app::test {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

/// The text of a stepped run, stop by stop.
class Transcript {
public:
    explicit Transcript(const std::string& text) {
        for (const std::string& line : lines(text)) {
            if (line.starts_with("-- stop") || stops_.empty()) {
                stops_.emplace_back();
            }
            stops_.back() += line + "\n";
        }
    }

    /// The first stop that says `text`; an empty one if there is none.
    std::string stop_with(const std::string& text) const {
        for (const std::string& stop : stops_) {
            if (stop.find(text) != std::string::npos) {
                return stop;
            }
        }
        return {};
    }

private:
    std::vector<std::string> stops_;
};

class Step : public ::testing::Test {
protected:
    void SetUp() override {
        REQUIRE_SYSTEM(!os::probe_private_network(os::NetworkStep::MountNamespace).refused(),
                       "needs user namespaces; see sockstep doctor");
    }

    /// Steps an echo of "hello" with `script`, a command a line.
    Outcome echo(const std::string& script, const std::vector<std::string>& more = {}) {
        std::vector<std::string> arguments{"step",    "--ascii",
                                           "--width", "200",
                                           "-s",      std::string{ECHO_SERVER} + " 5000",
                                           "-c",      std::string{ECHO_CLIENT} + " localhost 5000",
                                           "--type",  "client=hello"};
        arguments.insert(arguments.end(), more.begin(), more.end());
        return run(arguments, {.input = script, .user = ordinary_user()});
    }
};

TEST_F(Step, HoldsTheSynWhileConnectAndAcceptSleep) {
    const Outcome outcome = echo("until SYN\nquit\n");
    const std::string stop = Transcript{outcome.out}.stop_with("SYN of client waits on the wire");
    EXPECT_THAT(stop, HasSubstr("client (10.0.0.11) sleeps in connect(3) for "));
    EXPECT_THAT(stop, HasSubstr("server (10.0.0.1) sleeps in accept(3) for "));
    EXPECT_THAT(stop, HasSubstr("SYN-SENT"));
    EXPECT_THAT(stop, HasSubstr("segment  client -> server  #1 SYN"));
}

TEST_F(Step, ConnectReturnsWhenTheSynAckArrivesAndAcceptSleepsOn) {
    const Outcome outcome = echo("until SYN-ACK\nsegments\n\ncalls\nboth\nquit\n");
    const std::string stop = Transcript{outcome.out}.stop_with("connect(3) = 0");
    EXPECT_THAT(stop, HasSubstr("#2 arrives: client is now ESTABLISHED; wakes client's connect"));
    EXPECT_THAT(stop, HasSubstr("server (10.0.0.1) sleeps in accept(3) for "));
    EXPECT_THAT(stop, HasSubstr("#3 ACK"));
    EXPECT_THAT(stop, HasSubstr("accept queue 0 of 17"));
    EXPECT_THAT(stop, HasSubstr("no fd SYN-RECEIVED 127.0.0.1:5000"));  // as the server's kernel has it
    EXPECT_THAT(stop, HasSubstr("fd 3 ESTABLISHED 127.0.0.11:"));
    EXPECT_LT(outcome.out.find("client: connect(3) = 0"), outcome.out.find("server: accept(3) = 4"));
}

TEST_F(Step, SendHasReturnedBeforeAnythingIsDelivered) {
    const Outcome outcome = echo("until client data\nquit\n");
    const std::string stop = Transcript{outcome.out}.stop_with("data of client waits on the wire");
    EXPECT_THAT(stop, HasSubstr("client: send(3) = 6"));
    EXPECT_THAT(stop, HasSubstr("segment  client -> server"));
    EXPECT_THAT(stop, HasSubstr("6 unacked"));
}

TEST_F(Step, RunsToTheEndByItselfWhenNobodySaysAnything) {
    const Outcome outcome = echo("");
    EXPECT_EQ(outcome.status, 0) << outcome.out << outcome.err;
    EXPECT_THAT(outcome.out, HasSubstr("client prints \"hello\\n\""));
    EXPECT_THAT(outcome.err, HasSubstr("client: exit status 0"));
}

TEST_F(Step, SendsALostSynAgain) {
    const Outcome outcome = echo("until SYN\ndrop\nuntil SYN\nrun\n");
    EXPECT_EQ(outcome.status, 0) << outcome.out << outcome.err;
    EXPECT_THAT(outcome.out, HasSubstr("#1 is lost"));
    EXPECT_THAT(outcome.out, HasSubstr("client sends #2 SYN  seq 0"));
}

TEST_F(Step, SendsALostSynAckAgain) {
    const Outcome outcome = echo("until SYN-ACK\ndrop\nuntil SYN-ACK\nrun\n");
    EXPECT_EQ(outcome.status, 0) << outcome.out << outcome.err;
    EXPECT_THAT(outcome.out, HasSubstr("#2 is lost"));
}

TEST_F(Step, DataCompletesAHandshakeWhoseLastAckIsLost) {
    const Outcome outcome = echo("until client ACK\ndrop\nuntil accept\nrun\n");
    EXPECT_EQ(outcome.status, 0) << outcome.out << outcome.err;
    EXPECT_THAT(outcome.out, HasSubstr("#3 is lost"));
    EXPECT_THAT(outcome.out, HasSubstr("wakes server's accept"));
    EXPECT_THAT(outcome.out, HasSubstr("client prints \"hello\\n\""));
}

TEST_F(Step, StepsThroughBothCloses) {
    const Outcome outcome = echo("until client FIN\n\nuntil server FIN\nquit\n");
    const Transcript transcript{outcome.out};
    EXPECT_THAT(transcript.stop_with("FIN of client waits"), HasSubstr("FIN-WAIT-1"));
    EXPECT_THAT(transcript.stop_with("FIN of server waits"), HasSubstr("client is now FIN-WAIT-2"));
}

TEST_F(Step, ShowsARefusedConnection) {
    std::vector<std::string> arguments{"step",    "--ascii",
                                       "--width", "200",
                                       "-s",      std::string{ECHO_SERVER} + " 5000",
                                       "-c",      std::string{ECHO_CLIENT} + " localhost 5001"};
    const Outcome outcome = run(arguments, {.input = "until RST\n\nquit\n", .user = ordinary_user()});
    EXPECT_THAT(outcome.out, HasSubstr("RST of server waits on the wire"));
    EXPECT_THAT(outcome.out, HasSubstr("connect(3) = -1 ECONNREFUSED"));
}

TEST_F(Step, GoesBackWithoutUndoing) {
    const Outcome outcome = echo("\nback\nforward\n1\nquit\n");
    EXPECT_THAT(outcome.out, HasSubstr("-- stop 1: the past, of 2 stops"));
}

TEST_F(Step, ComplainsInOneLine) {
    const Outcome outcome = echo("drop\ndance\nquit\n");
    EXPECT_THAT(outcome.out, HasSubstr("no segment waits. Now: Enter"));
    EXPECT_THAT(outcome.out, HasSubstr("dance is no command. Now: Enter"));
}

TEST_F(Step, NeedsAWire) {
    const Outcome outcome = run({"step", "--", "true"});
    EXPECT_EQ(outcome.status, 2);
    EXPECT_THAT(outcome.err, HasSubstr("there is no wire"));
}

TEST_F(Step, HasNothingInItsHelpThatItRefuses) {
    const std::string help = run({"step", "--help"}).out;
    EXPECT_THAT(help, HasSubstr("--until"));
    const std::vector<std::vector<std::string>> refused{
        {"--attach", "client"}, {"--json"},          {"--summary"},       {"--connection", "1"}, {"--loopback"},
        {"--calls-only"},       {"--delay", "1s"},   {"--jitter", "1ms"}, {"--loss", "1%"},      {"--reorder", "1%"},
        {"--duplicate", "1%"},  {"--corrupt", "1%"}, {"--rate", "1mbit"}};
    for (const std::vector<std::string>& option : refused) {
        EXPECT_THAT(help, Not(HasSubstr(option.front() + " "))) << option.front();
        std::vector<std::string> arguments{"step", "-s", "true", "-c", "true"};
        arguments.insert(arguments.end(), option.begin(), option.end());
        const Outcome outcome = run(arguments);
        EXPECT_EQ(outcome.status, 2) << option.front();
        EXPECT_THAT(outcome.err, Not(HasSubstr("no option"))) << option.front();
    }
}

TEST_F(Step, SucceedsOnlyIfNoClientHadToBeEnded) {
    EXPECT_EQ(echo("quit\n").status, 1);
    EXPECT_EQ(echo("until client connect\nquit\n").status, 1);
    EXPECT_EQ(echo("run\nquit\n").status, 0);
}

TEST_F(Step, CarriesIpv6) {
    std::vector<std::string> arguments{"step",    "--ascii",
                                       "--width", "200",
                                       "-s",      std::string{ECHO_SERVER} + " 5000",
                                       "-c",      std::string{ECHO_CLIENT} + " server6 5000",
                                       "--type",  "client=hello"};
    const Outcome outcome = run(arguments, {.user = ordinary_user()});
    EXPECT_EQ(outcome.status, 0) << outcome.out << outcome.err;
    EXPECT_THAT(outcome.out, HasSubstr("client prints \"hello\\n\""));
    EXPECT_THAT(outcome.out, HasSubstr("[fd00::"));
}

TEST_F(Step, BothCloseAtOnceWhereTheFinsCross) {
    const std::string start = "/usr/bin/python3 -c 'import socket\ns=socket.socket()\n";
    const std::vector<std::string> arguments{
        "step",    "--ascii",
        "--width", "200",
        "-s",      start + "s.bind((\"127.0.0.1\",5000));s.listen();c,a=s.accept();c.close()'",
        "-c",      start + "s.connect((\"127.0.0.1\",5000));s.close()'"};
    // The client's FIN is held until the server, whose accept the ACK before it wakes, has sent its own.
    const Outcome outcome = run(arguments, {.input = "segments\n\n\n\nrun\n", .user = ordinary_user()});
    EXPECT_EQ(outcome.status, 0) << outcome.out << outcome.err;
    EXPECT_THAT(outcome.out, HasSubstr(": server is now CLOSING"));
    EXPECT_THAT(outcome.out, HasSubstr(": client is now CLOSING"));
    EXPECT_THAT(outcome.out, HasSubstr(": server is now TIME-WAIT"));
}

TEST_F(Step, HasThreeClients) {
    std::vector<std::string> arguments{"step", "-s", std::string{ECHO_SERVER} + " 5000"};
    for (const char* name : {"client", "client2", "client3"}) {
        arguments.insert(arguments.end(),
                         {"-c", std::string{ECHO_CLIENT} + " localhost 5000", "--type", std::string{name} + "=hello"});
    }
    const Outcome outcome = run(arguments, {.user = ordinary_user()});
    EXPECT_EQ(outcome.status, 0) << outcome.out << outcome.err;
    for (const char* name : {"client", "client2", "client3"}) {
        EXPECT_THAT(outcome.out, HasSubstr(std::string{name} + " prints \"hello\\n\""));
    }
}

/// Both closes, and a last ACK that comes late or never: the run is over when nothing is under way and no kernel will
/// send again.
TEST_F(Step, WaitsForADelayedLastSegmentBeforeTheRunIsOver) {
    const Outcome outcome = echo("until server FIN\n\nuntil client ACK\ndelay 300ms\n");
    const std::string last = Transcript{outcome.out}.stop_with("the run is over");
    EXPECT_EQ(outcome.status, 0) << outcome.out << outcome.err;
    EXPECT_THAT(last, HasSubstr("server is now CLOSED")) << outcome.out;
}

TEST_F(Step, WaitsForALostFinToBeSentAgainBeforeTheRunIsOver) {
    const Outcome outcome = echo("until server FIN\n\nuntil client ACK\ndrop\n");
    const std::string last = Transcript{outcome.out}.stop_with("the run is over");
    EXPECT_THAT(last, HasSubstr("server is now CLOSED")) << outcome.out;
}

TEST_F(Step, FindsASegmentByItsProgramWhereTwoShareAHost) {
    const std::vector<std::string> arguments{"step",    "--ascii",
                                             "--width", "200",
                                             "--host",  "client=lab",
                                             "--host",  "client2=lab",
                                             "-s",      std::string{ECHO_SERVER} + " 5000",
                                             "-c",      std::string{ECHO_CLIENT} + " localhost 5000",
                                             "-c",      std::string{ECHO_CLIENT} + " localhost 5000"};
    const Outcome outcome = run(arguments, {.input = "until client2 SYN\nquit\n", .user = ordinary_user()});
    const std::string stop = Transcript{outcome.out}.stop_with("SYN of client2 waits on the wire");
    EXPECT_THAT(stop, HasSubstr("client2 sleeps in connect(3)")) << outcome.out;
    EXPECT_THAT(stop, HasSubstr("client2 fd 3 SYN-SENT"));
}

TEST_F(Step, HoldsOneChosenSegmentWhileAllElseRuns) {
    const Outcome outcome = echo("quit\n", {"--hold", "server SYN-ACK 1"});
    const std::string stop = Transcript{outcome.out}.stop_with("-- stop 1:");
    EXPECT_THAT(stop, HasSubstr("the chosen segment of server waits on the wire")) << outcome.out;
    EXPECT_THAT(stop, HasSubstr("client (10.0.0.11) sleeps in connect(3)"));
    EXPECT_THAT(stop, HasSubstr("  1 segment  server -> client  #2 SYN ACK"));
}

TEST_F(Step, RunsOnAfterTheChosenSegment) {
    const Outcome outcome = echo("run\n", {"--hold", "client data 1"});
    EXPECT_EQ(outcome.status, 0) << outcome.out << outcome.err;
    EXPECT_THAT(outcome.out, HasSubstr("the chosen segment of client waits on the wire"));
    EXPECT_THAT(outcome.out, HasSubstr("client prints \"hello\\n\""));
}

TEST_F(Step, RefusesToHoldInAPlainRun) {
    const Outcome outcome = run({"run", "--hold", "client SYN 1", "-s", "true", "-c", "true"});
    EXPECT_EQ(outcome.status, 2);
    EXPECT_THAT(outcome.err, HasSubstr("nobody could let the segment go again; sockstep step takes it"));
}

/// Traced programs of other people's making.
class StepPython : public Step {
protected:
    void SetUp() override {
        Step::SetUp();
        REQUIRE_SYSTEM(::access(python, X_OK) == 0, "needs python3");
    }

    static constexpr const char* python = "/usr/bin/python3";

    static std::string program(const std::string& file) {
        return std::string{python} + " " + PROGRAM_SOURCES + "/" + file;
    }
    static Outcome step(const std::string& server, const std::string& client, const std::string& script) {
        return run({"step", "--ascii", "--width", "200", "-s", server, "-c", client},
                   {.input = script, .user = ordinary_user()});
    }
};

TEST_F(StepPython, ShowsAClosedWindowItsProbeAndThatItOpensAgain) {
    const Outcome outcome = step(program("slow_reader.py"), program("fast_writer.py"),
                                 "until client send\ncalls\n\n\n\ntype server go\nrun\n");
    const Transcript transcript{outcome.out};
    const std::string full = transcript.stop_with("It closes its window");
    EXPECT_THAT(full, HasSubstr("client (10.0.0.11) sleeps in send(3)")) << outcome.out;
    const std::string probed = transcript.stop_with("the answer will state its window, which was closed");
    EXPECT_THAT(probed, HasSubstr("server (10.0.0.1) waits for input")) << outcome.out;
    EXPECT_THAT(probed, HasSubstr("Says that its window is closed")) << outcome.out;
    EXPECT_THAT(outcome.out, HasSubstr("server prints \"got 60000\\n\"")) << outcome.out;
    EXPECT_LT(outcome.out.find("typed into server: \"go\\n\""), outcome.out.find("client: send(3) = 60000"));
    EXPECT_EQ(outcome.status, 0) << outcome.err;
}

TEST_F(StepPython, EndsThoughAProgramNeverRests) {
    const Outcome outcome = run({"step", "--until", "1", "-s", std::string{ECHO_SERVER} + " 5000", "-c",
                                 std::string{python} + " -c 'while True: pass'"},
                                {.user = ordinary_user()});
    EXPECT_THAT(outcome.out, HasSubstr("the run is over"));
    EXPECT_THAT(outcome.err, HasSubstr("client: killed by SIGINT from sockstep"));
}

TEST_F(StepPython, TellsTheEndOfAChildAndOfAThreadFromThatOfTheProgram) {
    const Outcome outcome =
        step(program("forking_server.py"), std::string{ECHO_CLIENT} + " server 5000", "until client connect\nrun\n");
    EXPECT_THAT(outcome.out, HasSubstr("server/p2 is forked: process ")) << outcome.out;
    EXPECT_THAT(outcome.out, HasSubstr("server/p2/t2 starts: a thread"));
    EXPECT_THAT(outcome.out, HasSubstr("server/p2/t2 ends: a thread"));
    EXPECT_THAT(outcome.out, HasSubstr("server/p2 ends with status 3"));
    EXPECT_THAT(outcome.out, HasSubstr("server ends with status 0"));
    EXPECT_THAT(outcome.out, Not(HasSubstr("server ends with status 3")));
}

/// An unmodified chat server, and netcat as its clients.
class Chat : public StepPython {
protected:
    void SetUp() override {
        StepPython::SetUp();
        REQUIRE_SYSTEM(::access("/usr/bin/nc", X_OK) == 0, "needs nc: netcat-openbsd");
    }

    static Outcome chat(const std::string& command, const std::string& address) {
        std::vector<std::string> arguments{command, "--ascii", "--width", "200"};
        arguments.insert(arguments.end(), {"-s", program("chat_server.py " + address + " 5000")});
        for (const char* name : {"client", "client2", "client3"}) {
            arguments.insert(arguments.end(), {"-c", "/usr/bin/nc -N " + address + " 5000", "--type",
                                               std::string{name} + "=I am " + name});
        }
        return run(arguments, {.user = ordinary_user()});
    }
};

TEST_F(Chat, CrossesTheWireThoughAllSay127001) {
    for (const char* command : {"run", "step"}) {
        const Outcome outcome = chat(command, "127.0.0.1");
        EXPECT_EQ(outcome.status, 0) << outcome.out << outcome.err;
        for (const std::string name : {"client", "client2", "client3"}) {
            EXPECT_THAT(outcome.out, HasSubstr(name + " prints")) << command;
            EXPECT_THAT(outcome.out, HasSubstr("I am " + name + "\\n")) << command;
        }
        for (const char* host : {"127.0.0.11:", "127.0.0.12:", "127.0.0.13:"}) {
            EXPECT_THAT(outcome.out, HasSubstr(host)) << command;
        }
    }
}

TEST_F(Chat, CrossesTheWireOverIpv6) {
    for (const char* command : {"run", "step"}) {
        const Outcome outcome = chat(command, "fd00::1");
        EXPECT_EQ(outcome.status, 0) << outcome.out << outcome.err;
        for (const char* host : {"[fd00::11]:", "[fd00::12]:", "[fd00::13]:"}) {
            EXPECT_THAT(outcome.out, HasSubstr(host)) << command;
        }
    }
}

}  // namespace
}  // namespace sockstep::app::test
