// tests/calls/witness_test.cpp - strace, asked about the same programs, tells of the same calls.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <map>
#include <regex>
#include <thread>

#include "calls/traced_run.hpp"
#include "os/check.hpp"
#include "os/child.hpp"
#include "os/fd.hpp"
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

/// A program that talks to itself, and how many threads of it call.
struct Talker {
    std::string name;
    std::string file;
    std::string option;
    std::string script;
    std::size_t threads = 1;
};

std::ostream& operator<<(std::ostream& out, const Talker& talker) {
    return out << talker.name;
}

const std::array talkers{
    Talker{
        "Perl", "/usr/bin/perl", "-e",
        "use IO::Socket::INET; my $l = IO::Socket::INET->new(Listen => 1, LocalAddr => '127.0.0.1') or die;"
        "my $c = IO::Socket::INET->new(PeerAddr => '127.0.0.1', PeerPort => $l->sockport) or die; my $s = $l->accept;"
        "print $c \"one\\n\"; $c->flush; my $line = <$s>; syswrite($s, 'two'); sysread($c, $line, 10); close $c; close "
        "$s;",
        1},
    Talker{"AForkingServerInPerl", "/usr/bin/perl", "-e",
           "use IO::Socket::INET; my $l = IO::Socket::INET->new(Listen => 5, LocalAddr => '127.0.0.1') or die;"
           "for (1 .. 3) { my $c = IO::Socket::INET->new(PeerAddr => '127.0.0.1', PeerPort => $l->sockport) or die;"
           "my $s = $l->accept; my $child = fork; if (!$child) { close $l; close $c; sysread($s, my $line, 10);"
           "syswrite($s, uc $line); exit 0 } close $s; syswrite($c, 'two'); sysread($c, my $line, 10); close $c;"
           "waitpid($child, 0) }",
           4},
    Talker{"ThreadsInPython", "/usr/bin/python3", "-c",
           "import http.server, threading, urllib.request\n"
           "class Hello(http.server.BaseHTTPRequestHandler):\n"
           "  wbufsize = -1\n"  // one send, so one receive
           "  def do_GET(self): self.send_response(200); self.end_headers(); self.wfile.write(b'hello')\n"
           "  def log_message(self, *words): pass\n"
           "server = http.server.HTTPServer(('127.0.0.1', 0), Hello)\n"
           "thread = threading.Thread(target=server.handle_request); thread.start()\n"
           "assert urllib.request.urlopen('http://127.0.0.1:%d/' % server.server_port).read() == b'hello'\n"
           "thread.join()\n",
           2},
};

class WitnessOfTalkers : public ::testing::TestWithParam<Talker> {};

TEST_P(WitnessOfTalkers, TellsTheSameCalls) {
    const Talker& talker = GetParam();
    REQUIRE_SYSTEM(::access(strace, X_OK) == 0, "type: apt-get install strace");
    REQUIRE_SYSTEM(::access(talker.file.c_str(), X_OK) == 0, "type: apt-get install perl-base python3");
    const std::vector<std::string> command{talker.file, talker.option, talker.script};
    const Threads calls = recorded(command);
    EXPECT_EQ(calls, witnessed(command));
    EXPECT_EQ(calls.size(), talker.threads);
}

INSTANTIATE_TEST_SUITE_P(Each, WitnessOfTalkers, ::testing::ValuesIn(talkers),
                         [](const auto& talker) { return talker.param.name; });

/// Answers each client with the same octets, after the end of its request if it makes one; in a thread of the test's.
class Server {
public:
    Server(std::string answer, bool is_asked) : answer_{std::move(answer)}, is_asked_{is_asked} {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        auto* generic = reinterpret_cast<sockaddr*>(&address);
        socklen_t length = sizeof address;
        os::check(::bind(listener_.value(), generic, length), "bind");
        os::check(::listen(listener_.value(), 8), "listen");
        os::check(::getsockname(listener_.value(), generic, &length), "getsockname");
        port_ = std::to_string(ntohs(address.sin_port));
        sigset_t all;
        sigset_t before;
        ::sigfillset(&all);
        ::pthread_sigmask(SIG_SETMASK, &all, &before);  // SIGCHLD is the tracer's, in the first thread
        thread_ = std::thread{[this] { serve(); }};
        ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
    }
    ~Server() {
        ::shutdown(listener_.value(), SHUT_RDWR);
        thread_.join();
    }
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;

    const std::string& port() const { return port_; }

private:
    void serve() {
        for (;;) {
            const os::Fd client{::accept4(listener_.value(), nullptr, nullptr, SOCK_CLOEXEC)};
            if (!client.is_open()) {
                return;
            }
            for (std::string request; is_asked_ && !request.ends_with("\r\n\r\n");) {
                char octet = 0;
                if (::recv(client.value(), &octet, 1, 0) != 1) {
                    break;
                }
                request += octet;
            }
            ::send(client.value(), answer_.data(), answer_.size(), MSG_NOSIGNAL);
        }
    }

    std::string answer_;
    bool is_asked_;
    os::Fd listener_{os::check(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), "socket")};
    std::string port_;
    std::thread thread_;
};

/// How often a program asks whether something has come depends on when it comes.
Threads without_waits(Threads threads) {
    for (auto& calls : threads) {
        std::erase_if(calls,
                      [](const std::string& call) { return call.starts_with("poll") || call.starts_with("ppoll"); });
    }
    return threads;
}

TEST(WitnessOfPrograms, TellsTheSameCallsOfNc) {
    REQUIRE_SYSTEM(::access(strace, X_OK) == 0, "type: apt-get install strace");
    REQUIRE_SYSTEM(::access("/usr/bin/nc", X_OK) == 0, "type: apt-get install netcat-openbsd");
    const Server server{"hello\n", false};
    const std::vector<std::string> command{"/usr/bin/nc", "-d", "127.0.0.1", server.port()};
    const Threads calls = without_waits(recorded(command));
    EXPECT_EQ(calls, without_waits(witnessed(command)));
    EXPECT_THAT(calls, ::testing::Contains(::testing::Contains("read(3) = 6")));
}

TEST(WitnessOfPrograms, TellsTheSameCallsOfCurl) {
    REQUIRE_SYSTEM(::access(strace, X_OK) == 0, "type: apt-get install strace");
    REQUIRE_SYSTEM(::access("/usr/bin/curl", X_OK) == 0, "type: apt-get install curl");
    const Server server{"HTTP/1.0 200 OK\r\nContent-Length: 6\r\n\r\nhello\n", true};
    const std::vector<std::string> command{"/usr/bin/curl", "-q", "-s",
                                           "--noproxy",     "*",  "http://127.0.0.1:" + server.port() + "/"};
    const Threads calls = without_waits(recorded(command));
    EXPECT_EQ(calls, without_waits(witnessed(command)));
    EXPECT_EQ(calls.size(), 1U);
}

}  // namespace
}  // namespace sockstep::calls
