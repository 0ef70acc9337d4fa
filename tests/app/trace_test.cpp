// tests/app/trace_test.cpp - runs kept with -o, shown again by read, and handed through the tools of others.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>

#include "app/cli.hpp"
#include "app/sample.hpp"
#include "capture/temporary_folder.hpp"
#include "os/private_network.hpp"
#include "os/probes.hpp"
#include "os/programs.hpp"
#include "require_system.hpp"
#include "server/program.hpp"

namespace sockstep::app::test {
namespace {

using ::testing::AllOf;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;
using ::testing::StartsWith;

using Words = std::vector<std::string>;

Words operator+(Words words, const Words& more) {
    words.insert(words.end(), more.begin(), more.end());
    return words;
}

const std::string server = std::string{ECHO_SERVER} + " 5000";
const std::string client = std::string{ECHO_CLIENT} + " localhost 5000";
const Words echo{"-s", server, "-c", client, "--type", "client=hello"};

/// A pair of UDP sockets, and octets on standard output that are no UTF-8.
constexpr const char* datagrams = R"(
import socket, sys
a = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); a.bind(('127.0.0.1', 0))
b = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); b.sendto(b'\xff\xfe\x00hi', a.getsockname())
print(a.recv(10)); sys.stdout.buffer.write(b'\xff\xc0 \xe2\x82\n'))";

class Trace : public ::testing::Test {
protected:
    void SetUp() override {
        REQUIRE_SYSTEM(!os::probe_private_network(os::NetworkStep::MountNamespace).refused(),
                       "needs user namespaces; see sockstep doctor");
    }

    Outcome keep(const std::string& name, const Words& words) {
        return run(Words{words[0], "-o", folder_.file(name)} + Words(words.begin() + 1, words.end()), usual);
    }
    Outcome read(const std::string& name, const Words& more = {}) {
        return run(Words{"read", folder_.file(name)} + more, usual);
    }
    /// Kept and shown as text and as JSON lines; `status` is how sockstep ends.
    void expect_same(const Words& words, int status = 0) {
        const Outcome text = keep("text.pcapng", words);
        EXPECT_EQ(text.status, status) << text.err;
        expect_equal(read("text.pcapng"), text);
        const Outcome json = keep("json.pcapng", Words{words[0], "--json"} + Words(words.begin() + 1, words.end()));
        expect_equal(read("json.pcapng", {"--json"}), json);
    }
    static void expect_equal(const Outcome& read, const Outcome& live) {
        EXPECT_EQ(read.status, 0);
        EXPECT_EQ(read.err, "");
        EXPECT_TRUE(read.out == live.out) << "live:\n" << live.out << "\nread:\n" << read.out;
        EXPECT_GT(live.out.size(), 100U);
    }
    /// What a shell prints for `line`, in the folder of the test's files.
    std::string shell(const std::string& line) {
        support::Program program{
            {.command = {"/bin/sh", "-c", "cd " + folder_.file("") + " && { " + line + "; } 2>&1"}}};
        std::string text = program.rest_of_output();
        EXPECT_EQ(program.wait(), 0) << line << "\n" << text;
        return text;
    }

    capture::test::TemporaryFolder folder_;
};

TEST_F(Trace, ShowsARunAsItWasShown) {
    expect_same(Words{"run"} + echo);
}

TEST_F(Trace, ShowsLossesDelaysAndDuplicatesAsTheyWereShown) {
    expect_same(
        Words{"run", "--delay", "20ms", "--loss", "20%", "--duplicate", "20%", "--corrupt", "10%", "--seed", "3"} +
        echo);
}

TEST_F(Trace, ShowsARefusalAsItWasShown) {
    expect_same({"run", "-s", server, "-c", std::string{ECHO_CLIENT} + " localhost 5001"}, 1);
}

TEST_F(Trace, ShowsSeveralProcessesAsTheyWereShown) {
    expect_same({"run", "-s", std::string{"python3 "} + PROGRAM_SOURCES + "/forking_server.py 5000", "-c", client,
                 "--type", "client=hi"});
}

