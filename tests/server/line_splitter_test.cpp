// tests/server/line_splitter_test.cpp - lines out of a stream that keeps no borders.
#include "chat/line_splitter.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace chat {
namespace {

using testing::ElementsAre;
using namespace std::string_view_literals;

/// All lines that are complete now; "(too long)" for one that was.
std::vector<std::string> lines_of(LineSplitter& splitter) {
    std::vector<std::string> lines;
    while (const std::optional<Line> line = splitter.next()) {
        lines.push_back(line->too_long ? "(too long)" : line->text);
    }
    return lines;
}

std::vector<std::string> split(std::string_view bytes, std::size_t longest = 80) {
    LineSplitter splitter{longest};
    splitter.add(bytes);
    return lines_of(splitter);
}

TEST(LineSplitter, EndsALineAtLfOrCrlf) {
    EXPECT_THAT(split("a\nb\r\n\n"), ElementsAre("a", "b", ""));
}

TEST(LineSplitter, KeepsACarriageReturnWithinALine) {
    EXPECT_THAT(split("a\rb\r\r\n"), ElementsAre("a\rb\r"));
}

TEST(LineSplitter, JoinsALineThatComesByteByByte) {
    LineSplitter splitter{80};
    for (const char byte : "hello\r"sv) {
        splitter.add({&byte, 1});
        EXPECT_FALSE(splitter.next());
    }
    splitter.add("\nx");
    EXPECT_THAT(lines_of(splitter), ElementsAre("hello"));
}

TEST(LineSplitter, KeepsNulBytes) {
    EXPECT_THAT(split("a\0b\n"sv), ElementsAre("a\0b"sv));
}

TEST(LineSplitter, CountsTheLengthWithoutTheLineEnd) {
    EXPECT_THAT(split("12345\n12345\r\n123456\n123456\r\n1\n", 5),
                ElementsAre("12345", "12345", "(too long)", "(too long)", "1"));
}

TEST(LineSplitter, SkipsAMegabyteWithoutNewlineAndGoesOn) {
    LineSplitter splitter{80};
    for (int i = 0; i < 1024; ++i) {
        splitter.add(std::string(1024, 'x'));
        EXPECT_FALSE(splitter.next());
    }
    splitter.add("\nafter\n");
    EXPECT_THAT(lines_of(splitter), ElementsAre("(too long)", "after"));
}

TEST(LineSplitter, TakesOutTelnetCommands) {
    EXPECT_THAT(split("a\xFF\xFB\x01"                   // WILL ECHO
                      "b\xFF\xF1"                       // NOP
                      "c\xFF\xFA\x18\x00xterm\xFF\xF0"  // a subnegotiation
                      "d\xFF\xFF"                       // 255 itself
                      "e\r\n"sv),
                ElementsAre("abcd\xFF"
                            "e"));
}

TEST(LineSplitter, TakesOutTelnetCommandsThatComeInPieces) {
    LineSplitter splitter{80};
    for (const char byte : "a\xFF\xFD\x03z\n"sv) {
        splitter.add({&byte, 1});
    }
    EXPECT_THAT(lines_of(splitter), ElementsAre("az"));
}

TEST(LineSplitter, EndsALineEvenWithinATelnetCommand) {
    EXPECT_THAT(split("a\xFF\xFA rubbish without end\nb\xFF\nc\xFF\xFB\nd\n"), ElementsAre("a", "b", "c", "d"));
}

TEST(Wipe, OverwritesAndEmpties) {
    std::string secret = "a password long enough for the heap";
    const char* bytes = secret.data();
    wipe(secret);
    EXPECT_TRUE(secret.empty());
    EXPECT_EQ(bytes, secret.data());
    EXPECT_EQ(bytes[3], '\0');
}

}  // namespace
}  // namespace chat
