// tests/app/usage_test.cpp - wrong command lines: one line, exit status 2. And help, which nobody should have to guess.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/cli.hpp"
#include "app/sample.hpp"
#include "capture/temporary_folder.hpp"

namespace sockstep::app::test {
namespace {

using ::testing::HasSubstr;
using ::testing::SizeIs;
using ::testing::StartsWith;

/// `arguments` are wrong: a line that holds `reason`, and nothing done.
void expect_usage_error(const std::vector<std::string>& arguments, const std::string& reason) {
    SCOPED_TRACE(::testing::PrintToString(arguments));
    const Outcome outcome = run(arguments);
    EXPECT_EQ(outcome.status, 2);
    EXPECT_EQ(outcome.out, "");
    EXPECT_THAT(lines(outcome.err), SizeIs(1)) << outcome.err;
    EXPECT_THAT(outcome.err, StartsWith("sockstep: "));
    EXPECT_THAT(outcome.err, HasSubstr(reason));
    EXPECT_LT(outcome.err.size(), 200U);
}

TEST(Usage, NamesWhatIsNotKnown) {
    expect_usage_error({}, "which command?");
    expect_usage_error({"frob"}, "there is no command frob (try: sockstep --help)");
    expect_usage_error({"frob", "read"}, "there is no command frob");
    expect_usage_error({"--frob"}, "there is no option --frob");
    expect_usage_error({"read", "--frob"}, "there is no option --frob (try: sockstep read --help)");
    expect_usage_error({"read", "--frob", "x"}, "there is no option --frob");
    expect_usage_error({"read", "x", "--frob"}, "there is no option --frob");
    expect_usage_error({"doctor", "--connection", "1"}, "there is no option --connection");
    expect_usage_error({"demo", "--filter", "tcp"}, "there is no option --filter");
    expect_usage_error({"demo", "x\ny"}, "one argument too many: x\\x0ay");
}

TEST(Usage, NamesWhatIsMissingOrTooMuch) {
    expect_usage_error({"read"}, "FILE is required");
    expect_usage_error({"capture"}, "--interface is required");
    expect_usage_error({"read", "x", "--filter"}, "--filter: 1 required BPF missing");
    expect_usage_error({"capture", "-i"}, "--interface: 1 required IFACE missing");
    expect_usage_error({"read", "x", "y"}, "one argument too many: y");
    expect_usage_error({"doctor", "x"}, "one argument too many: x");
    expect_usage_error({"read", "x", "--width", "80", "--width", "90"}, "--width");
    expect_usage_error({"read", "x", "--json=perhaps"}, "--json");
}

TEST(Usage, ReadsNumbersStrictly) {
    for (const char* number : {"x", "", "0", "-1", "1.5", "0x10", "1e3", " 7", "7 ", "99999999999999999999999"}) {
        const std::string value{number};
        expect_usage_error({"read", "x", "--connection=" + value}, "--connection");
        expect_usage_error({"capture", "-i", "lo", "--count=" + value}, "--count");
    }
    for (const char* width : {"39", "1001", "wide", "-80", "80abc"}) {
        expect_usage_error({"read", "x", "--width", width}, "--width: must be a whole number from 40 to 1000, not ");
    }
    for (const char* duration : {"0", "-1", "nan", "inf", "1e10", "soon", "", "1s"}) {
        expect_usage_error({"capture", "-i", "lo", std::string{"--duration="} + duration}, "--duration");
    }
    expect_usage_error({"capture", "-i", "lo", "--snaplen", "63"}, "--snaplen: must be a whole number");
}

TEST(Usage, CountsInTens) {
    const capture::test::TemporaryFolder folder;
    const Outcome outcome = run({"read", "--connection", "010", folder.file("a", sample_pcap())});
    EXPECT_THAT(outcome.err, HasSubstr("--connection 10:")) << "not 8, as in C";
}

TEST(Usage, RefusesOptionsThatContradict) {
    for (const std::string option : {"--why", "--ascii", "--width=80"}) {
        expect_usage_error({"read", "x", "--json", option}, "excludes");
        expect_usage_error({"demo", option, "--json"}, "excludes");
    }
    expect_usage_error({"read", "x", "--summary", "--why"}, "excludes");
    expect_usage_error({"capture", "-i", "lo", "--write", "-"}, "--write: standard output is taken");
}

TEST(Usage, RefusesABadFilterBeforeAllElse) {
    for (const char* filter : {"foo bar(", "tcp) or (udp", "port 99999", "tcp\nand\nfoo"}) {
        expect_usage_error({"read", "/no/such/file", "--filter", filter}, "sockstep: --filter: ");
    }
}

class Help : public ::testing::TestWithParam<std::string> {
protected:
    static std::vector<std::string> with(const std::string& option) {
        return GetParam().empty() ? std::vector{option} : std::vector{GetParam(), option};
    }
};

TEST_P(Help, GoesToStandardOutputWithin80Columns) {
    const Outcome outcome = run(with("--help"));
    EXPECT_EQ(outcome.status, 0);
    EXPECT_EQ(outcome.err, "");
    EXPECT_THAT(outcome.out, HasSubstr("Usage: sockstep" + (GetParam().empty() ? "" : " " + GetParam())));
    for (const std::string& line : lines(outcome.out)) {
        EXPECT_LE(line.size(), 80U) << line;
    }
    EXPECT_EQ(run(with("-h")).out, outcome.out);
}

TEST_P(Help, TellsTheVersion) {
    const Outcome outcome = run(with("--version"));
    EXPECT_EQ(outcome.status, 0);
    EXPECT_EQ(outcome.err, "");
    EXPECT_EQ(outcome.out, "sockstep " SOCKSTEP_VERSION "\n");
}

INSTANTIATE_TEST_SUITE_P(Commands, Help, ::testing::Values("", "read", "capture", "demo", "doctor"),
                         [](const auto& command) { return command.param.empty() ? "none" : command.param; });

TEST(HelpText, NamesEveryOptionAndWhatItTakes) {
    const std::string read = run({"read", "--help"}).out;
    EXPECT_THAT(read, HasSubstr("Usage: sockstep read [OPTIONS] FILE\n"));
    for (const char* option :
         {"--filter BPF", "--json", "--summary", "--connection N", "--why", "--ascii", "--width N"}) {
        EXPECT_THAT(read, HasSubstr(std::string{"\n  "} + option + " "));
    }
    const std::string capture = run({"capture", "--help"}).out;
    EXPECT_THAT(capture, HasSubstr("Usage: sockstep capture --interface IFACE [OPTIONS]\n"));
    for (const char* option : {"-i,--interface IFACE", "--write FILE", "--count N", "--duration S", "--snaplen N"}) {
        EXPECT_THAT(capture, HasSubstr(std::string{"\n  "} + option + " "));
    }
}

}  // namespace
}  // namespace sockstep::app::test