TEST_F(Trace, ShowsDatagramsAndOctetsAsTheyWereShown) {
    expect_same({"run", "--", "python3", "-c", datagrams});
}

TEST_F(Trace, ShowsCallsWithoutSegmentsAsTheyWereShown) {
    expect_same({"run", "--calls-only", "--", "python3", "-c", datagrams});
}

TEST_F(Trace, ShowsLoopbackAsItWasShown) {
    expect_same(Words{"run", "--loopback"} + echo);
}

TEST_F(Trace, ShowsTheDemoAsItWasShown) {
    expect_same({"demo"});
}

TEST_F(Trace, ShowsASteppedRunAsItWasSaved) {
    const std::string saved = folder_.file("saved.jsonl");
    Conditions conditions = usual;
    conditions.input = "run\nsave " + saved + "\nquit\n";
    const Outcome step = run(Words{"step", "-o", folder_.file("step.pcapng")} + echo, conditions);
    std::ifstream stream{saved};
    const std::string live{std::istreambuf_iterator<char>{stream}, {}};
    ASSERT_GT(live.size(), 1000U) << step.err;
    const Outcome again = read("step.pcapng", {"--json"});
    EXPECT_EQ(again.status, 0) << again.err;
    // what is said of each thing that happened, up to the saving; then come the ends of the programs
    const auto before = json_lines(live);
    const auto after = json_lines(again.out);
    ASSERT_GE(after.size(), before.size());
    std::size_t differing = 0;
    for (std::size_t i = 0; i < before.size(); ++i) {
        differing += before[i] == after[i] ? 0U : 1U;
    }
    EXPECT_LE(differing, 1U) << "the server's accept goes on when it is saved, and ends with the run";
}

TEST_F(Trace, ShowsConnectionsOfItsChoiceAndSummaries) {
    const Outcome live = keep("demo.pcapng", {"demo", "--summary"});
    EXPECT_EQ(read("demo.pcapng", {"--summary"}).out, live.out);
    const auto one = json_lines(read("demo.pcapng", {"--json", "--connection", "2"}).out);
    EXPECT_THAT(of_type(one, "connection"), SizeIs(1));
    EXPECT_EQ(read("demo.pcapng", {"--connection", "3"}).status, 1);
}

TEST_F(Trace, IsReadByToolsThatKnowOnlyFrames) {
    const Outcome live = keep("run.pcapng", Words{"run", "--json"} + echo);
    const auto segments = of_type(json_lines(live.out), "segment");
    ASSERT_GT(segments.size(), 5U);
    const std::string frames = shell("tshark -r run.pcapng -T fields -e frame.number -e frame.comment 2>/dev/null");
    const std::vector<std::string> all = lines(frames);
    ASSERT_EQ(all.size(), segments.size()) << "each frame once, and nothing else";
    for (std::size_t i = 0; i < all.size(); ++i) {
        const std::string says = segments[i]["says"];
        EXPECT_THAT(all[i], StartsWith(std::to_string(segments[i]["frame"].get<int>()) + "\t" + says));
    }
    EXPECT_THAT(lines(shell("tcpdump -n -r run.pcapng 2>/dev/null")), SizeIs(segments.size()));
    EXPECT_THAT(shell("capinfos -c -M run.pcapng"), HasSubstr(" " + std::to_string(segments.size()) + "\n"));
}

TEST_F(Trace, KeepsEveryCallThroughToolsThatRewriteIt) {
    const Outcome live = keep("run.pcapng", Words{"run", "--delay", "5ms"} + echo);
    for (const char* tool : {"tshark -r run.pcapng -w other.pcapng", "editcap run.pcapng other.pcapng",
                             "editcap -F pcapng -t 100 run.pcapng other.pcapng", "mergecap -w other.pcapng run.pcapng",
                             "mergecap -I any -w other.pcapng run.pcapng run.pcapng",
                             "gzip -k -f run.pcapng && mv run.pcapng.gz other.pcapng"}) {
        shell(tool);
        SCOPED_TRACE(tool);
        expect_equal(read("other.pcapng"), live);
    }
}

