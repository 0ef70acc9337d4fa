// tests/app/bad_input_test.cpp - sockstep read: what is wrong with a file, in one line, after all that was right.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "app/cli.hpp"
#include "app/sample.hpp"
#include "capture/temporary_folder.hpp"
#include "server/program.hpp"

namespace sockstep::app::test {
namespace {

using capture::test::PcapShape;
using ::testing::HasSubstr;
using ::testing::SizeIs;
using ::testing::StartsWith;

class BadInput : public ::testing::Test {
protected:
    /// Reading `content` must fail with one line that names the file, `offset` and `fault`, after `frames` frames.
    void expect_fault(const Octets& content, std::size_t offset, const std::string& fault, std::size_t frames) const {
        const std::string file = folder_.file("bad.pcap", content);
        const Outcome from_file = run({"read", "--json", file});
        EXPECT_EQ(from_file.status, 1);
        EXPECT_THAT(lines(from_file.err), SizeIs(1)) << from_file.err;
        EXPECT_THAT(from_file.err, StartsWith("sockstep: " + file + ": at offset " + std::to_string(offset) + ": "));
        EXPECT_THAT(from_file.err, HasSubstr(fault));
        EXPECT_THAT(of_type(json_lines(from_file.out), "segment"), SizeIs(frames));

        const Outcome from_input = run({"read", "--json", "-"}, {.input = text_of(content)});
        EXPECT_EQ(from_input.status, 1);
        EXPECT_EQ(from_input.out, from_file.out);
        EXPECT_THAT(from_input.err, StartsWith("sockstep: standard input: at offset " + std::to_string(offset)));
    }

    static Octets cut(Octets octets, std::size_t size) {
        octets.resize(size);
        return octets;
    }
    /// A file header and one record of a TCP segment.
    static Octets one_record(const PcapShape& shape = {}) {
        return capture::test::pcap_header(shape) + record(sample_frames()[0], 1);
    }

