// tests/app/demo_script_test.cpp - the script goes on when, and only when, what it waits for has happened.
#include "app/demo_script.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sockstep::app {
namespace {

using enum Actor;
using enum Step::Does;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

/// What the script wants done now, as a text: "Alice types 2".
std::vector<std::string> done(ChatScript& script) {
    std::vector<std::string> texts;
    for (const ChatScript::Action& action : script.next_actions()) {
        texts.push_back(std::string{name_of(action.step.actor)} + " types " + action.typed);
    }
    return texts;
}

constexpr Step short_script[] = {
    {Server, Prints, "listening"},
    {Alice, Prints, "Name: "},
    {Alice, Types, "Alice"},
    {Alice, TellsGroup, "in group "},
    {Bob, Prints, "ID: "},
    {Bob, Types, "{group}"},
    {Bob, Exits},
};

ChatScript at_alices_name() {
    ChatScript script{short_script};
    script.next_actions();
    script.printed(Server, "listening\n");
    script.next_actions();
    return script;
}

TEST(ChatScript, HandsOutEachActionOnce) {
    ChatScript script = at_alices_name();
    script.printed(Alice, "Name: ");
    EXPECT_THAT(done(script), ElementsAre("Alice types Alice"));
    EXPECT_THAT(done(script), IsEmpty());
}

TEST(ChatScript, WaitsUntilAWordIsComplete) {
    ChatScript script = at_alices_name();
    script.printed(Alice, "Name: in group 12");
    script.next_actions();
    script.printed(Bob, "ID: ");
    EXPECT_THAT(done(script), IsEmpty());
    script.printed(Alice, "34 ");
    EXPECT_THAT(done(script), ElementsAre("Bob types 1234"));
}

TEST(ChatScript, TakesAPromptInPieces) {
    ChatScript script = at_alices_name();
    script.printed(Alice, "Welcome\nNa");
    EXPECT_THAT(done(script), IsEmpty());
    EXPECT_EQ(script.waits_for(), "Alice's chat-client to print \"Name: \"");
    script.printed(Alice, "me: ");
    EXPECT_THAT(done(script), ElementsAre("Alice types Alice"));
}

TEST(ChatScript, DoesNotTakeOnePromptForTwo) {
    constexpr Step steps[] = {{Bob, Prints, "Name: "}, {Bob, Types, "1"}, {Bob, Prints, "Name: "}, {Bob, Types, "2"}};
    ChatScript script{steps};
    script.printed(Bob, "Name: ");
    EXPECT_THAT(done(script), ElementsAre("Bob types 1"));
    script.printed(Bob, "Name: ");
    EXPECT_THAT(done(script), ElementsAre("Bob types 2"));
}

TEST(ChatScript, RemembersWhatOthersPrintedMeanwhile) {
    constexpr Step steps[] = {{Bob, Prints, "left"}, {Alice, Prints, "Bob left"}, {Alice, Types, "/quit"}};
    ChatScript script{steps};
    script.printed(Alice, "* Bob left.\n");
    EXPECT_THAT(done(script), IsEmpty());
    script.printed(Bob, "* You left.\n");
    EXPECT_THAT(done(script), ElementsAre("Alice types /quit"));
}

TEST(ChatScript, TypesTheGroupThatItWasTold) {
    ChatScript script = at_alices_name();
    script.printed(Alice, "Name: in group 123456 as Alice\n");
    EXPECT_THAT(done(script), ElementsAre("Alice types Alice"));
    script.printed(Bob, "ID: ");
    EXPECT_THAT(done(script), ElementsAre("Bob types 123456"));
}

TEST(ChatScript, IsFinishedWhenAllHaveEnded) {
    ChatScript script = at_alices_name();
    script.printed(Alice, "Name: in group 123456 as Alice\n");
    script.printed(Bob, "ID: ");
    done(script);
    script.exited(Bob, true);
    EXPECT_THAT(done(script), IsEmpty());
    EXPECT_TRUE(script.finished());
}

TEST(ChatScript, IsStuckWhenWhoItWaitsForHasEnded) {
    ChatScript script = at_alices_name();
    script.exited(Bob, true);
    EXPECT_FALSE(script.stuck()) << "it waits for Alice";
    script.exited(Alice, true);
    script.next_actions();
    EXPECT_TRUE(script.stuck());
}

TEST(ChatScript, IsOverdueWhenItWaitsForOneThingTooLong) {
    using std::chrono_literals::operator""s;
    ChatScript script = at_alices_name();
    const base::Timestamp start{};
    EXPECT_FALSE(script.overdue(start));
    EXPECT_FALSE(script.overdue(start + ChatScript::patience));
    EXPECT_TRUE(script.overdue(start + ChatScript::patience + 1s));
    script.printed(Alice, "Name: ");
    script.next_actions();
    EXPECT_FALSE(script.overdue(start + ChatScript::patience + 1s)) << "it has gone on";
    EXPECT_TRUE(script.overdue(start + 2 * ChatScript::patience + 2s));
}

TEST(ChatScript, IsNeverOverdueAtItsEnd) {
    using std::chrono_literals::operator""s;
    ChatScript script{{}};
    EXPECT_FALSE(script.overdue({}));
    EXPECT_FALSE(script.overdue(base::Timestamp{} + 2 * ChatScript::patience));
}

TEST(ChatScript, IsNotStuckByAnEndAfterTheRightWords) {
    ChatScript script = at_alices_name();
    script.printed(Alice, "Name: ");
    script.exited(Alice, true);
    EXPECT_THAT(done(script), ElementsAre("Alice types Alice"));
}

TEST(ChatScript, IsStuckWhenAnEndIsAFailure) {
    constexpr Step steps[] = {{Bob, Exits}};
    ChatScript script{steps};
    EXPECT_FALSE(script.stuck());
    script.exited(Bob, false);
    script.next_actions();
    EXPECT_TRUE(script.stuck());
}

TEST(ChatSteps, WaitForEachClientToEnd) {
    for (const Actor actor : {Alice, Bob}) {
        std::string last;
        for (const Step& step : chat_steps()) {
            last = step.actor == actor ? (step.does == Exits ? "exits" : "goes on") : last;
        }
        EXPECT_EQ(last, "exits") << name_of(actor);
    }
}

}  // namespace
}  // namespace sockstep::app
