// tests/findings/real_programs_test.cpp - correct programs, mostly not written here: nothing is found in them.
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <filesystem>
#include <fstream>
#include <optional>

#include "findings/lab.hpp"
#include "os/probes.hpp"
#include "require_system.hpp"

namespace sockstep::findings {
namespace {

/// Where Debian has it; absent if it is not installed.
std::optional<std::string> installed(const std::string& program) {
    for (const char* folder : {"/usr/bin/", "/usr/sbin/", "/bin/"}) {
        if (::access((folder + program).c_str(), X_OK) == 0) {
            return folder + program;
        }
    }
    return std::nullopt;
}

class RealPrograms : public testing::Test {
protected:
    void SetUp() override {
        REQUIRE_SYSTEM(os::probe_capture().allowed() && os::probe_trace().allowed(), "needs CAP_NET_RAW and ptrace");
        std::string name = "/tmp/sockstep-findings-XXXXXX";
        ASSERT_NE(::mkdtemp(name.data()), nullptr);
        folder_ = name;
        lab_.emplace(port_);
    }
    void TearDown() override {
        if (!folder_.empty()) {
            std::filesystem::remove_all(folder_);
        }
    }

    /// The first word is looked for where programs are installed.
    void start(const std::string& name, std::vector<std::string> command) {
        command.front() = installed(command.front()).value_or(command.front());
        lab_->start(name, std::move(command));
    }
    void shell(const std::string& name, const std::string& command) { start(name, {"sh", "-c", command}); }
    std::string port() const { return std::to_string(port_); }
    std::string file(const std::string& name, const std::string& content) {
        std::ofstream{folder_ / name} << content;
        return (folder_ / name).string();
    }
    std::string folder() const { return folder_.string(); }
    Lab& lab() { return *lab_; }

