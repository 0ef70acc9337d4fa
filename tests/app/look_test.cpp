// tests/app/look_test.cpp - what the text looks like on which terminal: colour, characters, columns.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "app/cli.hpp"
#include "app/sample.hpp"
#include "capture/temporary_folder.hpp"
#include "server/program.hpp"

namespace sockstep::app::test {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* escape = "\x1b[";
constexpr const char* box = "│";

class Look : public ::testing::Test {
protected:
    std::string into_a_file(std::vector<std::string> options, std::vector<std::string> environment) const {
        options.insert(options.begin(), {"read", file_});
        return run(options, {.environment = std::move(environment)}).out;
    }
    /// On a terminal that does not know its width, so that COLUMNS counts.
    std::string on_a_terminal(std::vector<std::string> options, const std::vector<std::string>& environment) const {
        options.insert(options.begin(), {"read", file_});
        support::Program program{{.command = command(options), .terminal = true, .environment = environment}};
        return program.rest_of_output();
    }
    /// The characters of the longest line; UTF-8's continuation octets are none.
    static std::size_t columns(const std::string& text) {
        std::size_t most = 0;
        for (const std::string& line : lines(text)) {
            const auto count = std::ranges::count_if(
                line, [](char octet) { return (static_cast<unsigned char>(octet) & 0xc0U) != 0x80; });
            most = std::max(most, static_cast<std::size_t>(count));
        }
        return most;
    }

    capture::test::TemporaryFolder folder_;
    std::string file_ = folder_.file("sample.pcap", sample_pcap());
};

TEST_F(Look, HasColourOnATerminalOnly) {
    EXPECT_THAT(on_a_terminal({}, {"TERM=xterm", "NO_COLOR=", "LC_ALL=C"}), HasSubstr(escape));
    EXPECT_THAT(into_a_file({}, {"TERM=xterm"}), Not(HasSubstr(escape)));
}

TEST_F(Look, HasNoColourWhereNoneIsWanted) {
    EXPECT_THAT(on_a_terminal({}, {"TERM=xterm", "NO_COLOR=1"}), Not(HasSubstr(escape)));
    EXPECT_THAT(on_a_terminal({}, {"TERM=dumb", "NO_COLOR="}), Not(HasSubstr(escape)));
    EXPECT_THAT(on_a_terminal({"--json"}, {"TERM=xterm", "NO_COLOR="}), Not(HasSubstr(escape)));
}

TEST_F(Look, IsTheSameWithColourAndWithout) {
    std::string coloured = on_a_terminal({}, {"TERM=xterm", "NO_COLOR=", "LC_ALL=C", "COLUMNS=100"});
    for (std::size_t at = 0; (at = coloured.find(escape, at)) != std::string::npos;) {
        coloured.erase(at, coloured.find('m', at) + 1 - at);
    }
    std::erase(coloured, '\r');  // a terminal's line ends
    EXPECT_EQ(coloured, into_a_file({}, {"LC_ALL=C", "COLUMNS=100"}));
}

TEST_F(Look, DrawsWithUnicodeWhereTheLocaleIsUtf8) {
    EXPECT_THAT(into_a_file({}, {"LC_ALL=C.UTF-8"}), HasSubstr(box));
    EXPECT_THAT(into_a_file({}, {"LANG=C.UTF-8"}), HasSubstr(box));
    for (const std::vector<std::string>& plain :
         {std::vector<std::string>{}, {"LANG=C"}, {"LC_ALL=no_SUCH.UTF-8"}, {"LANG=C.UTF-8", "LC_ALL=C"}}) {
        const std::string text = into_a_file({}, plain);
        EXPECT_TRUE(std::ranges::all_of(text, [](char octet) { return static_cast<unsigned char>(octet) < 0x80; }));
    }
    EXPECT_THAT(into_a_file({"--ascii"}, {"LC_ALL=C.UTF-8"}), Not(HasSubstr(box)));
}

TEST_F(Look, DiffersInCharactersOnly) {
    std::string drawn = into_a_file({}, {"LC_ALL=C.UTF-8"});
    const std::pair<std::string, std::string> strokes[] = {{"│", "|"}, {"─", "-"}, {"▶", ">"}, {"◀", "<"}};
    for (const auto& [unicode, ascii] : strokes) {
        for (std::size_t at = 0; (at = drawn.find(unicode, at)) != std::string::npos;) {
            drawn.replace(at, unicode.size(), ascii);
        }
    }
    EXPECT_EQ(drawn, into_a_file({"--ascii"}, {"LC_ALL=C.UTF-8"}));
}

TEST_F(Look, FitsTheWidth) {
    for (const char* locale : {"LC_ALL=C", "LC_ALL=C.UTF-8"}) {
        for (const std::size_t width : {40U, 60U, 80U, 100U, 110U, 120U, 200U, 1000U}) {
            const std::string option = "--width=" + std::to_string(width);
            EXPECT_LE(columns(into_a_file({option}, {locale})), width);
            EXPECT_LE(columns(into_a_file({option, "--why"}, {locale})), width);
        }
    }
    EXPECT_LE(columns(into_a_file({"--summary", "--width=120"}, {})), 120U);
    EXPECT_LE(columns(into_a_file({"--summary", "--width=80"}, {})), 80U);
}

TEST_F(Look, TakesItsWidthFromColumnsOtherwise80) {
    const std::string at_100 = into_a_file({"--width=100"}, {});
    EXPECT_EQ(into_a_file({}, {"COLUMNS=100"}), at_100);
    EXPECT_EQ(into_a_file({"--width=100"}, {"COLUMNS=60"}), at_100);
    const std::string at_80 = into_a_file({"--width=80"}, {});
    for (const char* columns :
         {"COLUMNS=", "COLUMNS=0", "COLUMNS=-5", "COLUMNS=wide", "COLUMNS=99999999999999999999"}) {
        EXPECT_EQ(into_a_file({}, {columns}), at_80) << columns;
    }
}

TEST_F(Look, StaysReadableInATinyOrHugeTerminal) {
    EXPECT_EQ(into_a_file({}, {"COLUMNS=1"}), into_a_file({"--width=40"}, {}));
    EXPECT_EQ(into_a_file({}, {"COLUMNS=4000000000"}), into_a_file({"--width=1000"}, {}));
}

}  // namespace
}  // namespace sockstep::app::test
