// tests/server/utf8_test.cpp - whatever comes in, valid UTF-8 goes out.
#include "chat/utf8.hpp"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace chat {
namespace {

std::string through(std::string_view bytes) {
    Utf8Decoder decoder;
    std::u32string text = decoder.add(bytes);
    text += decoder.finish();
    return encode_utf8(text);
}

TEST(Utf8, LeavesValidTextAsItIs) {
    EXPECT_EQ(through("plain, Grüße, 日本語, 🦊, \xF4\x8F\xBF\xBF"),
              "plain, Grüße, 日本語, 🦊, \xF4\x8F\xBF\xBF");
}

TEST(Utf8, ReplacesBytesThatNeverOccur) {
    EXPECT_EQ(through("a\xFF\xC0\xF5z"), "a\uFFFD\uFFFD\uFFFDz");
    EXPECT_EQ(through("\x80"), "\uFFFD");
}

TEST(Utf8, ReplacesTheLongestBeginningOfACharacterOnce) {
    EXPECT_EQ(through("\xE6\x97z"), "\uFFFDz");    // two bytes of three
    EXPECT_EQ(through("\xF0\x9F\xA6"), "\uFFFD");  // three of four, then the end
    EXPECT_EQ(through("\xF0\x9F\xF0\x9F\xA6\x8A"), "\uFFFD🦊");
}

TEST(Utf8, RefusesOverlongFormsSurrogatesAndTooLargeNumbers) {
    EXPECT_EQ(through("\xC0\xAF"), "\uFFFD\uFFFD");
    EXPECT_EQ(through("\xE0\x80\xAF"), "\uFFFD\uFFFD\uFFFD");
    EXPECT_EQ(through("\xED\xA0\x80"), "\uFFFD\uFFFD\uFFFD");
    EXPECT_EQ(through("\xF4\x90\x80\x80"), "\uFFFD\uFFFD\uFFFD\uFFFD");
}

TEST(Utf8, JoinsACharacterThatComesByteByByte) {
    Utf8Decoder decoder;
    EXPECT_EQ(decoder.add("\xF0"), U"");
    EXPECT_EQ(decoder.add("\x9F\xA6"), U"");
    EXPECT_EQ(decoder.add("\x8A!"), U"🦊!");
    EXPECT_EQ(decoder.finish(), U"");
}

}  // namespace
}  // namespace chat