TEST_F(Trace, TellsMergedRunsApart) {
    const Outcome one = keep("one.pcapng", Words{"run"} + echo);
    const Outcome two = keep("two.pcapng", {"run", "-s", server, "-c", client, "--type", "client=other"});
    for (const char* mode : {"all", "any", "none"}) {
        shell(std::string{"mergecap -I "} + mode + " -w both.pcapng one.pcapng two.pcapng");
        const Outcome both = read("both.pcapng");
        EXPECT_EQ(both.status, 0) << both.err;
        EXPECT_EQ(both.out, "run 1 of 2\n\n" + one.out + "\nrun 2 of 2\n\n" + two.out);
        EXPECT_EQ(read("both.pcapng", {"--run", "2"}).out, "run 2 of 2\n\n" + two.out);
    }
    EXPECT_EQ(of_type(json_lines(read("both.pcapng", {"--json"}).out), "run").size(), 2U);
    EXPECT_EQ(read("both.pcapng", {"--run", "3"}).status, 1);
}

TEST_F(Trace, SaysWhatAToolHasTakenOut) {
    keep("run.pcapng", Words{"run"} + echo);
    shell("editcap run.pcapng less.pcapng 2");
    const Outcome less = read("less.pcapng");
    EXPECT_EQ(less.status, 1);
    EXPECT_THAT(less.err, AllOf(HasSubstr("1 record is not in it"), EndsWith("\n")));
    EXPECT_THAT(less.out, HasSubstr("connect(3, 127.0.0.1:5000)"));
}

TEST_F(Trace, IsReadableUpToWhereItsRunWasKilled) {
    const std::string talker = "sh -c '(echo hello; exec sleep 100) | " + client + "'";
    support::Program program{
        {.command = command({"run", "-o", folder_.file("killed.pcapng"), "-s", server, "-c", talker})}};
    program.wait_for("Carries bytes 0-5");
    Outcome again;
    while (again.out.find("Carries bytes 0-5") == std::string::npos) {  // it can be read while it is written, too
        again = read("killed.pcapng");
        EXPECT_EQ(again.status, 1);
    }
    program.signal(SIGKILL);
    EXPECT_EQ(program.wait(), -SIGKILL);
    again = read("killed.pcapng");
    EXPECT_EQ(again.status, 1);
    EXPECT_EQ(lines(again.err).size(), 1U) << again.err;
    EXPECT_THAT(again.err, HasSubstr("has no end in it"));
    EXPECT_THAT(again.out, AllOf(HasSubstr("Carries bytes 0-5"), HasSubstr("1 connection")));
}

TEST_F(Trace, IsRefusedInOneLineWhereItCannotBeWritten) {
    const std::string target = folder_.file("target");
    std::filesystem::create_symlink(target, folder_.file("link.pcapng"));
    const std::vector<std::pair<std::string, std::string>> all{
        {"/dev/full", "No space left on device"},
        {folder_.file("none/run.pcapng"), "No such file or directory"},
        {folder_.file(""), "Is a directory"},
        {folder_.file("link.pcapng"), "symbolic links are not followed"}};
    for (const auto& [path, why] : all) {
        const Outcome outcome = run({"run", "--calls-only", "-o", path, "--", "true"}, usual);
        EXPECT_EQ(outcome.status, 1) << path;
        EXPECT_THAT(lines(outcome.err), SizeIs(1)) << outcome.err;
        EXPECT_THAT(outcome.err, HasSubstr(why));
    }
    EXPECT_FALSE(std::filesystem::exists(target));
    for (const char* name : {"-", "x.svg", "x.pcap"}) {
        EXPECT_EQ(run({"run", "-o", name, "--", "true"}, usual).status, 2) << name;
    }
}

