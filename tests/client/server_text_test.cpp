// tests/client/server_text_test.cpp - what the client makes of what the server sent.
#include "server_text.hpp"

#include <gtest/gtest.h>

namespace chat {
namespace {

TEST(ServerText, IsPrintedAsItCame) {
    ServerText text;
    EXPECT_EQ(text.add("* Welcome\n  1  Grüße\nYour choice: "), "* Welcome\n  1  Grüße\nYour choice: ");
    EXPECT_TRUE(text.within_line());
}

TEST(ServerText, LosesWhatSteersATerminal) {
    ServerText text;
    EXPECT_EQ(text.add("a\x1B[2J\r\nb\x07\u009B\n"), "a[2J\nb\n");
}

TEST(ServerText, KeepsACharacterThatIsCutBetweenTwoPieces) {
    ServerText text;
    EXPECT_EQ(text.add("a\xC3"), "a");
    EXPECT_EQ(text.add("\xA4z"), "äz");
}

TEST(ServerText, KnowsThatAPasswordIsAskedFor) {
    ServerText text;
    text.add("Group ID: Pass");
    EXPECT_FALSE(text.asks_password());
    text.add("word: ");
    EXPECT_TRUE(text.asks_password());
    text.add("* Wrong\n");
    EXPECT_FALSE(text.asks_password());
}

TEST(ServerText, KnowsAGoodbyeOfTheServerFromOneOfAMember) {
    ServerText text;
    text.add("bob: * Goodbye.\n");
    EXPECT_FALSE(text.said_goodbye());
    text.add("* Goodbye.\n");
    EXPECT_TRUE(text.said_goodbye());
    text.add("Your choice: * Goodbye.\n");
    EXPECT_TRUE(text.said_goodbye());
    text.add("ann: hi\n");
    EXPECT_FALSE(text.said_goodbye());
}

TEST(ServerText, KeepsOnlyTheEndOfAnEndlessLine) {
    ServerText text;
    for (int i = 0; i < 1000; ++i) {
        text.add(std::string(1000, 'x'));
    }
    text.add("Password: ");
    EXPECT_TRUE(text.asks_password());
}

}  // namespace
}  // namespace chat
