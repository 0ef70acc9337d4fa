// tests/app/capture_command_test.cpp - sockstep capture: on the loopback interface, of a port of the test's own.
#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/socket.h>

#include <array>
#include <memory>

#include "app/cli.hpp"
#include "capture/temporary_folder.hpp"
#include "os/check.hpp"
#include "os/fd.hpp"
#include "os/probes.hpp"
#include "require_system.hpp"
#include "server/program.hpp"

namespace sockstep::app::test {
namespace {

using ::testing::HasSubstr;
using ::testing::MatchesRegex;
using ::testing::SizeIs;
using ::testing::StartsWith;

/// A listener on a port of its own; talk() makes one connection to it, says "hello\n" and closes both ends.
class Loopback {
public:
    Loopback() {
        socklen_t size = sizeof address_;
        address_.sin_family = AF_INET;
        address_.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        os::check(::bind(listener_.value(), generic(), size), "bind");
        os::check(::getsockname(listener_.value(), generic(), &size), "getsockname");
        os::check(::listen(listener_.value(), 1), "listen");
    }

    std::string filter() const { return "tcp port " + std::to_string(ntohs(address_.sin_port)); }

    void talk() {
        os::Fd client{os::check(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), "socket")};
        os::check(::connect(client.value(), generic(), sizeof address_), "connect");
        const os::Fd server{os::check(::accept4(listener_.value(), nullptr, nullptr, SOCK_CLOEXEC), "accept")};
        os::check(::send(client.value(), "hello\n", 6, MSG_NOSIGNAL), "send");
        client.reset();
        std::array<char, 16> octets{};
        while (os::check(::recv(server.value(), octets.data(), octets.size(), 0), "recv") > 0) {
        }
    }

private:
    sockaddr* generic() { return reinterpret_cast<sockaddr*>(&address_); }

    os::Fd listener_{os::check(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), "socket")};
    sockaddr_in address_{};
};

class CaptureCommand : public ::testing::Test {
protected:
    void SetUp() override {
        REQUIRE_SYSTEM(os::probe_capture().allowed(),
                       "needs the right to capture: run the tests as root, or see sockstep doctor");
    }
    /// sockstep capture, of loopback_, begun.
    std::unique_ptr<support::Program> capture(const std::vector<std::string>& options) const {
        std::vector<std::string> arguments{"capture", "-i", "lo", "--filter", loopback_.filter()};
        arguments.insert(arguments.end(), options.begin(), options.end());
        auto program = std::make_unique<support::Program>(support::Start{.command = command(arguments)});
        program->wait_for_error("sockstep: capturing on lo; Ctrl-C ends\n");
        return program;
    }

    Loopback loopback_;
    capture::test::TemporaryFolder folder_;
};

TEST_F(CaptureCommand, PrintsSegmentsAsTheyArrive) {
    const auto program = capture({});
    loopback_.talk();
    program->wait_for("\"hello\\n\"");  // while the capture goes on
    program->wait_for("FIN");
    loopback_.talk();
    program->wait_for("connection 2\n");
    program->signal(SIGINT);
    EXPECT_THAT(program->rest_of_output(), HasSubstr(" in 2 connections\n"));
    EXPECT_EQ(program->wait(), 0);
    EXPECT_THAT(program->errors(), MatchesRegex("sockstep: [0-9]+ frames captured, 0 dropped by the kernel, 0 by the "
                                                "interface\n"));
}

TEST_F(CaptureCommand, PrintsJsonLinesAsTheyArrive) {
    const auto program = capture({"--json"});
    loopback_.talk();
    std::string all = program->wait_for("\"flags\":[\"FIN\",\"ACK\"]");
    program->signal(SIGTERM);
    all += program->rest_of_output();
    EXPECT_EQ(program->wait(), 0);
    const auto objects = json_lines(all);
    EXPECT_EQ(objects.front()["flags"], nlohmann::json{"SYN"});
    EXPECT_EQ(objects.front()["time"], 0.0);
    EXPECT_THAT(of_type(objects, "connection"), SizeIs(1));
    EXPECT_THAT(of_type(objects, "totals"), SizeIs(1));
}

TEST_F(CaptureCommand, EndsAfterSoManyFrames) {
    const auto program = capture({"--json", "--count", "4"});
    loopback_.talk();
    EXPECT_EQ(program->wait(), 0);
    const auto objects = json_lines(program->rest_of_output());
    EXPECT_THAT(of_type(objects, "segment"), SizeIs(4));
    EXPECT_EQ(of_type(objects, "totals").at(0)["frames"], 4);
    EXPECT_THAT(program->errors(), StartsWith("sockstep: 4 frames captured, "));
}

TEST_F(CaptureCommand, EndsAfterSoManySeconds) {
    const auto program = capture({"--duration", "0.01"});
    EXPECT_EQ(program->wait(), 0);
    EXPECT_THAT(program->rest_of_output(), HasSubstr("0 frames: 0 TCP segments in 0 connections\n"));
}

