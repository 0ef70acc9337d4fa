// tests/step/controller_test.cpp - scripted events and words, and the commands that come of them.
#include "step/controller.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "step/lesson.hpp"

namespace sockstep::step {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

TEST(Controller, StopsOnceThingsHaveComeToRest) {
    Lesson lesson;
    EXPECT_THAT(lesson.waits(call(1, "client", "connect")), IsEmpty());
    EXPECT_FALSE(lesson.controller.is_stopped());
    EXPECT_THAT(lesson.quiet(), ElementsAre("stop"));
    EXPECT_TRUE(lesson.controller.is_stopped());
}

TEST(Controller, LetsTheFirstInOrderGoAtEnter) {
    Lesson lesson;
    lesson.waits(call(1, "client", "connect"));
    lesson.waits(call(2, "server", "accept"));
    lesson.quiet();
    EXPECT_THAT(lesson.say(""), ElementsAre("call 2 goes"));
    EXPECT_FALSE(lesson.controller.is_stopped());
    EXPECT_THAT(lesson.quiet(), ElementsAre("stop"));
    EXPECT_THAT(lesson.say(""), ElementsAre("call 1 goes"));
}

TEST(Controller, SaysWhatGoesOnWhileItIsNotStopped) {
    Lesson lesson;
    lesson.waits(call(1, "client", "connect"));
    lesson.quiet();
    EXPECT_EQ(lesson.controller.under_way(), "");
    lesson.say("until client SYN");
    EXPECT_EQ(lesson.controller.under_way(), "running until client SYN");
    lesson.say("");
    EXPECT_EQ(lesson.controller.under_way(), "going on until things come to rest");
    lesson.quiet();
    lesson.say("run");
    EXPECT_EQ(lesson.controller.under_way(), "running");
}

TEST(Controller, LetsTheOneGoWhoseNumberIsSaid) {
    Lesson lesson;
    lesson.waits(call(1, "server", "accept"));
    lesson.waits(call(2, "client", "connect"));
    lesson.quiet();
    EXPECT_THAT(lesson.say("2"), ElementsAre("call 2 goes"));
}

TEST(Controller, SaysWhatIsPossibleWhereANumberIsNot) {
    Lesson lesson;
    lesson.waits(segment(1, "client", syn));
    lesson.quiet();
    EXPECT_THAT(lesson.say("2"), ElementsAre(AllOf(HasSubstr("there is no number 2"), HasSubstr("Now: Enter, drop"))));
    EXPECT_TRUE(lesson.controller.is_stopped());
}

TEST(Controller, DecidesTheFateOfTheFirstSegmentThatWaits) {
    Lesson lesson;
    lesson.waits(call(1, "server", "recv"));
    lesson.waits(segment(1, "client", ack, 5));
    lesson.waits(segment(2, "client", fin | ack));
    lesson.quiet();
    EXPECT_THAT(lesson.say("drop"), ElementsAre("segment 1 is dropped"));
    lesson.quiet();
    EXPECT_THAT(lesson.say("delay 200ms"), ElementsAre("segment 2 is late by 200 ms"));
}

TEST(Controller, DecidesTheFateOfTheSegmentWhoseNumberIsSaid) {
    Lesson lesson;
    lesson.waits(segment(1, "client", ack, 5));
    lesson.waits(segment(2, "client", fin | ack));
    lesson.quiet();
    EXPECT_THAT(lesson.say("duplicate 2"), ElementsAre("segment 2 is doubled"));
}

TEST(Controller, DropsNoCalls) {
    Lesson lesson;
    lesson.waits(call(1, "server", "recv"));
    lesson.quiet();
    EXPECT_THAT(lesson.say("drop 1"), ElementsAre(HasSubstr("number 1 is a call")));
    EXPECT_THAT(lesson.say("drop"), ElementsAre(HasSubstr("no segment waits")));
    EXPECT_THAT(lesson.controller.waiting(), testing::SizeIs(1));
}

TEST(Controller, StopsOnlyAtCallsWhenToldSo) {
    Lesson lesson;
    lesson.waits(call(1, "client", "connect"));
    lesson.waits(segment(1, "client", syn));
    lesson.quiet();
    EXPECT_THAT(lesson.say("calls"), ElementsAre("segment 1 is delivered"));
    EXPECT_THAT(lesson.waits(segment(2, "server", syn | ack)), ElementsAre("segment 2 is delivered"));
    EXPECT_THAT(lesson.waits(call(2, "server", "accept")), IsEmpty());
    EXPECT_THAT(lesson.quiet(), ElementsAre("stop"));
}

TEST(Controller, StopsOnlyAtSegmentsWhenToldSo) {
    Lesson lesson;
    lesson.waits(segment(1, "client", syn));
    lesson.quiet();
    EXPECT_THAT(lesson.say("segments"), ElementsAre("refresh"));
    EXPECT_TRUE(lesson.controller.is_stopped());
    EXPECT_THAT(lesson.waits(call(1, "server", "accept")), ElementsAre("call 1 goes"));
    EXPECT_THAT(lesson.say("both"), ElementsAre("refresh"));
    EXPECT_THAT(lesson.waits(call(2, "server", "accept")), IsEmpty());
}

TEST(Controller, GoesOnStepByStepUntilACallOfThatName) {
    Lesson lesson;
    lesson.waits(call(1, "server", "socket"));
    lesson.quiet();
    EXPECT_THAT(lesson.say("until bind"), ElementsAre("call 1 goes"));
    EXPECT_THAT(lesson.waits(call(2, "client", "socket")), IsEmpty());
    EXPECT_THAT(lesson.quiet(), ElementsAre("call 2 goes"));
    lesson.waits(call(3, "server", "bind"));
    EXPECT_THAT(lesson.quiet(), ElementsAre("stop"));
    EXPECT_EQ(lesson.controller.reason(), "server is about to call bind");
}

TEST(Controller, GoesOnUntilAFlagThoughOnlyCallsAreStoppedAt) {
    Lesson lesson;
    lesson.waits(call(1, "client", "close"));
    lesson.quiet();
    lesson.say("calls");
    EXPECT_THAT(lesson.say("until fin"), ElementsAre("call 1 goes"));
    EXPECT_THAT(lesson.waits(segment(1, "client", ack)), ElementsAre("segment 1 is delivered"));
    EXPECT_THAT(lesson.waits(segment(2, "client", fin | ack)), IsEmpty());
    EXPECT_THAT(lesson.quiet(), ElementsAre("stop"));
    EXPECT_EQ(lesson.controller.reason(), "fin of client waits on the wire");
}

TEST(Controller, GoesOnUntilALineIsPrintedInPieces) {
    Lesson lesson;
    lesson.waits(call(1, "server", "recv"));
    lesson.quiet();
    lesson.say("until hello world");
    lesson.happens(Printed{"server", record::Stream::Output, "hello\nhello "});
    EXPECT_THAT(lesson.quiet(), IsEmpty());
    lesson.happens(Printed{"server", record::Stream::Output, "world"});
    EXPECT_THAT(lesson.quiet(), ElementsAre("stop"));
    EXPECT_EQ(lesson.controller.reason(), "server printed it");
}

TEST(Controller, GoesOnUntilOneOfTwoProgramsDoesIt) {
    Lesson lesson;
    lesson.waits(call(1, "server", "socket"));
    lesson.quiet();
    lesson.say("until client send");
    lesson.waits(call(2, "server", "send"));
    EXPECT_THAT(lesson.quiet(), ElementsAre("call 2 goes"));
    lesson.waits(call(3, "client", "send"));
    EXPECT_THAT(lesson.quiet(), ElementsAre("stop"));
}

TEST(Controller, TellsThatWhatIsSoughtNeverCame) {
    Lesson lesson;
    lesson.waits(call(1, "client", "close"));
    lesson.quiet();
    lesson.say("until RST");
    EXPECT_THAT(lesson.happens(RunEnds{}), ElementsAre("stop"));
    EXPECT_EQ(lesson.controller.reason(), "the run is over, and RST never came");
}

TEST(Controller, SeeksOnWhereAProgramWaitsForInput) {  // a timer of the kernel may bring what is sought
    Lesson lesson;
    lesson.waits(call(1, "client", "recv"));
    lesson.quiet();
    lesson.say("until send");
    lesson.happens(WaitsForInput{"client", 7});
    EXPECT_THAT(lesson.quiet(), IsEmpty());
    EXPECT_THAT(lesson.happens(Idle{}), ElementsAre("stop"));
    EXPECT_EQ(lesson.controller.reason(), "nothing has come; client waits for input: type client TEXT");
}

TEST(Controller, WaitsForSomethingWhereNothingIsHeld) {
    Lesson lesson;
    lesson.quiet();
    EXPECT_THAT(lesson.say(""), ElementsAre(HasSubstr("waiting for something")));
    EXPECT_THAT(lesson.quiet(), IsEmpty());
    lesson.waits(call(1, "client", "send"));
    EXPECT_THAT(lesson.quiet(), ElementsAre("stop"));
}

TEST(Controller, StopsWaitingWhenNothingComes) {
    Lesson lesson;
    lesson.quiet();
    lesson.say("");
    EXPECT_THAT(lesson.happens(Idle{}), ElementsAre("stop"));
    EXPECT_EQ(lesson.controller.reason(), "nothing has come");
}

TEST(Controller, AsksForInputWhereAProgramWaitsForIt) {
    Lesson lesson;
    lesson.happens(WaitsForInput{"client", 7});
    lesson.quiet();
    EXPECT_THAT(lesson.say(""), ElementsAre(HasSubstr("client waits for input: type client TEXT")));
    EXPECT_THAT(lesson.say("type client  hello there "), ElementsAre("client reads  hello there"));
    EXPECT_FALSE(lesson.controller.is_stopped());
}

TEST(Controller, TypesToNobodyItDoesNotKnow) {
    Lesson lesson;
    lesson.quiet();
    EXPECT_THAT(lesson.say("type bob hello"), ElementsAre(HasSubstr("no program is called bob: server, client")));
}

TEST(Controller, RunsOnAndStopsAgainAtEnter) {
    Lesson lesson;
    lesson.waits(segment(1, "client", syn));
    lesson.waits(call(1, "server", "accept"));
    lesson.quiet();
    EXPECT_THAT(lesson.say("run"), ElementsAre("segment 1 is delivered", "call 1 goes"));
    EXPECT_THAT(lesson.waits(call(2, "client", "send")), ElementsAre("call 2 goes"));
    EXPECT_THAT(lesson.quiet(), ElementsAre("refresh"));
    EXPECT_THAT(lesson.say("drop"), ElementsAre(HasSubstr("programs are running. Now: Enter (stops)")));
    EXPECT_THAT(lesson.say(""), IsEmpty());
    EXPECT_THAT(lesson.waits(call(3, "client", "send")), IsEmpty());
    EXPECT_THAT(lesson.quiet(), ElementsAre("stop"));
}

TEST(Controller, ShowsThePastAndDoesNothingInIt) {
    Lesson lesson;
    lesson.waits(call(1, "server", "socket"));
    lesson.quiet();
    lesson.say("");
    lesson.waits(call(2, "server", "bind"));
    lesson.quiet();
    EXPECT_THAT(lesson.say("back"), ElementsAre("show 1 of 2"));
    EXPECT_THAT(lesson.say("back"), ElementsAre(HasSubstr("this is the first stop")));
    EXPECT_THAT(lesson.say("1"), ElementsAre(HasSubstr("this is the past")));
    EXPECT_THAT(lesson.say(""), ElementsAre("show 2 of 2"));
    EXPECT_THAT(lesson.say("forward"), ElementsAre(HasSubstr("this is the present")));
    EXPECT_THAT(lesson.say(""), ElementsAre("call 2 goes"));
}

TEST(Controller, GoesBackToTheLastStopWhileProgramsRun) {
    Lesson lesson;
    lesson.waits(call(1, "server", "accept"));
    lesson.quiet();
    EXPECT_THAT(lesson.say("run"), ElementsAre("call 1 goes"));
    EXPECT_THAT(lesson.say("back"), ElementsAre("show 1 of 1"));
    EXPECT_THAT(lesson.say("back"), ElementsAre(HasSubstr("this is the first stop")));
    EXPECT_THAT(lesson.say("drop"), ElementsAre(HasSubstr("this is the past")));
    EXPECT_THAT(lesson.say("forward"), ElementsAre("show 2 of 1"));
    EXPECT_THAT(lesson.say("forward"), ElementsAre(HasSubstr("this is the present")));
    EXPECT_THAT(lesson.say("drop"), ElementsAre(HasSubstr("programs are running")));
}

TEST(Controller, RefreshesWhatChangedWhileTheUserThinks) {
    Lesson lesson;
    lesson.quiet();
    lesson.waits(segment(1, "client", syn));
    EXPECT_THAT(lesson.quiet(), ElementsAre("refresh"));
    EXPECT_THAT(lesson.quiet(), IsEmpty());
}

TEST(Controller, ForgetsACallWhoseThreadWasKilled) {
    Lesson lesson;
    lesson.waits(call(1, "client", "recv"));
    lesson.happens(CallVanished{1});
    EXPECT_THAT(lesson.controller.waiting(), IsEmpty());
}

TEST(Controller, RefreshesTheCountOfAbsorbedRepeats) {
    Lesson lesson;
    lesson.waits(segment(1, "client", syn));
    lesson.quiet();
    lesson.happens(SegmentRepeated{1});
    EXPECT_THAT(lesson.quiet(), ElementsAre("refresh"));
}

TEST(Controller, NamesNobodyThatEndedAsWaitingForInput) {
    Lesson lesson;
    lesson.happens(WaitsForInput{"client", 7});
    lesson.happens(WaitsForInput{"server", 8});
    lesson.happens(ThreadEnded{7});
    lesson.happens(ProgramEnded{"server"});
    lesson.quiet();
    EXPECT_THAT(lesson.controller.wanting_input(), IsEmpty());
    EXPECT_THAT(lesson.say("type server hello"), ElementsAre(HasSubstr("server has ended. Now:")));
    EXPECT_THAT(lesson.say(""), ElementsAre("say: nothing is held: waiting for something to come"));
}

TEST(Controller, NamesNobodyThatCallsAsWaitingForInput) {  // poll told it that a segment came
    Lesson lesson;
    lesson.happens(WaitsForInput{"client", 7});
    CallWaits recv = call(1, "client", "recv");
    recv.call.tid = 7;
    lesson.waits(recv);
    EXPECT_THAT(lesson.controller.wanting_input(), IsEmpty());
}

TEST(Controller, AsksWhatOfAProgramIsSought) {
    Lesson lesson;
    lesson.quiet();
    EXPECT_THAT(lesson.say("until client"), ElementsAre(HasSubstr("which call, segment or text of client?")));
    EXPECT_TRUE(lesson.controller.is_stopped());
}

TEST(Controller, FindsASegmentByTheProgramThatSentItWhateverItsHostIsCalled) {
    Lesson lesson;
    lesson.waits(call(1, "client", "connect"));
    lesson.quiet();
    lesson.say("until client SYN");
    SegmentWaits other = segment(1, "lab", syn);
    other.programs = {"client2"};
    lesson.waits(other);
    EXPECT_THAT(lesson.quiet(), ElementsAre("segment 1 is delivered"));
    SegmentWaits own = segment(2, "lab", syn);
    own.programs = {"client"};
    lesson.waits(own);
    EXPECT_THAT(lesson.quiet(), ElementsAre("stop"));
    EXPECT_EQ(lesson.controller.reason(), "SYN of client waits on the wire");
}

TEST(Controller, RunsFromTheBeginningAndStopsAtAChosenSegment) {
    Lesson lesson;
    lesson.controller.begin_running(false);
    EXPECT_THAT(lesson.waits(call(1, "client", "connect")), ElementsAre("call 1 goes"));
    EXPECT_THAT(lesson.waits(segment(1, "client", syn)), ElementsAre("segment 1 is delivered"));
    SegmentWaits chosen = segment(2, "server", syn | ack);
    chosen.chosen = true;
    EXPECT_THAT(lesson.waits(chosen), IsEmpty());
    EXPECT_THAT(lesson.quiet(), ElementsAre("stop"));
    EXPECT_EQ(lesson.controller.reason(), "the chosen segment of server waits on the wire");
    EXPECT_THAT(lesson.say("run"), ElementsAre("segment 2 is delivered"));
    chosen.hold = 3;
    EXPECT_THAT(lesson.waits(chosen), IsEmpty());
    EXPECT_THAT(lesson.quiet(), ElementsAre("stop"));
}

TEST(Controller, HoldsNoChosenSegmentOnceNobodyCanLetItGo) {
    Lesson lesson;
    lesson.controller.begin_running(true);
    lesson.controller.input_ends();
    SegmentWaits chosen = segment(1, "client", syn);
    chosen.chosen = true;
    EXPECT_THAT(lesson.waits(chosen), ElementsAre("segment 1 is delivered"));
}

TEST(Controller, StopsWhereItRunsForALineThatCanOnlyBeSaidAtStopsAndRunsOn) {
    Lesson lesson;
    lesson.controller.begin_running(true);
    lesson.happens(WaitsForInput{"client", 7});
    EXPECT_THAT(lesson.quiet(), ElementsAre("stop"));
    EXPECT_EQ(lesson.controller.reason(), "client waits for input");
    EXPECT_THAT(lesson.say("type client hello"), ElementsAre("client reads hello"));
    EXPECT_TRUE(lesson.controller.runs());
}

TEST(Controller, ShowsWhereThingsStandWhileTheyRun) {
    Lesson lesson;
    lesson.controller.begin_running(false);
    lesson.happens(Printed{"server", record::Stream::Output, "hello\n"});
    EXPECT_THAT(lesson.quiet(), ElementsAre("refresh"));
    EXPECT_THAT(lesson.quiet(), IsEmpty());
}

TEST(Controller, CanBeAskedAfterTheEnd) {
    Lesson lesson;
    lesson.happens(RunEnds{});
    EXPECT_TRUE(lesson.controller.is_over());
    EXPECT_THAT(lesson.say(""), ElementsAre(HasSubstr("the run is over. Now: why")));
    EXPECT_THAT(lesson.say("save it.jsonl"), ElementsAre("save it.jsonl"));
    EXPECT_THAT(lesson.say("quit"), ElementsAre("end"));
}

TEST(Controller, RunsToTheEndOnceNobodySaysAnything) {
    Lesson lesson;
    lesson.waits(call(1, "client", "connect"));
    lesson.quiet();
    EXPECT_THAT(in_words(lesson.controller.input_ends()), ElementsAre("call 1 goes"));
    EXPECT_THAT(lesson.waits(segment(1, "client", syn)), ElementsAre("segment 1 is delivered"));
    EXPECT_THAT(lesson.happens(RunEnds{}), ElementsAre("stop", "end"));
}

TEST(Controller, SaysWhatIsWrongWithALineInOneLine) {
    Lesson lesson;
    lesson.quiet();
    const Lesson::Words words = lesson.say("dance");
    EXPECT_THAT(words, ElementsAre(HasSubstr("dance is no command. Now: Enter, calls")));
    EXPECT_EQ(words.front().find('\n'), std::string::npos);
}

}  // namespace
}  // namespace sockstep::step
