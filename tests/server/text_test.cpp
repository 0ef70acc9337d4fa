// tests/server/text_test.cpp - what others see of a line and of a name.
#include "chat/text.hpp"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace chat {
namespace {

using namespace std::string_view_literals;

TEST(CleanLine, TakesOutWhatSteersATerminal) {
    EXPECT_EQ(clean_line("\x1B[31mred\x07\x7F"), "[31mred");
    EXPECT_EQ(clean_line("a\0b\rc"sv), "abc");
    EXPECT_EQ(clean_line("csi\u009B2J"), "csi2J");
}

TEST(CleanLine, TakesOutWhatChangesTheReadingOrder) {
    EXPECT_EQ(clean_line("a\u202Eb\u202Cc\u2066d\u2069e\u2028f"), "abcdef");
}

TEST(CleanLine, KeepsTextOfAllScriptsAndJoinedEmoji) {
    EXPECT_EQ(clean_line("Grüße 日本語 שלום 👩\u200D💻"), "Grüße 日本語 שלום 👩\u200D💻");
}

TEST(CleanLine, MakesATabASpaceAndTrimsTheEnds) {
    EXPECT_EQ(clean_line("\t a\tb \u00A0"), "a b");
    EXPECT_EQ(clean_line(" \t "), "");
}

TEST(CleanLine, ReplacesWhatIsNotUtf8) {
    EXPECT_EQ(clean_line("a\xFFz"), "a\uFFFDz");
}

TEST(CleanName, TakesOutInvisibleCharactersAndJoinsBlanks) {
    EXPECT_EQ(clean_name(" an\u200Bn \u3000 lee\uFEFF "), "ann lee");
    EXPECT_EQ(clean_name("\u2800\u200D\u3164"), "");
}

TEST(ProblemWithName, IsNothingForAnOrdinaryName) {
    EXPECT_FALSE(problem_with_name("Ann Lee"));
    EXPECT_FALSE(problem_with_name("日本語"));
    EXPECT_FALSE(problem_with_name("ääääääääääääääääääääääääääääääää"));  // 32 characters, 64 bytes
}

TEST(ProblemWithName, SaysWhyANameCannotBeUsed) {
    for (const char* name : {"", "* server", "/who", "a: b", "a, b", "Server", "PASSWORD", "Your choice",
                             "123456789012345678901234567890123"}) {
        EXPECT_TRUE(problem_with_name(name)) << name;
    }
}

TEST(SameName, IgnoresTheCaseOfAsciiLetters) {
    EXPECT_TRUE(same_name("Ann", "aNN"));
    EXPECT_FALSE(same_name("Ann", "Anna"));
}

}  // namespace
}  // namespace chat
