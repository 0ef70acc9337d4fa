// tests/step/request_test.cpp - lines and what they mean.
#include "step/request.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sockstep::step {
namespace {

using ::testing::Contains, ::testing::Field, ::testing::HasSubstr, ::testing::StartsWith;

Request meant(std::string_view line) {
    const auto understood = understand(line);
    EXPECT_TRUE(std::holds_alternative<Request>(understood)) << line;
    const auto* request = std::get_if<Request>(&understood);
    return request == nullptr ? Request{} : *request;
}

std::string complaint(std::string_view line) {
    const auto understood = understand(line);
    const auto* misunderstood = std::get_if<Misunderstood>(&understood);
    return misunderstood == nullptr ? "" : misunderstood->why;
}

TEST(Request, IsTheNextForAnEmptyLine) {
    EXPECT_EQ(meant(""), Request{});
    EXPECT_EQ(meant("  \r\n"), Request{});
    EXPECT_EQ(meant("next"), Request{});
}

TEST(Request, IsTheOneWithThatNumber) {
    EXPECT_EQ(meant(" 12 "), (Request{.number = 12}));
}

TEST(Request, MayBeShortenedAsFarAsItIsUnique) {
    EXPECT_EQ(meant("u FIN"), (Request{.word = Word::Until, .text = "FIN"}));
    EXPECT_EQ(meant("seg"), (Request{.word = Word::Segments}));
    EXPECT_EQ(complaint("b"), "b may be both or back");
    EXPECT_EQ(complaint("d 1"), "d may be drop or duplicate or delay");
}

TEST(Request, TakesANumberOrNoneForASegment) {
    EXPECT_EQ(meant("drop"), (Request{.word = Word::Drop}));
    EXPECT_EQ(meant("drop 3"), (Request{.word = Word::Drop, .number = 3}));
    EXPECT_THAT(complaint("drop x"), HasSubstr("x is no number"));
}

TEST(Request, TakesATimeForADelay) {
    using namespace std::chrono_literals;
    EXPECT_EQ(meant("delay 200ms"), (Request{.word = Word::Delay, .delay = 200ms}));
    EXPECT_EQ(meant("delay 2 1.5s"), (Request{.word = Word::Delay, .number = 2, .delay = 1500ms}));
    EXPECT_EQ(meant("delay 800us"), (Request{.word = Word::Delay, .delay = 800us}));
    for (const char* bad : {"delay", "delay 2", "delay 5 minutes", "delay -1s", "delay nans", "delay 1e30s"}) {
        EXPECT_FALSE(complaint(bad).empty()) << bad;
    }
}

TEST(Request, KeepsTheBlanksOfALineToType) {
    EXPECT_EQ(meant("type client  a  b"), (Request{.word = Word::Type, .program = "client", .text = " a  b"}));
    EXPECT_EQ(meant("type client"), (Request{.word = Word::Type, .program = "client"}));
    EXPECT_THAT(complaint("type"), HasSubstr("which program"));
}

TEST(Request, NeedsWhatToLookForAndWhereToSave) {
    EXPECT_FALSE(complaint("until").empty());
    EXPECT_FALSE(complaint("save").empty());
    EXPECT_EQ(meant("save a file"), (Request{.word = Word::Save, .text = "a file"}));
}

TEST(Request, TakesNothingWhereNothingFollows) {
    EXPECT_EQ(complaint("quit now"), "nothing follows quit");
}

TEST(Request, KnowsANumberThatNothingCanHave) {
    EXPECT_EQ(complaint("0"), "there is no number 0");
    EXPECT_EQ(complaint("999999999999999999999"), "there is no number 999999999999999999999");
}

TEST(Request, TakesNoDelayOfNothing) {
    EXPECT_THAT(complaint("delay 0ms"), HasSubstr("how long?"));
    EXPECT_THAT(complaint("delay -5ms"), HasSubstr("how long?"));
}

TEST(Request, ExplainsEveryWord) {
    for (const char* word :
         {"Enter", "calls", "until", "drop", "duplicate", "delay", "type", "run", "back", "quit", "corrupt", "all"}) {
        EXPECT_THAT(help_of_words(), Contains(Field(&WordHelp::usage, StartsWith(word))));
    }
}

TEST(Request, TellsWhatALineNeedsThatHasOnlyItsWord) {
    EXPECT_EQ(form_after("type "), "NAME TEXT");
    EXPECT_EQ(form_after("delay "), "[N] 200ms");
    EXPECT_EQ(form_after("until "), "[NAME] WORD");
    EXPECT_EQ(form_after("save "), "FILE");
    EXPECT_EQ(form_after("type client "), "");
    EXPECT_EQ(form_after("run "), "");
    EXPECT_EQ(form_after(""), "");
}

}  // namespace
}  // namespace sockstep::step
