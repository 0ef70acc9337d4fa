// tests/app/streams_test.cpp - pipes that stay open, readers that go away, disks that are full, and Ctrl-C.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/cli.hpp"
#include "app/sample.hpp"
#include "capture/temporary_folder.hpp"
#include "os/check.hpp"
#include "os/fd.hpp"
#include "server/program.hpp"

namespace sockstep::app::test {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::SizeIs;

class Streams : public ::testing::Test {
protected:
    capture::test::TemporaryFolder folder_;
    std::string file_ = folder_.file("sample.pcap", sample_pcap());
};

TEST_F(Streams, PrintEachFrameBeforeThePipeEnds) {
    support::Program program{{.command = command({"read", "-", "--json"})}};
    program.type(text_of(capture::test::pcap_header()));
    std::size_t id = 0;
    for (const Octets& frame : {sample_frames()[0], sample_frames()[1], sample_frames()[2]}) {
        program.type(text_of(record(frame, 1)));
        EXPECT_THAT(program.wait_for("\n"), HasSubstr("\"id\":" + std::to_string(++id) + ","));
    }
    program.end_input();
    EXPECT_THAT(program.rest_of_output(), HasSubstr("\"frames\":3"));
    EXPECT_EQ(program.wait(), 0);
}

TEST_F(Streams, WaitForTheRestOfAFrameThatComesInPieces) {
    support::Program program{{.command = command({"read", "-", "--json"})}};
    const std::string all = text_of(sample_pcap());
    for (std::size_t at = 0; at < all.size(); at += 7) {
        program.type(all.substr(at, 7));
    }
    program.end_input();
    EXPECT_EQ(program.rest_of_output(), run({"read", file_, "--json"}).out);
    EXPECT_EQ(program.wait(), 0);
}

TEST_F(Streams, EndWithTheTotalsWhenInterrupted) {
    for (const int signal : {SIGINT, SIGTERM}) {
        support::Program program{{.command = command({"read", "-"})}};
        program.type(text_of(capture::test::pcap_header() + record(sample_frames()[0], 1)));
        program.wait_for("SYN");
        program.signal(signal);
        EXPECT_THAT(program.rest_of_output(), EndsWith("1 frame: 1 TCP segment in 1 connection\n"));
        EXPECT_EQ(program.wait(), 0);
        EXPECT_EQ(program.errors(), "") << "half a record would be the writer's fault, not the user's";
    }
}

TEST_F(Streams, EndWhenInterruptedBeforeAnythingCame) {
    const std::string fifo = folder_.file("fifo");
    ASSERT_EQ(::mkfifo(fifo.c_str(), 0600), 0);
    support::Program program{{.command = command({"read", fifo})}};
    const os::Fd writer{os::check(::open(fifo.c_str(), O_WRONLY | O_CLOEXEC), "open")};  // it has opened the pipe, too
    const std::string half = text_of(capture::test::pcap_header() + record(sample_frames()[0], 1)) + "half";
    ASSERT_EQ(::write(writer.value(), half.data(), half.size()), static_cast<ssize_t>(half.size()));
    program.wait_for("SYN");
    program.signal(SIGINT);
    EXPECT_THAT(program.rest_of_output(), HasSubstr("1 frame: 1 TCP segment"));
    EXPECT_EQ(program.wait(), 0);
    EXPECT_EQ(program.errors(), "");
}

TEST_F(Streams, SurviveSignalsThatMeanNothing) {
    support::Program program{{.command = command({"read", "-"})}};
    program.type(text_of(capture::test::pcap_header() + record(sample_frames()[0], 1)));
    program.wait_for("SYN");
    program.signal(SIGWINCH);
    program.signal(SIGSTOP);
    program.signal(SIGCONT);
    program.type(text_of(record(sample_frames()[1], 2)));
    program.wait_for("SYN ACK");
    program.end_input();
    EXPECT_EQ(program.wait(), 0);
}

TEST_F(Streams, SayThatTheDiskIsFull) {
    const std::vector<std::vector<std::string>> commands{{"read", file_},
                                                         {"read", "--json", file_},
                                                         {"read", "--summary", file_},
                                                         {"doctor"},
                                                         {"doctor", "--json"},
                                                         {"--help"},
                                                         {"read", "--help"},
                                                         {"--version"}};
    for (const std::vector<std::string>& arguments : commands) {
        SCOPED_TRACE(::testing::PrintToString(arguments));
        const Outcome outcome = run(arguments, {.output_path = "/dev/full"});
        EXPECT_EQ(outcome.status, 1);
        EXPECT_THAT(outcome.err, HasSubstr("write to standard output: No space left on device"));
        EXPECT_THAT(lines(outcome.err), SizeIs(1));
    }
}

TEST_F(Streams, SayThatStandardOutputIsClosed) {
    for (const std::vector<std::string>& arguments :
         {std::vector<std::string>{"read", file_}, {"doctor"}, {"--help"}, {"--version"}}) {
        const Outcome outcome = run(arguments, {.closed = {1}});
        EXPECT_EQ(outcome.status, 1);
        EXPECT_EQ(outcome.err, "sockstep: write to standard output: Bad file descriptor\n");
    }
}

TEST_F(Streams, NeverBecomeAFileThatIsOpenedLater) {
    const Outcome outcome = run({"read", file_}, {.closed = {0, 1, 2}});
    EXPECT_EQ(outcome.status, 1);
    EXPECT_EQ(capture::test::content(file_), sample_pcap());
}

TEST_F(Streams, LeaveTheExitStatusWhenNobodyCanBeTold) {
    EXPECT_EQ(run({"read", "/no/such/file"}, {.closed = {2}}).status, 1);
    EXPECT_EQ(run({"read", "--frob"}, {.closed = {2}}).status, 2);
    EXPECT_EQ(run({"read", file_}, {.closed = {2}}).status, 0);
}

TEST_F(Streams, EndQuietlyWhenTheReaderGoesAway) {
    Octets many = capture::test::pcap_header();
    for (std::uint32_t i = 0; i < 3000; ++i) {  // far more text than a pipe holds
        many = std::move(many) + record(sample_frames()[0], i);
    }
    const std::string file = folder_.file("many.pcap", many);
    for (const char* const ignored : {"", "PIPE"}) {
        SCOPED_TRACE(ignored);
        struct sigaction before {};
        struct sigaction action {};
        action.sa_handler = *ignored == '\0' ? SIG_DFL : SIG_IGN;  // inherited by the child, as from nohup or Python
        os::check(::sigaction(SIGPIPE, &action, &before), "sigaction");
        support::Program program{{.command = command({"read", file})}};
        os::check(::sigaction(SIGPIPE, &before, nullptr), "sigaction");
        program.wait_for("connection 1\n");
        program.stop_reading();
        EXPECT_EQ(program.wait(), -SIGPIPE);
        EXPECT_EQ(program.errors(), "");
    }
}

}  // namespace
}  // namespace sockstep::app::test