    void expect_nothing_found() {
        EXPECT_EQ(golden(lab_->findings(), port_), "") << lab_->output();
        EXPECT_GT(lab_->timeline().calls.size(), 10U) << lab_->output();
    }
    void serve_and_ask(std::vector<std::string> server, std::vector<std::string> client) {
        start("server", std::move(server));
        lab_->until_somebody_listens();
        start("client", std::move(client));
        lab_->until_ended("client");
        expect_nothing_found();
    }

private:
    std::uint16_t port_ = free_port();
    std::optional<Lab> lab_;  // once it is allowed
    std::filesystem::path folder_;
};

#define REQUIRE_PROGRAM(name) REQUIRE_SYSTEM(installed(name), name " is not installed")

std::string ten_megabytes() {
    return std::string(10UL << 20U, 'x');
}

TEST_F(RealPrograms, NcListensAndIsTalkedTo) {
    REQUIRE_PROGRAM("nc");
    serve_and_ask({"nc", "-l", "127.0.0.1", port()},
                  {"sh", "-c", fmt::format("echo hello | nc -N 127.0.0.1 {}", port())});
}

TEST_F(RealPrograms, NcCopiesAFile) {
    REQUIRE_PROGRAM("nc");
    const std::string big = file("big", ten_megabytes());
    serve_and_ask({"sh", "-c", fmt::format("nc -l 127.0.0.1 {} > /dev/null", port())},
                  {"sh", "-c", fmt::format("nc -N 127.0.0.1 {} < {}", port(), big)});
}

TEST_F(RealPrograms, CurlAsksPythonsHttpServerByName) {
    REQUIRE_PROGRAM("curl");
    REQUIRE_PROGRAM("python3");
    file("page", ten_megabytes());
    serve_and_ask(
        {"python3", "-m", "http.server", "--bind", "127.0.0.1", "-d", folder(), port()},
        {"sh", "-c",
         fmt::format("for page in page none; do curl -s http://localhost:{}/$page; done > /dev/null", port())});
}

TEST_F(RealPrograms, CurlRetriesUntilItsServerIsUp) {
    REQUIRE_PROGRAM("curl");
    REQUIRE_PROGRAM("python3");
    file("page", "hello\n");
    start("client", {"curl", "-s", "--retry", "20", "--retry-delay", "1", "--retry-connrefused",
                     fmt::format("http://127.0.0.1:{}/page", port())});
    lab().until_begun("connect", 1);
    start("server", {"python3", "-m", "http.server", "--bind", "127.0.0.1", "-d", folder(), port()});
    lab().until_ended("client");
    expect_nothing_found();
}

TEST_F(RealPrograms, CurlKeepsAConnectionToNginxAlive) {
    REQUIRE_PROGRAM("curl");
    REQUIRE_PROGRAM("nginx");
    file("page", ten_megabytes());
    const std::string configuration =
        file("nginx.conf",
             fmt::format("daemon off; pid {0}/pid; error_log {0}/error; events {{}} http {{ access_log off; "
                         "client_body_temp_path {0}; proxy_temp_path {0}; fastcgi_temp_path {0}; uwsgi_temp_path {0}; "
                         "scgi_temp_path {0}; server {{ listen 127.0.0.1:{1}; root {0}; }} }} user root;",
                         folder(), port()));
    const std::string url = fmt::format("http://127.0.0.1:{}/page", port());
    serve_and_ask({"nginx", "-c", configuration}, {"curl", "-s", "-o", "/dev/null", url, "-o", "/dev/null", url});
}

TEST_F(RealPrograms, RedisAnswersManyClientsAndPipelines) {
    REQUIRE_PROGRAM("redis-server");
    REQUIRE_PROGRAM("redis-benchmark");
    const auto benchmark = [&](const std::string& pipeline) {
        return fmt::format("redis-benchmark -p {} -q -n 200 -c 5 -t ping,set,lrange_100 -P {}", port(), pipeline);
    };
    serve_and_ask({"redis-server", "--port", port(), "--save", "", "--bind", "127.0.0.1"},
                  {"sh", "-c", benchmark("1") + " && " + benchmark("16")});
}

TEST_F(RealPrograms, SocatForksForEachClient) {
    REQUIRE_PROGRAM("socat");
    serve_and_ask({"socat", fmt::format("TCP-LISTEN:{},bind=127.0.0.1,reuseaddr,fork", port()), "EXEC:cat"},
                  {"sh", "-c", fmt::format("for i in 1 2 3; do echo hello | socat - TCP:127.0.0.1:{}; done", port())});
}

TEST_F(RealPrograms, ASubscriberWaitsForWhatAnotherClientMaySay) {
    REQUIRE_PROGRAM("redis-server");
    start("server", {"redis-server", "--port", port(), "--save", "", "--bind", "127.0.0.1"});
    lab().until_somebody_listens();
    start("client", {"redis-cli", "-p", port(), "subscribe", "news"});
    lab().until_asleep(record::CallKind::Receive, 1);
    expect_nothing_found();
}

TEST_F(RealPrograms, AsyncioEchoesToSeveralClients) {
    REQUIRE_PROGRAM("python3");
    const std::string server = file("server.py", R"(
import asyncio, sys
async def echo(reader, writer):
    while data := await reader.read(4096):
        writer.write(data)
        await writer.drain()
    writer.close()
async def main():
    server = await asyncio.start_server(echo, "127.0.0.1", int(sys.argv[1]))
    await server.serve_forever()
asyncio.run(main())
)");
    const std::string client = file("client.py", R"(
import asyncio, sys
async def talk(n):
    reader, writer = await asyncio.open_connection("localhost", int(sys.argv[1]))
    writer.write(b"x" * n)
    writer.write_eof()
    assert len(await reader.read()) == n
    writer.close()
async def main():
    await asyncio.gather(*(talk(n) for n in (1, 1000, 100000, 3000000)))
asyncio.run(main())
)");
    serve_and_ask({"python3", server, port()}, {"python3", client, port()});
}

TEST_F(RealPrograms, FileObjectsReadTheEndTwice) {
    REQUIRE_PROGRAM("python3");
    const std::string server = file("server.py", R"(
import socketserver, sys
class Lines(socketserver.StreamRequestHandler):
    def handle(self):
        for line in self.rfile:
            self.wfile.write(line.upper())
        assert self.rfile.read() == b""
socketserver.ThreadingTCPServer(("127.0.0.1", int(sys.argv[1])), Lines).serve_forever()
)");
    serve_and_ask({"python3", server, port()},
                  {"sh", "-c", fmt::format("printf 'a\\nb\\nc' | nc -N 127.0.0.1 {}", port())});
}

TEST_F(RealPrograms, APollingProgramPausesBetweenItsAttempts) {
    REQUIRE_PROGRAM("python3");
    const std::string client = file("client.py", R"(
import socket, sys, time
with socket.create_connection(("127.0.0.1", int(sys.argv[1]))) as connection:
    connection.setblocking(False)
    for attempt in range(2000):
        try:
            connection.recv(100)
        except BlockingIOError:
            time.sleep(0.0002)
)");
    serve_and_ask({SHIPPED "/echo-server", port()}, {"python3", client, port()});
}

TEST_F(RealPrograms, TheShippedEchoServerServesOneAfterTheOther) {
    serve_and_ask(
        {SHIPPED "/echo-server", port()},
        {"sh", "-c", fmt::format("for i in 1 2; do echo hello | {}/echo-client localhost {}; done", SHIPPED, port())});
}

TEST_F(RealPrograms, TheShippedChatWaitsForPeople) {
    start("server", {SHIPPED "/chat-server", "--port", port()});
    lab().until_somebody_listens();
    shell("client",
          fmt::format("{{ printf '2\\nfriends\\nsecret\\n'; exec tail -f /dev/null; }} | {}/chat-client 127.0.0.1 {}",
                      SHIPPED, port()));
    shell("client2", fmt::format("{{ printf '3\\n'; }} | {}/chat-client 127.0.0.1 {}", SHIPPED, port()));
    lab().until_ended("client2");
    expect_nothing_found();
}

}  // namespace
}  // namespace sockstep::findings