TEST_F(Trace, IsForItsOwnersEyesAndTakesThePlaceOfAnOlderOne) {
    const std::string path = folder_.file("run.pcapng", Octets(1'000'000));
    ASSERT_EQ(::chmod(path.c_str(), 0644), 0);
    keep("run.pcapng", {"run", "--calls-only", "--", "true"});
    EXPECT_LT(std::filesystem::file_size(path), 10'000U);
    keep("new.pcapng", {"run", "--calls-only", "--", "true"});
    struct stat about {};
    ASSERT_EQ(::stat(folder_.file("new.pcapng").c_str(), &about), 0);
    EXPECT_EQ(about.st_mode & 0777U, 0600U);
}

TEST_F(Trace, LeavesAloneWhatBelongsToSomebodyElse) {
    if (::geteuid() != 0) {
        GTEST_SKIP() << "only root can give a file away";
    }
    const std::string path = folder_.file("theirs.pcapng", Octets(100));
    ASSERT_EQ(::chown(path.c_str(), 65534, 65534), 0);
    const Outcome outcome = keep("theirs.pcapng", {"run", "--calls-only", "--", "true"});
    EXPECT_EQ(outcome.status, 1);
    EXPECT_THAT(outcome.err, HasSubstr("belongs to somebody else"));
    EXPECT_EQ(std::filesystem::file_size(path), 100U);
}

TEST_F(Trace, BecomesJsonLinesAndPcap) {
    keep("run.pcapng", Words{"run"} + echo);
    EXPECT_EQ(run({"convert", folder_.file("run.pcapng"), "-o", folder_.file("run.jsonl")}, usual).status, 0);
    EXPECT_EQ(shell("cat run.jsonl"), read("run.pcapng", {"--json"}).out);
    EXPECT_EQ(run({"convert", folder_.file("run.pcapng"), "-o", folder_.file("run.pcap")}, usual).status, 0);
    EXPECT_EQ(read("run.pcap").out, read("run.pcapng", {"--frames"}).out);
    EXPECT_EQ(read("run.pcap", {"--filter", "tcp[tcpflags] & tcp-syn != 0"}).out,
              read("run.pcapng", {"--frames", "--filter", "tcp[tcpflags] & tcp-syn != 0"}).out);
    const Outcome filtered = read("run.pcapng", {"--filter", "tcp"});
    EXPECT_EQ(filtered.status, 2);
    EXPECT_THAT(filtered.err, HasSubstr("would part calls from their segments"));
}

TEST_F(Trace, IsMadeOfACaptureWithComments) {
    const std::string sample = folder_.file("sample.pcap", sample_pcap());
    EXPECT_EQ(run({"convert", sample, "-o", folder_.file("sample.pcapng")}, usual).status, 0);
    EXPECT_EQ(read("sample.pcapng").out, read("sample.pcap").out);
    EXPECT_THAT(shell("tshark -r sample.pcapng -T fields -e frame.comment 2>/dev/null"),
                HasSubstr("Asks to open a connection."));
}

TEST_F(Trace, IsNotMadeOfWhatLacksFrames) {
    const std::string sample = folder_.file("sample.pcap", sample_pcap());
    EXPECT_THAT(run({"convert", "x.jsonl", "-o", "y.pcap"}, usual).err, HasSubstr("do not hold the octets of frames"));
    EXPECT_EQ(run({"convert", sample, "-o", "y.svg"}, usual).status, 2);
    const Outcome onto_itself = run({"convert", sample, "-o", sample}, usual);
    EXPECT_EQ(onto_itself.status, 1);
    EXPECT_EQ(capture::test::content(sample), sample_pcap());
}

TEST_F(Trace, OfACaptureIsReadAsItWasShown) {
    REQUIRE_SYSTEM(os::probe_capture().allowed(), "needs the right to capture; see sockstep doctor");
    const std::string path = folder_.file("live.pcapng");
    support::Program capture{
        {.command = command({"capture", "-i", "lo", "--filter", "tcp port 5999", "--count", "2", "-o", path})}};
    capture.wait_for_error("capturing on lo");
    shell("python3 -c 'import socket; socket.socket().connect_ex((\"127.0.0.1\", 5999))'");
    const std::string live = capture.rest_of_output();
    EXPECT_EQ(capture.wait(), 0);
    EXPECT_EQ(read("live.pcapng").out, live);
    EXPECT_THAT(shell("tshark -r live.pcapng -T fields -e frame.comment 2>/dev/null"),
                HasSubstr("Asks to open a connection."));
}

}  // namespace
}  // namespace sockstep::app::test