TEST_F(CaptureCommand, WritesAFileThatReadsTheSame) {
    const std::string file = folder_.file("written.pcap");
    const auto program = capture({"--json", "--write", file});
    loopback_.talk();
    program->wait_for("\"flags\":[\"FIN\",\"ACK\"]");
    EXPECT_THAT(run({"read", "--json", file}).out, HasSubstr("\"flags\":[\"FIN\",\"ACK\"]")) << "while it is written";
    program->signal(SIGINT);
    program->rest_of_output();
    EXPECT_EQ(program->wait(), 0);

    const auto second = capture({"--json", "--count", "6", "--write", file});
    loopback_.talk();
    const std::string seen = second->rest_of_output();
    EXPECT_EQ(second->wait(), 0);
    const Outcome reread = run({"read", "--json", file});
    EXPECT_EQ(reread.status, 0) << reread.err;
    EXPECT_EQ(reread.out, seen);
}

TEST_F(CaptureCommand, LeavesAWholeFileWhenItsReaderGoesAway) {
    const std::string file = folder_.file("written.pcap");
    const auto program = capture({"--json", "--write", file});
    loopback_.talk();
    program->wait_for("\"flags\":[\"SYN\"]");
    program->stop_reading();
    loopback_.talk();
    EXPECT_EQ(program->wait(), -SIGPIPE);
    EXPECT_EQ(program->errors(), "");
    const Outcome reread = run({"read", "--json", file});
    EXPECT_EQ(reread.status, 0) << reread.err;
}

TEST_F(CaptureCommand, SaysThatTheFileCannotBeWritten) {
    const Outcome missing = run({"capture", "-i", "lo", "--write", "/no/such/folder/x"});
    EXPECT_EQ(missing.status, 1);
    EXPECT_EQ(missing.err, "sockstep: create(/no/such/folder/x): No such file or directory\n");
    const Outcome full = run({"capture", "-i", "lo", "--write", "/dev/full"});
    EXPECT_EQ(full.status, 1) << "at once, not with the first frame";
    EXPECT_THAT(lines(full.err), SizeIs(1));
    EXPECT_THAT(full.err, StartsWith("sockstep: write(/dev/full): No space left on device"));
}

TEST_F(CaptureCommand, NamesTheInterfacesThatThereAre) {
    const Outcome outcome = run({"capture", "-i", "nosuch0"});
    EXPECT_EQ(outcome.status, 1);
    EXPECT_THAT(lines(outcome.err), SizeIs(1));
    EXPECT_THAT(outcome.err, MatchesRegex("sockstep: capture on nosuch0 \\(there are .*lo.*\\): No such device\n"));
}

TEST_F(CaptureCommand, RefusesABadFilter) {
    const Outcome outcome = run({"capture", "-i", "lo", "--filter", "foo bar("});
    EXPECT_EQ(outcome.status, 2);
    EXPECT_THAT(lines(outcome.err), SizeIs(1));
    EXPECT_THAT(outcome.err, StartsWith("sockstep: --filter: "));
}

TEST_F(CaptureCommand, RefusesAFilterThatWouldLoseFrames) {
    for (const char* filter : {"inbound", "outbound and tcp", "not ifindex 1", "tcp and not inbound"}) {
        const Outcome outcome = run({"capture", "-i", "lo", "--filter", filter});
        EXPECT_EQ(outcome.status, 2) << filter;
        EXPECT_EQ(outcome.err,
                  "sockstep: --filter: a frame on lo does not tell its direction or interface (inbound, outbound, "
                  "ifindex); on \"any\" it does\n");
    }
}

TEST_F(CaptureCommand, LosesNoFrameToAFilterForADirectionOnAllInterfaces) {
    support::Program program{{.command = command({"capture", "-i", "any", "--json", "--count", "4", "--filter",
                                                  "inbound and ifindex 1 and " + loopback_.filter()})}};
    program.wait_for_error("capturing on any");
    loopback_.talk();
    EXPECT_THAT(program.rest_of_output(), StartsWith("{\"type\":\"segment\",\"id\":1,\"frame\":1,"));
    EXPECT_EQ(program.wait(), 0);
}

TEST_F(CaptureCommand, SaysThatTheConnectionToShowDidNotOccur) {
    const auto program = capture({"--connection", "7", "--count", "3"});
    loopback_.talk();
    EXPECT_EQ(program->wait(), 1);
    EXPECT_THAT(program->errors(), HasSubstr("sockstep: --connection 7: there is no such one among 1 connection\n"));
}

TEST(CaptureWithoutTheRight, SaysInOneLineWhatToType) {
    if (::geteuid() != 0 && os::probe_capture().allowed()) {
        GTEST_SKIP() << "this user may capture";
    }
    const Outcome outcome = run({"capture", "-i", "lo"}, {.user = ordinary_user()});
    EXPECT_EQ(outcome.status, 1);
    EXPECT_EQ(outcome.out, "");
    EXPECT_THAT(lines(outcome.err), SizeIs(1));
    EXPECT_THAT(outcome.err, StartsWith("sockstep: capture on lo: Operation not permitted; "));
    EXPECT_THAT(outcome.err, HasSubstr("sudo"));
    EXPECT_THAT(outcome.err, HasSubstr("setcap cap_net_raw=ep "));
}

}  // namespace
}  // namespace sockstep::app::test
