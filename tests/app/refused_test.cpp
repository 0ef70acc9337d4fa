// tests/app/refused_test.cpp - where the machine forbids namespaces: what is said, and what works all the same.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "app/cli.hpp"
#include "os/fd.hpp"
#include "os/forked.hpp"
#include "os/private_network.hpp"
#include "os/probes.hpp"
#include "require_system.hpp"
#include "server/listener.hpp"

namespace sockstep::app::test {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;
using ::testing::StartsWith;

const std::vector<std::string> environment{"PATH=/usr/bin:/bin", "LC_ALL=C.UTF-8"};

std::string free_port() {
    const support::Listener listener;
    return std::to_string(listener.port());
}

/// Unless somebody else does so already.
os::Fd listen_on_the_port_of_the_lab() {
    os::Fd listener{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(5000);
    static_cast<void>(::bind(listener.value(), reinterpret_cast<const sockaddr*>(&address), sizeof address));
    static_cast<void>(::listen(listener.value(), 1));
    return listener;
}

std::vector<std::string> echo(const std::string& command, const std::string& port) {
    return {command, "-s", "echo-server " + port, "-c", "echo-client 127.0.0.1 " + port};
}

class Refused : public ::testing::Test {
protected:
    void SetUp() override { REQUIRE_SYSTEM(os::probe_trace().allowed(), "needs ptrace; see sockstep doctor"); }

    static Outcome run_as_ordinary(const std::vector<std::string>& arguments) {
        return run(arguments, {.environment = environment, .user = ordinary_user(), .without_namespaces = true});
    }
};

TEST_F(Refused, RunAndStepNameReasonAndRemedyInOneLine) {
    for (const char* command : {"run", "step"}) {
        const Outcome outcome = run_as_ordinary(echo(command, "5000"));
        EXPECT_EQ(outcome.status, 1) << command;
        EXPECT_THAT(lines(outcome.err), SizeIs(1));
        EXPECT_THAT(outcome.err, AllOf(StartsWith("sockstep: the lab network is refused here: "),
                                       HasSubstr("unshare(CLONE_NEWUSER)"), HasSubstr("seccomp=unconfined"),
                                       HasSubstr("--loopback works")));
        EXPECT_EQ(outcome.out, "");
    }
}

TEST_F(Refused, LoopbackRunsAllTheSame) {
    const std::string port = free_port();
    std::vector<std::string> arguments = echo("run", port);
    arguments.insert(arguments.end(), {"--loopback", "--json", "--type", "client=hello"});
    for (const std::optional<uid_t> user : {std::optional<uid_t>{}, ordinary_user()}) {
        const Outcome outcome = run(arguments, {.environment = environment, .user = user, .without_namespaces = true});
        EXPECT_EQ(outcome.status, 0) << outcome.err;
        const auto all = json_lines(outcome.out);
        EXPECT_THAT(of_type(all, "call"), Not(IsEmpty()));
        const bool says_why = outcome.err.find("only calls are shown") != std::string::npos;
        EXPECT_NE(says_why, !of_type(all, "segment").empty()) << "segments, or why there are none";
    }
}

TEST_F(Refused, DemoRunsInThePresentNetwork) {
    const os::Fd listener = listen_on_the_port_of_the_lab();
    const Outcome outcome = run_as_ordinary({"demo", "--json"});
    EXPECT_EQ(outcome.status, 0) << outcome.err;
    EXPECT_THAT(outcome.err, HasSubstr("no lab network is allowed here"));
    EXPECT_THAT(outcome.out, HasSubstr("Alice: Hello Bob!"));
}

TEST_F(Refused, DoctorTellsWhatWorks) {
    const auto all = json_lines(run_as_ordinary({"doctor", "--json"}).out);
    for (const nlohmann::json& command : of_type(all, "command")) {
        const std::string name = command["name"];
        if (name == "step") {
            EXPECT_EQ(command["works"], false);
            EXPECT_EQ(command["but"], "it needs user-namespaces");
        } else if (name == "run") {
            EXPECT_EQ(command["works"], true);
            EXPECT_THAT(command["but"].get<std::string>(), StartsWith("with --loopback"));
        }
    }
}

TEST_F(Refused, ASettingIsNamed) {
    const os::NetworkAttempt attempt = os::probe_private_network();
    REQUIRE_SYSTEM(!attempt.refused(), "needs user namespaces, to forbid them in one; see sockstep doctor");
    os::SharedValue<bool> is_set{false};
    os::SharedValue<bool> is_told{false};
    os::wait_for(os::fork_to([&] {
        os::enter_user_namespace();
        const os::Fd limit{::open("/proc/sys/user/max_user_namespaces", O_WRONLY | O_CLOEXEC)};
        *is_set = ::write(limit.value(), "0", 1) == 1;
        const Outcome outcome = run(echo("run", "5000"), {.environment = environment});
        *is_told = outcome.status == 1 && lines(outcome.err).size() == 1 &&
                   outcome.err.find("user.max_user_namespaces is 0") != std::string::npos &&
                   outcome.err.find("sudo sysctl user.max_user_namespaces=10000") != std::string::npos;
    }));
    EXPECT_TRUE(*is_set);
    EXPECT_TRUE(*is_told);
}

}  // namespace
}  // namespace sockstep::app::test
