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

/// Calls whose first argument is not the descriptor that their record names.
bool names_another(const std::string& name) {
    return name.starts_with("epoll_") || name.starts_with("dup") || name == "splice" || name == "close_range";
}

std::string summary(const RecordedCall& call) {
    const record::CallEnd end = call.end.value_or(record::CallEnd{});
    const std::string name = kernel_name(call);
    const std::string fd = call.begin.fd < 0 || names_another(name) ? "" : "(" + std::to_string(call.begin.fd) + ")";
    return name + fd + " = " + std::to_string(end.result) + (end.error.empty() ? "" : " " + end.error);
}

/// What each thread did, in its order; threads, of whom two runs know no common names, in the order of what they did.
using Threads = std::vector<std::vector<std::string>>;

Threads sorted(const std::map<int, std::vector<std::string>>& by_thread) {
    Threads threads;
    for (const auto& [tid, calls] : by_thread) {
        threads.push_back(calls);
    }
    std::ranges::sort(threads);
    return threads;
}

Threads recorded(const std::vector<std::string>& command) {
    TracedRun run;
    run.start(command);
    run.to_the_end();
    std::map<int, std::vector<std::string>> by_thread;
    for (const RecordedCall& call : run.calls()) {
        if (!call.end || call.end->fate != record::CallFate::ThreadEnded) {
            by_thread[call.begin.tid].push_back(summary(call));
        }
    }
    return sorted(by_thread);
}

/// A line of strace -f: "12 recvfrom(3<socket:[4]>, ...) = 5". Of a call that others interrupted it writes two, which
/// are put together again; nothing as long as the second one has not come.
class Lines {
public:
    std::string whole(const std::string& line) {
        constexpr std::string_view unfinished = " <unfinished ...>";
        constexpr std::string_view resumed = " resumed>";
        const std::string thread = line.substr(0, line.find(' '));
        if (line.ends_with(unfinished)) {
            begun_[thread] = line.substr(0, line.size() - unfinished.size());
            return "";
        }
        const std::size_t goes_on = line.find(resumed);
        return goes_on == std::string::npos ? line : begun_[thread] + line.substr(goes_on + resumed.size());
    }

private:
    std::map<std::string, std::string> begun_;
};

/// What strace -y tells of sockets. Its epoll_wait names none, so all are taken.
Threads witnessed(std::vector<std::string> command) {
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
    std::map<int, std::vector<std::string>> by_thread;
    std::ifstream file{path};
    Lines lines;
    const std::regex of_a_socket{R"(<socket:\[|^\d+ +(epoll_|socket))"};
    const std::regex untraced{R"(F_GETFL|F_GETFD|F_SETFD|TCGETS)"};
    const std::regex parts{R"(^(\d+) +(\w+)\((?:(\d+)<)?.* = (-?\d+)(?:<[^>]*>)?(?: (E\w+))?.*$)"};
    for (std::string read; std::getline(file, read);) {
        const std::string line = lines.whole(read);
        std::smatch found;
        if (std::regex_search(line, of_a_socket) && !std::regex_search(line, untraced) &&
            std::regex_match(line, found, parts)) {
            const bool has_fd = found[3].matched && !names_another(found[2]);
            by_thread[std::stoi(found[1])].push_back(found[2].str() + (has_fd ? "(" + found[3].str() + ")" : "") +
                                                     " = " + found[4].str() +
                                                     (found[5].matched ? " " + found[5].str() : ""));
        }
    }
    ::unlink(path);
    return sorted(by_thread);
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
    EXPECT_THAT(calls, ::testing::Contains(::testing::Contains("write(4) = 4")));
}

TEST(WitnessOfPrograms, TellsTheSameCallsOfAForkingServerInPerl) {
    REQUIRE_SYSTEM(::access(strace, X_OK) == 0, "type: apt-get install strace");
    REQUIRE_SYSTEM(::access("/usr/bin/perl", X_OK) == 0, "type: apt-get install perl-base");
    const char* script =
        "use IO::Socket::INET; my $l = IO::Socket::INET->new(Listen => 5, LocalAddr => '127.0.0.1') or die;"
        "for (1 .. 3) { my $c = IO::Socket::INET->new(PeerAddr => '127.0.0.1', PeerPort => $l->sockport) or die;"
        "my $s = $l->accept; my $child = fork; if (!$child) { close $l; close $c; sysread($s, my $line, 10);"
        "syswrite($s, uc $line); exit 0 } close $s; syswrite($c, 'two'); sysread($c, my $line, 10); close $c;"
        "waitpid($child, 0) }";
    const std::vector<std::string> command{"/usr/bin/perl", "-e", script};
    const Threads calls = recorded(command);
    EXPECT_EQ(calls, witnessed(command));
    EXPECT_EQ(calls.size(), 4U);
}

TEST(WitnessOfPrograms, TellsTheSameCallsOfThreadsInPython) {
    REQUIRE_SYSTEM(::access(strace, X_OK) == 0, "type: apt-get install strace");
    REQUIRE_SYSTEM(::access("/usr/bin/python3", X_OK) == 0, "type: apt-get install python3");
    const char* script =
        "import http.server, threading, urllib.request\n"
        "class Hello(http.server.BaseHTTPRequestHandler):\n"
        "  wbufsize = -1\n"  // one send, so one receive
        "  def do_GET(self): self.send_response(200); self.end_headers(); self.wfile.write(b'hello')\n"
        "  def log_message(self, *words): pass\n"
        "server = http.server.HTTPServer(('127.0.0.1', 0), Hello)\n"
        "thread = threading.Thread(target=server.handle_request); thread.start()\n"
        "assert urllib.request.urlopen('http://127.0.0.1:%d/' % server.server_port).read() == b'hello'\n"
        "thread.join()\n";
    const std::vector<std::string> command{"/usr/bin/python3", "-c", script};
    const Threads calls = recorded(command);
    EXPECT_EQ(calls, witnessed(command));
    EXPECT_EQ(calls.size(), 2U);
}

}  // namespace
}  // namespace sockstep::calls
