// tests/app/demo_command_test.cpp - sockstep demo and sockstep doctor, as whole programs.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/cli.hpp"
#include "os/private_network.hpp"
#include "os/probes.hpp"
#include "require_system.hpp"

namespace sockstep::app::test {
namespace {

using ::testing::Contains;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

/// Where in `all` an output line with `text` stands; its size if nowhere.
std::size_t place_of(const std::vector<nlohmann::json>& all, const std::string& text) {
    std::size_t place = 0;
    while (place < all.size() && all[place].value("text", "").find(text) == std::string::npos) {
        ++place;
    }
    return place;
}

void expect_whole_conversation(const Outcome& outcome) {
    EXPECT_EQ(outcome.status, 0) << outcome.err;
    const auto all = json_lines(outcome.out);
    const auto connections = of_type(all, "connection");
    ASSERT_THAT(connections, SizeIs(2));
    for (const nlohmann::json& connection : connections) {
        EXPECT_EQ(connection["handshake"], "complete");
        EXPECT_EQ(connection["closed"], "fin");
        EXPECT_GT(connection["client_bytes"], 0);
        EXPECT_GT(connection["server_bytes"], 0);
    }
    const std::size_t question = place_of(all, "Hello Bob!");
    const std::size_t farewell = place_of(all, "* Bob left.");
    EXPECT_LT(place_of(all, "Wrong group ID or password"), question);
    EXPECT_LT(question, farewell);
    EXPECT_LT(farewell, all.size());
    EXPECT_EQ(all.at(question)["stream"], "stdin") << "typed by Alice before anybody prints it";
    const auto totals = of_type(all, "totals");
    ASSERT_THAT(totals, SizeIs(1));
    EXPECT_EQ(totals[0]["frames"], totals[0]["segments"]);
    for (const char* end : {"Bob: exit status 0", "Alice: exit status 0", "server: exit status 0"}) {
        EXPECT_THAT(outcome.err, HasSubstr(end));
    }
    EXPECT_THAT(of_type(all, "call"), Not(IsEmpty()));
}

class DemoCommand : public ::testing::Test {
protected:
    void SetUp() override {
        REQUIRE_SYSTEM(os::probe_capture().allowed() || !os::probe_private_network().refused(),
                       "needs the right to capture, or user namespaces; see sockstep doctor");
    }
};

TEST_F(DemoCommand, ShowsBothConnectionsFromTheirSynToTheirFins) {
    expect_whole_conversation(run({"demo", "--json"}));
}

TEST_F(DemoCommand, NeedsNoRightToCapture) {
    REQUIRE_SYSTEM(!os::probe_private_network().refused(), "needs user namespaces; see sockstep doctor");
    const Outcome outcome = run({"demo", "--json"}, {.user = ordinary_user()});
    expect_whole_conversation(outcome);
}

TEST_F(DemoCommand, LosesOneSegmentThatIsSentAgain) {
    REQUIRE_SYSTEM(!os::probe_private_network(os::NetworkStep::MountNamespace).refused(),
                   "needs user namespaces; see sockstep doctor");
    const auto segments = of_type(json_lines(run({"demo", "--json"}, {.user = ordinary_user()}).out), "segment");
    std::vector<nlohmann::json> lost;
    for (const nlohmann::json& segment : segments) {
        if (segment["fate"] == "dropped") {
            lost.push_back(segment);
        } else {
            EXPECT_EQ(segment["fate"], "delivered");
        }
    }
    ASSERT_THAT(lost, SizeIs(1));
    EXPECT_EQ(lost[0]["lost_by"], "rule");
    const auto again = std::ranges::find_if(segments, [&](const nlohmann::json& segment) {
        return segment["id"] > lost[0]["id"] && segment["connection"] == lost[0]["connection"] &&
               segment["from"] == lost[0]["from"] && segment["seq"] == lost[0]["seq"];
    });
    ASSERT_NE(again, segments.end());
    EXPECT_THAT((*again)["notes"], Contains("retransmission"));
}

TEST_F(DemoCommand, PrintsTextWithWhatIsTypedAndPrinted) {
    const Outcome outcome = run({"demo", "--width", "80"});
    EXPECT_EQ(outcome.status, 0) << outcome.err;
    EXPECT_THAT(outcome.out, HasSubstr("typed into Alice: \"Alice"));
    EXPECT_THAT(outcome.out, HasSubstr("Bob prints: \"Alice: Hello Bob!"));
    EXPECT_THAT(outcome.out, EndsWith(" TCP segments in 2 connections\n"));
    for (const std::string& line : lines(outcome.out)) {
        EXPECT_LE(line.size(), 80U) << line;
    }
}

TEST_F(DemoCommand, LeavesNothingRunningWhenTheDiskIsFull) {
    const Outcome outcome = run({"demo"}, {.output_path = "/dev/full"});
    EXPECT_EQ(outcome.status, 1);
    EXPECT_THAT(outcome.err, HasSubstr("write to standard output: No space left on device"));
}

TEST(DoctorCommand, SaysWhatIsAllowed) {
    for (const std::optional<uid_t> user : {std::optional<uid_t>{}, ordinary_user()}) {
        const Outcome text = run({"doctor"}, {.user = user});
        EXPECT_EQ(text.status, 0);
        EXPECT_EQ(text.err, "");
        EXPECT_THAT(text.out, HasSubstr("capture"));
        EXPECT_THAT(text.out, HasSubstr("user-namespaces"));
        const Outcome json = run({"doctor", "--json"}, {.user = user});
        EXPECT_EQ(json.status, 0);
        const auto checks = json_lines(json.out);
        EXPECT_EQ(of_type(checks, "check").size() + of_type(checks, "command").size(), checks.size());
        std::vector<std::string> names;
        for (const nlohmann::json& check : of_type(checks, "check")) {
            names.push_back(check["name"]);
            EXPECT_TRUE(check["allowed"] == true || !check.value("reason", "").empty()) << check;
        }
        for (const char* name :
             {"capture", "ptrace", "user-namespaces", "network-namespaces", "mount-namespaces", "graphviz"}) {
            EXPECT_THAT(names, Contains(name));
        }
    }
}

TEST(DoctorCommand, AgreesWithWhatHappens) {
    const auto checks = json_lines(run({"doctor", "--json"}, {.user = ordinary_user()}).out);
    EXPECT_EQ(checks.front()["name"], "capture");
    const Outcome capture = run({"capture", "-i", "lo", "--duration", "0.01"}, {.user = ordinary_user()});
    EXPECT_EQ(checks.front()["allowed"], capture.status == 0) << capture.err;
}

}  // namespace
}  // namespace sockstep::app::test
