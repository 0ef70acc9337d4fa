// tests/calls/witness_test.cpp - strace, asked about the same programs, tells of the same calls.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <regex>

#include "calls/traced_run.hpp"
#include "os/child.hpp"
#include "require_system.hpp"

namespace sockstep::calls {
namespace {

constexpr const char* strace = "/usr/bin/strace";

/// The kernel's name of a call: strace does not know what its author wrote.
std::string kernel_name(const RecordedCall& call) {
    static const std::map<std::string, std::string> others{{"recv", "recvfrom"},   {"send", "sendto"},
                                                           {"pread", "pread64"},   {"pwrite", "pwrite64"},
                                                           {"select", "pselect6"}, {"pselect", "pselect6"}};
    const auto found = others.find(call.begin.name);
    return found == others.end() ? call.begin.name : found->second;
}

std::string summary(const RecordedCall& call) {
    const record::CallEnd end = call.end.value_or(record::CallEnd{});
    return kernel_name(call) + " = " + std::to_string(end.result) + (end.error.empty() ? "" : " " + end.error);
}

std::vector<std::string> recorded(const std::vector<std::string>& command) {
    TracedRun run;
    run.start(command);
    run.to_the_end();
    std::vector<std::string> all;
    for (const RecordedCall& call : run.calls()) {
        all.push_back(summary(call));
    }
    return all;
}

/// What strace -y tells of sockets. Its epoll_wait names none, so all are taken.
std::vector<std::string> witnessed(std::vector<std::string> command) {
    char path[] = "/tmp/sockstep-witness-XXXXXX";
    ::close(::mkstemp(path));
    std::vector<std::string> arguments{
        "-f",
        "-qq",
        "-y",
        "-o",
        path,
        "-e",
        "trace=%network,read,readv,pread64,write,writev,pwrite64,close,close_range,dup,dup2,dup3,fcntl,ioctl,poll,"
        "ppoll,"
        "select,pselect6,epoll_create,epoll_create1,epoll_ctl,epoll_wait,epoll_pwait,sendfile,splice"};
    arguments.insert(arguments.end(), command.begin(), command.end());
    os::Child child{{.path = strace, .arguments = std::move(arguments), .joins_errors = true}};
    std::string output;
    while (child.read_output(output)) {
    }
    EXPECT_TRUE(child.wait().success()) << output;
    std::vector<std::string> all;
    std::ifstream file{path};
    const std::regex of_a_socket{R"(<socket:\[|^\d+ +(epoll_|socket))"};
    const std::regex untraced{R"(F_GETFL|F_GETFD|F_SETFD|TCGETS|unfinished)"};
    const std::regex parts{R"(^\d+ +(?:<\.\.\. )?(\w+).* = (-?\d+)(?:<[^>]*>)?(?: (E\w+))?.*$)"};
    for (std::string line; std::getline(file, line);) {
        std::smatch found;
        if (std::regex_search(line, of_a_socket) && !std::regex_search(line, untraced) &&
            std::regex_match(line, found, parts)) {
            all.push_back(found[1].str() + " = " + found[2].str() + (found[3].matched ? " " + found[3].str() : ""));
        }
    }
    ::unlink(path);
    return all;
}

class Witness : public ::testing::TestWithParam<const char*> {};

TEST_P(Witness, TellsTheSameCallsInTheSameOrder) {
    REQUIRE_SYSTEM(::access(strace, X_OK) == 0, "type: apt-get install strace");
    EXPECT_EQ(recorded({SCENES, GetParam()}), witnessed({SCENES, GetParam()}));
}

INSTANTIATE_TEST_SUITE_P(Scenes, Witness,
                         ::testing::Values("plain", "transfers", "datagrams", "waits", "stream_of_stdio",
                                           "address_in_use", "passes_descriptor", "swapped_port", "many_connects",
                                           "many_large_sends", "exec_keeps_sockets"),
                         [](const auto& scene) { return std::string{scene.param}; });

TEST(WitnessOfPrograms, TellsTheSameCallsOfPerl) {
    REQUIRE_SYSTEM(::access(strace, X_OK) == 0, "type: apt-get install strace");
    REQUIRE_SYSTEM(::access("/usr/bin/perl", X_OK) == 0, "type: apt-get install perl-base");
    const char* script =
        "use IO::Socket::INET; my $l = IO::Socket::INET->new(Listen => 1, LocalAddr => '127.0.0.1') or die;"
        "my $c = IO::Socket::INET->new(PeerAddr => '127.0.0.1', PeerPort => $l->sockport) or die; my $s = $l->accept;"
        "print $c \"one\\n\"; $c->flush; my $line = <$s>; syswrite($s, 'two'); sysread($c, $line, 10); close $c; close "
        "$s;";
    const std::vector<std::string> command{"/usr/bin/perl", "-e", script};
    const auto calls = recorded(command);
    EXPECT_EQ(calls, witnessed(command));
    EXPECT_THAT(calls, ::testing::Contains("write = 4"));
}

}  // namespace
}  // namespace sockstep::calls