    capture::test::TemporaryFolder folder_;
};

TEST_F(BadInput, IsNoCapture) {
    expect_fault({'h', 'e', 'l', 'l', 'o'}, 0, "neither pcap nor pcapng: begins with 68 65 6c 6c", 0);
}

TEST_F(BadInput, IsEmpty) {
    expect_fault({}, 0, "the file is empty", 0);
    const auto outcome = run({"read", "/dev/null"});
    EXPECT_EQ(outcome.err, "sockstep: /dev/null: at offset 0: the file is empty\n");
    EXPECT_EQ(outcome.out, "") << "nothing was counted";
}

TEST_F(BadInput, IsCutInTheFileHeader) {
    expect_fault(cut(sample_pcap(), 3), 0, "too short for pcap or pcapng", 0);
    expect_fault(cut(sample_pcap(), 23), 0, "the pcap file header is cut: 23 of 24 octets are there", 0);
}

TEST_F(BadInput, IsCutInARecord) {
    const std::size_t first = one_record().size();
    expect_fault(cut(sample_pcap(), first + 7), first, "record 2 is cut in its header: 7 of 16 octets are there", 1);
    expect_fault(cut(sample_pcap(), first + 30), first, "record 2 is cut: 30 of ", 1);
}

TEST_F(BadInput, IsCutInABlock) {
    const Octets start = capture::test::section_header() + capture::test::interface_description();
    const Octets one = start + capture::test::enhanced_packet(sample_frames()[0]);
    expect_fault(cut(one, one.size() - 1), start.size(), "Enhanced Packet Block is cut", 0);
    expect_fault(cut(sample_pcapng(), one.size() + 5), one.size(), "the header of a block is cut", 1);
    expect_fault(cut(start, 10), 0, "is cut", 0);
}

TEST_F(BadInput, HasAnImpossibleLength) {
    const Octets monster = capture::test::pcap_record(sample_frames()[1], {.captured = 0x7fffffff});
    expect_fault(one_record() + monster, one_record().size(), "record 2 has an impossible captured length", 1);
    const Octets one = capture::test::section_header() + capture::test::interface_description() +
                       capture::test::enhanced_packet(sample_frames()[0]);
    expect_fault(one + Octets{6, 0, 0, 0, 0xf0, 0xff, 0xff, 0xff}, one.size(), "has an impossible length", 1);
}

TEST_F(BadInput, LiesAboutItsSnapLength) {
    expect_fault(one_record({.snaplen = 20}), 24, "above the snap length 20 of the file", 1);
}

TEST_F(BadInput, TellsTheFirstOfSeveralFaultsAndHowManyAreLeft) {
    const Octets file =
        one_record({.snaplen = 20}) + capture::test::pcap_record(sample_frames()[1], {.original = 1}) + Octets{1, 2, 3};
    expect_fault(file, 24, "above the snap length 20 of the file; and 2 faults more after it\n", 2);
}

TEST_F(BadInput, IsDamagedOrCutGzip) {
    const Octets packed = capture::test::gzip(sample_pcap());
    const std::string file = folder_.file("cut.gz", cut(packed, packed.size() - 20));
    const Outcome from_cut = run({"read", "--json", file});
    EXPECT_EQ(from_cut.status, 1);
    EXPECT_THAT(lines(from_cut.err), SizeIs(1));
    EXPECT_THAT(from_cut.err, HasSubstr("the gzip data is cut here"));
    EXPECT_FALSE(of_type(json_lines(from_cut.out), "segment").empty()) << "what came before the cut";

    Octets damaged = packed;
    damaged[packed.size() - 6] ^= 0xff;  // the CRC: all frames are there, and one of them may be wrong
    const Outcome from_damaged = run({"read", "--json", folder_.file("damaged.gz", damaged)});
    EXPECT_EQ(from_damaged.status, 1);
    EXPECT_THAT(lines(from_damaged.err), SizeIs(1));
    EXPECT_THAT(from_damaged.err, HasSubstr("the gzip data is damaged here"));
    EXPECT_THAT(of_type(json_lines(from_damaged.out), "segment"), SizeIs(10));
}

TEST_F(BadInput, CannotBeOpened) {
    const std::string secret = folder_.file("secret", sample_pcap());
    ::chmod(secret.c_str(), 0);
    const std::pair<std::string, const char*> cases[] = {{folder_.file("missing"), "No such file or directory"},
                                                         {folder_.file(""), "Is a directory"},
                                                         {"", "No such file or directory"},
                                                         {secret, "Permission denied"}};
    for (const auto& [file, reason] : cases) {
        const Outcome outcome = run({"read", file}, {.user = file == secret ? ordinary_user() : std::nullopt});
        EXPECT_EQ(outcome.status, 1) << file;
        EXPECT_EQ(outcome.err, "sockstep: open(" + file + "): " + reason + "\n");
        EXPECT_EQ(outcome.out, "");
    }
}

TEST_F(BadInput, CannotBreakTheLineWithItsName) {
    const std::string file = folder_.file("new\nline\x1b[2J", {'x'});
    const Outcome outcome = run({"read", file});
    EXPECT_EQ(outcome.status, 1);
    EXPECT_THAT(lines(outcome.err), SizeIs(1));
    EXPECT_THAT(outcome.err, HasSubstr("new\\x0aline\\x1b[2J: at offset 0"));
}

TEST_F(BadInput, IsAPipeWithoutAnOctet) {
    support::Program program{{.command = command({"read", "-"})}};
    program.end_input();
    EXPECT_EQ(program.wait(), 1);
    EXPECT_EQ(program.errors(), "sockstep: standard input: at offset 0: the file is empty\n");
}

TEST_F(BadInput, IsAClosedStandardInput) {
    const Outcome outcome = run({"read", "-"}, {.closed = {0}});
    EXPECT_EQ(outcome.status, 1);
    EXPECT_EQ(outcome.err, "sockstep: read(standard input): Bad file descriptor\n");
}

TEST_F(BadInput, HasAFilterWithoutMeaningForItsLinkType) {
    const std::string file =
        folder_.file("raw.pcap", capture::test::pcap_header({.link = 101}) + record(sample_frames()[0], 1));
    const Outcome outcome = run({"read", "--filter", "ether host 2:0:0:0:0:1", file});
    EXPECT_EQ(outcome.status, 2);
    EXPECT_THAT(lines(outcome.err), SizeIs(1));
    EXPECT_THAT(outcome.err, StartsWith("sockstep: --filter: "));
    EXPECT_EQ(outcome.out, "");
}

}  // namespace
}  // namespace sockstep::app::test
