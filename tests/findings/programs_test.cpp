// tests/findings/programs_test.cpp - wrong programs and what is said of them; their corrected twins, of which nothing
// is.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <functional>
#include <sstream>

#include "findings/lab.hpp"
#include "os/probes.hpp"
#include "require_system.hpp"

namespace sockstep::findings {
namespace {

/// When a run is over, if a program does not end by itself.
using Ending = void (*)(Lab&);

void clients(Lab& lab) {
    lab.until_ended("client");
}
void all(Lab& lab) {
    lab.until_ended("client");
    lab.until_ended("server");
}
void two_receives(Lab& lab) {
    lab.until_asleep(record::CallKind::Receive, 2);
}
void two_sends(Lab& lab) {
    lab.until_asleep(record::CallKind::Send, 2);
}
void third_accept(Lab& lab) {
    lab.until_begun("accept", 3);
}
void child_is_done(Lab& lab) {
    lab.until_a_process_ended();
}

/// A pair of programs, and how the wrong one's run ends.
struct Pair {
    std::string program;
    Ending wrong = all;
    Ending right = all;
    bool is_python = false;
};

std::ostream& operator<<(std::ostream& out, const Pair& pair) {
    return out << pair.program;
}

std::vector<std::string> command(const Pair& pair, const std::string& mode, const std::string& role,
                                 std::uint16_t port) {
    if (pair.is_python) {
        return {"/usr/bin/python3", fmt::format("{}/{}.py", PROGRAM_SOURCES, pair.program), mode, role,
                std::to_string(port)};
    }
    return {fmt::format("{}/{}", PROGRAMS, pair.program), mode, role, std::to_string(port)};
}

std::string found_in(const Pair& pair, const std::string& mode) {
    const std::uint16_t port = free_port();
    Lab lab{port};
    lab.start("server", command(pair, mode, "server", port));
    lab.until_somebody_listens();
    lab.start("client", command(pair, mode, "client", port));
    (mode == "right" ? pair.right : pair.wrong)(lab);
    for (const Finding& each : lab.findings()) {
        EXPECT_FALSE(each.calls.empty() && each.segments.empty()) << each.id << " has no evidence";
    }
    return golden(lab.findings(), port);
}

/// The golden explanations stand beside the programs. SOCKSTEP_WRITE_GOLDEN=1 writes them anew, to be read by a person.
std::string explanation_of(const std::string& program, const std::string& found) {
    const std::string path = fmt::format("{}/{}.txt", PROGRAM_SOURCES, program);
    if (const char* write = std::getenv("SOCKSTEP_WRITE_GOLDEN"); write != nullptr && *write == '1') {
        std::ofstream{path} << found;
    }
    std::ostringstream text;
    text << std::ifstream{path}.rdbuf();
    return text.str();
}

class Programs : public testing::TestWithParam<Pair> {
protected:
    void SetUp() override {
        REQUIRE_SYSTEM(os::probe_capture().allowed() && os::probe_trace().allowed(), "needs CAP_NET_RAW and ptrace");
    }
};

TEST_P(Programs, WrongAreExplained) {
    const Pair& pair = GetParam();
    const std::string found = found_in(pair, "wrong");
    const std::string name = pair.is_python ? pair.program + ".py" : pair.program;
    EXPECT_NE(found, "");
    EXPECT_EQ(found, explanation_of(name, found));
}

TEST_P(Programs, RightGetNone) {
    EXPECT_EQ(found_in(GetParam(), "right"), "");
}

INSTANTIATE_TEST_SUITE_P(
    Each, Programs,
    testing::Values(Pair{"both_wait", two_receives}, Pair{"both_wait", two_receives, all, true}, Pair{"short_send"},
                    Pair{"messages_merged", two_receives}, Pair{"message_split"}, Pair{"record_split"},
                    Pair{"end_of_stream_ignored"}, Pair{"end_of_stream_ignored", all, all, true},
                    Pair{"closed_with_unread_bytes"}, Pair{"never_closed", third_accept, third_accept},
                    Pair{"fork_keeps_copy", child_is_done, clients}, Pair{"broken_pipe"},
                    Pair{"address_in_use", clients, clients}, Pair{"time_wait"}, Pair{"refused", clients},
                    Pair{"port_bytes_swapped", clients}, Pair{"accept_queue_full"},
                    Pair{"peer_does_not_read", two_sends}, Pair{"nagle_delayed_ack"}, Pair{"busy_loop"},
                    Pair{"established_unaccepted", two_receives, clients}),
    [](const testing::TestParamInfo<Pair>& pair) { return pair.param.program + (pair.param.is_python ? "_py" : ""); });

}  // namespace
}  // namespace sockstep::findings
