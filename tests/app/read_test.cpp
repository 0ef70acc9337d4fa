// tests/app/read_test.cpp - sockstep read: what it prints of a sound capture.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/cli.hpp"
#include "app/sample.hpp"
#include "capture/temporary_folder.hpp"

namespace sockstep::app::test {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;
using ::testing::StartsWith;

class Read : public ::testing::Test {
protected:
    /// Runs `sockstep read OPTIONS sample.pcap`, which must succeed without a word on standard error.
    std::string read(std::vector<std::string> options) const {
        options.insert(options.begin(), "read");
        options.push_back(file_);
        return succeed(options);
    }
    static std::string succeed(const std::vector<std::string>& arguments, const Conditions& conditions = {}) {
        const Outcome outcome = run(arguments, conditions);
        EXPECT_EQ(outcome.status, 0);
        EXPECT_EQ(outcome.err, "");
        return outcome.out;
    }

    capture::test::TemporaryFolder folder_;
    std::string file_ = folder_.file("sample.pcap", sample_pcap());
};

TEST_F(Read, ExplainsEachSegmentAndEachConnectionAndCountsAll) {
    const std::string text = read({});
    EXPECT_THAT(text, StartsWith("connection 1\n"));
    EXPECT_THAT(text, HasSubstr("#1 SYN  seq 0"));
    EXPECT_THAT(text, HasSubstr("\"hello\\n\""));
    EXPECT_THAT(text, HasSubstr("#10 (frame 11) ACK  seq 8  ack 2"));
    EXPECT_THAT(text, HasSubstr("connection 2: client 10.0.0.3:4321, server 10.0.0.2:81\n"));
    EXPECT_THAT(text, EndsWith("11 frames: 10 TCP segments in 2 connections, 1 of other protocols\n"));
}

TEST_F(Read, PrintsTheSameWhateverTheFileIsPackedIn) {
    const std::string text = read({});
    EXPECT_EQ(succeed({"read", folder_.file("packed.gz", capture::test::gzip(sample_pcap()))}), text);
    EXPECT_EQ(succeed({"read", folder_.file("blocks.pcapng", sample_pcapng())}), text);
    EXPECT_EQ(succeed({"read", "-"}, {.input = text_of(sample_pcap())}), text);
    EXPECT_EQ(succeed({"read", "-"}, {.input = text_of(capture::test::gzip(sample_pcap()))}), text);
}

TEST_F(Read, TakesAnyNameOfAFile) {
    const std::string text = read({});
    EXPECT_EQ(succeed({"read", folder_.file("two words and\na newline", sample_pcap())}), text);
    EXPECT_EQ(succeed({"read", folder_.file("demo", sample_pcap())}), text);
    const auto before = std::filesystem::current_path();
    std::filesystem::current_path(std::filesystem::path{file_}.parent_path());
    folder_.file("-dash", sample_pcap());
    folder_.file("demo", sample_pcap());
    EXPECT_EQ(succeed({"read", "--", "-dash"}), text);
    EXPECT_EQ(succeed({"read", "./-dash"}), text);
    EXPECT_EQ(succeed({"read", "demo"}), text) << "a file that is named like a command";
    std::filesystem::current_path(before);  // the folder goes with this test
}

TEST_F(Read, PrintsJsonLinesAsTheDesignHasThem) {
    const auto all = json_lines(read({"--json"}));
    const auto segments = of_type(all, "segment");
    ASSERT_THAT(segments, SizeIs(10));
    const nlohmann::json& data = segments[5];
    EXPECT_EQ(data["id"], 6);
    EXPECT_EQ(data["frame"], 7);
    EXPECT_EQ(data["connection"], 1);
    EXPECT_EQ(data["from"], "client");
    EXPECT_EQ(data["time"], 0.006);
    EXPECT_EQ(data["flags"], (nlohmann::json{"PSH", "ACK"}));
    EXPECT_EQ(data["seq"], 1);
    EXPECT_EQ(data["ack"], 1);
    EXPECT_EQ(data["length"], 6);
    EXPECT_EQ(data["bytes"], (nlohmann::json{0, 6}));
    EXPECT_THAT(data["notes"], IsEmpty());
    EXPECT_NE(data["says"], "");
    EXPECT_FALSE(segments[0].contains("ack")) << "a SYN acknowledges nothing: absent, not 0";
}

TEST_F(Read, PrintsEachConnectionOnceInJsonWithItsWholeStory) {
    const auto connections = of_type(json_lines(read({"--json"})), "connection");
    ASSERT_THAT(connections, SizeIs(2));
    const nlohmann::json& talk = connections[0]["id"] == 1 ? connections[0] : connections[1];
    const nlohmann::json& refused = connections[0]["id"] == 1 ? connections[1] : connections[0];
    EXPECT_EQ(talk["client"], "10.0.0.1:1234");
    EXPECT_EQ(talk["server"], "10.0.0.2:80");
    EXPECT_EQ(talk["known_by"], "syn");
    EXPECT_EQ(talk["handshake"], "complete");
    EXPECT_EQ(talk["closed"], "fin");
    EXPECT_EQ(talk["client_state"], "TIME-WAIT");
    EXPECT_EQ(talk["server_state"], "CLOSED");
    EXPECT_EQ(talk["client_bytes"], 6);
    EXPECT_EQ(talk["server_bytes"], 0);
    EXPECT_EQ(talk["client_segments"], 5);
    EXPECT_EQ(talk["server_segments"], 3);
    EXPECT_EQ(talk["retransmissions"], 0);
    EXPECT_EQ(talk["first_frame"], 1);
    EXPECT_EQ(talk["last_frame"], 11);
    EXPECT_EQ(refused["handshake"], "refused");
    EXPECT_EQ(refused["closed"], "rst");
}

TEST_F(Read, WritesTimesInJsonWithNineDecimals) {
    EXPECT_THAT(read({"--json"}), HasSubstr("\"time\":0.006000000,"));
}

TEST_F(Read, ShowsOneConnectionWithTheIdsOfTheWholeFile) {
    const auto all = json_lines(read({"--json", "--connection", "2"}));
    const auto segments = of_type(all, "segment");
    ASSERT_THAT(segments, SizeIs(2));
    EXPECT_EQ(segments[0]["id"], 4);
    EXPECT_EQ(segments[0]["frame"], 4);
    EXPECT_EQ(segments[1]["id"], 5);
    EXPECT_EQ(segments[1]["connection"], 2);
    ASSERT_THAT(of_type(all, "connection"), SizeIs(1));
    EXPECT_EQ(of_type(all, "connection")[0]["id"], 2);

    const std::string text = read({"--connection", "2"});
    EXPECT_THAT(text, HasSubstr("#4 SYN"));
    EXPECT_THAT(text, Not(HasSubstr("hello")));
    EXPECT_THAT(read({"--connection", "2", "--summary"}), Not(HasSubstr("10.0.0.1:1234")));
}

TEST_F(Read, SaysThatAConnectionDoesNotOccur) {
    for (const char* format : {"--json", "--summary", "--ascii"}) {
        const Outcome outcome = run({"read", format, "--connection", "3", file_});
        EXPECT_EQ(outcome.status, 1);
        EXPECT_EQ(outcome.err, "sockstep: --connection 3: there is no such one among 2 connections\n");
    }
}

TEST_F(Read, SumsUpInALineForEachConnection) {
    const std::string summary = read({"--summary", "--width", "120"});
    EXPECT_THAT(lines(summary), SizeIs(5)) << "a heading, two connections, an empty line and the totals";
    EXPECT_THAT(summary, HasSubstr("complete   fin"));
    EXPECT_THAT(summary, HasSubstr("refused    rst"));
    EXPECT_THAT(summary, Not(HasSubstr("SYN")));
    const auto json = json_lines(read({"--summary", "--json"}));
    EXPECT_THAT(of_type(json, "segment"), IsEmpty());
    EXPECT_THAT(of_type(json, "connection"), SizeIs(2));
    EXPECT_EQ(of_type(json, "totals").at(0)["frames"], 11);
}

TEST_F(Read, FiltersFramesBeforeTheyAreFollowed) {
    const auto all = json_lines(read({"--json", "--filter", "tcp port 81"}));
    ASSERT_THAT(of_type(all, "segment"), SizeIs(2));
    EXPECT_EQ(of_type(all, "segment")[0]["frame"], 4) << "frames keep their numbers in the file";
    EXPECT_EQ(of_type(all, "totals").at(0)["frames"], 2);
    EXPECT_THAT(of_type(json_lines(read({"--json", "--filter", "port 99"})), "segment"), IsEmpty());
    EXPECT_THAT(of_type(json_lines(read({"--json", "--filter", "vlan"})), "segment"), IsEmpty());
}

TEST_F(Read, TellsTheRulesWithTheirSourcesOnRequest) {
    const std::string brief = read({});
    const std::string why = read({"--why"});
    EXPECT_GT(why.size(), brief.size());
    EXPECT_THAT(why, HasSubstr("RFC 9293"));
}

TEST_F(Read, MakesSenseOfACaptureWithoutTcp) {
    const std::string file = folder_.file("udp.pcap", capture::test::pcap_header() + record(sample_frames()[5], 1));
    EXPECT_THAT(succeed({"read", file}), HasSubstr("1 frame: 0 TCP segments in 0 connections, 1 of other protocols\n"));
    EXPECT_THAT(succeed({"read", "--summary", file}), HasSubstr("1 frame: 0 TCP segments"));
    EXPECT_THAT(json_lines(succeed({"read", "--json", file})), SizeIs(1));
    const Outcome outcome = run({"read", "--connection", "1", file});
    EXPECT_EQ(outcome.status, 1);
    EXPECT_EQ(outcome.err, "sockstep: --connection 1: there is no TCP at all\n");
}

TEST_F(Read, FindsNothingWrongWithACaptureOfNoFrames) {
    const std::string file = folder_.file("none.pcap", capture::test::pcap_header());
    EXPECT_THAT(succeed({"read", file}), HasSubstr("0 frames: 0 TCP segments in 0 connections\n"));
}

}  // namespace
}  // namespace sockstep::app::test
