// tests/app/step_test.cpp - sockstep step, led by scripts, as an ordinary user: order and cause, from real kernels.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/cli.hpp"
#include "os/private_network.hpp"
#include "require_system.hpp"

namespace sockstep::app::test {
namespace {

using ::testing::HasSubstr;

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
    EXPECT_THAT(stop, HasSubstr("client sleeps in connect(3)"));
    EXPECT_THAT(stop, HasSubstr("server sleeps in accept(3)"));
    EXPECT_THAT(stop, HasSubstr("SYN-SENT"));
    EXPECT_THAT(stop, HasSubstr("segment  client -> server  #1 SYN"));
}

TEST_F(Step, ConnectReturnsWhenTheSynAckArrivesAndAcceptSleepsOn) {
    const Outcome outcome = echo("until SYN-ACK\nsegments\n\ncalls\nboth\nquit\n");
    const std::string stop = Transcript{outcome.out}.stop_with("connect(3) = 0");
    EXPECT_THAT(stop, HasSubstr("#2 arrives: the client is now ESTABLISHED; wakes client's connect"));
    EXPECT_THAT(stop, HasSubstr("server sleeps in accept(3)"));
    EXPECT_THAT(stop, HasSubstr("#3 ACK"));
    EXPECT_THAT(stop, HasSubstr("accept queue 0 of 17"));
}

TEST_F(Step, SendHasReturnedBeforeAnythingIsDelivered) {
    const Outcome outcome = echo("until client data\nquit\n");
    const std::string stop = Transcript{outcome.out}.stop_with("data of client waits on the wire");
    EXPECT_THAT(stop, HasSubstr("client: send(3) = 6"));
    EXPECT_THAT(stop, HasSubstr("6 not acknowledged"));
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
    EXPECT_THAT(outcome.out, HasSubstr("the server is now CLOSING"));
    EXPECT_THAT(outcome.out, HasSubstr("the client is now CLOSING"));
    EXPECT_THAT(outcome.out, HasSubstr("the server is now TIME-WAIT"));
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

}  // namespace
}  // namespace sockstep::app::test
