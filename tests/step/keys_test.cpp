// tests/step/keys_test.cpp - octets of a terminal and the lines they mean.
#include "step/keys.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sockstep::step {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(Keys, MeanWordsWhileNothingIsWritten) {
    EXPECT_THAT(Keys{}.press("\r nq"), ElementsAre("", "", "", "quit"));
    EXPECT_THAT(Keys{}.press("csbdxrwh?"),
                ElementsAre("calls", "segments", "both", "drop", "duplicate", "run", "why", "help", "help"));
}

TEST(Keys, TakeArrowsForThePast) {
    EXPECT_THAT(Keys{}.press("\x1b[D\x1b[C\x1b[A\x1b[B"), ElementsAre("back", "forward", "back", "forward"));
    EXPECT_THAT(Keys{}.press("\x1bOD\x1b[1;5C\x1b[3~"), ElementsAre("back", "forward"));
}

TEST(Keys, WriteALineThatNeedsMore) {
    Keys keys;
    EXPECT_THAT(keys.press("tclient he"), IsEmpty());
    EXPECT_EQ(keys.line(), "type client he");
    EXPECT_THAT(keys.press("llo q\r"), ElementsAre("type client hello q"));
    EXPECT_EQ(keys.line(), "");
    EXPECT_THAT(keys.press("q"), ElementsAre("quit"));
}

TEST(Keys, WriteNumbersAndAnyWord) {
    EXPECT_THAT(Keys{}.press("12\r"), ElementsAre("12"));
    EXPECT_THAT(Keys{}.press(":drop 2\r"), ElementsAre("drop 2"));
    EXPECT_THAT(Keys{}.press("uFIN\rD1s\rSx\r"), ElementsAre("until FIN", "delay 1s", "save x"));
}

TEST(Keys, TakeBackWholeCharacters) {
    Keys keys;
    keys.press("tbob \xc3\xa9\x7f");
    EXPECT_EQ(keys.line(), "type bob ");
    keys.press("\x15");
    EXPECT_EQ(keys.line(), "");
    EXPECT_THAT(keys.press("n"), ElementsAre(""));
}

TEST(Keys, GiveUpALineAtEscape) {
    Keys keys;
    keys.press("uFIN");
    keys.press("\x1b");
    EXPECT_EQ(keys.line(), "");
    EXPECT_THAT(keys.press("\r"), ElementsAre(""));
}

TEST(Keys, QuitAtControlCWhateverIsWritten) {
    Keys keys;
    keys.press("uFIN");
    EXPECT_THAT(keys.press("\x03"), ElementsAre("quit"));
}

TEST(Keys, IgnoreWhatMeansNothing) {
    EXPECT_THAT(Keys{}.press("zZ\x01\xff\x1b[99"), IsEmpty());
}

}  // namespace
}  // namespace sockstep::step
