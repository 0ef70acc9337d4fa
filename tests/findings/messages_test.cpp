// tests/findings/messages_test.cpp - both ends that wait, and messages that a stream merges or splits.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "findings/found.hpp"

namespace sockstep::findings {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

/// Both ends sleep in recv, and the run ends.
void both_receive(Scene& scene) {
    const auto client = scene.client.begin_unready(CallKind::Receive);
    const auto server = scene.server.begin_unready(CallKind::Receive);
    told_to_end(scene);
    ends_in_it(scene.client, client);
    scene.server.end(server, 0);
}

TEST(BothWait, IsNotFoundWhereAnotherProcessEndsTheOne) {
    Scene scene;
    scene.open();
    const auto client = scene.client.begin_unready(CallKind::Receive);
    const auto server = scene.server.begin_unready(CallKind::Receive);
    ends_in_it(scene.client, client);
    scene.server.end(server, 0);
    EXPECT_THAT(found_in(scene), IsEmpty());
}

TEST(BothWait, IsNotFoundWhereTheOtherGoesOnBeforeTheRunIsOver) {
    Scene scene;
    scene.open();
    const auto client = scene.client.begin_unready(CallKind::Receive);
    const auto server = scene.server.begin_unready(CallKind::Receive);
    ends_in_it(scene.client, client);
    scene.server.end(server, 0);
    scene.server.call(CallKind::Close, 0);
    told_to_end(scene);
    EXPECT_THAT(found_in(scene), IsEmpty());
}

TEST(BothWait, IsFoundWhereNothingIsOnTheWay) {
    Scene scene;
    scene.open().client.send("Ada");
    scene.server.receive("Ada");
    both_receive(scene);
    EXPECT_THAT(found_in(scene), ElementsAre("both-wait"));
}

TEST(BothWait, IsNotFoundBeforeTheRunIsOver) {
    Scene scene;
    scene.open();
    both_receive(scene);
    EXPECT_THAT(find(scene.correlator.timeline()), IsEmpty());
}

TEST(BothWait, IsNotFoundWhileBytesAreOnTheWay) {
    Scene scene;
    scene.open().client.send("Ada\n");
    both_receive(scene);
    EXPECT_THAT(found_in(scene), IsEmpty());
}

TEST(BothWait, IsNotFoundWhereAnotherThreadMayReadTheKeyboard) {
    Scene scene;
    scene.open();
    scene.correlator.add(record::Process{.change = record::ProcessChange::ThreadStart,
                                         .time = scene.correlator.timeline().moments.back().time,
                                         .program = "client",
                                         .pid = 101,
                                         .tid = 102});
    both_receive(scene);
    EXPECT_THAT(found_in(scene), IsEmpty());
}

TEST(BothWait, IsNotFoundWhereATimeoutEndsTheWait) {
    Scene scene;
    scene.open();
    option(scene.server, "SO_RCVTIMEO");
    both_receive(scene);
    EXPECT_THAT(found_in(scene), IsEmpty());
}

TEST(BothWait, IsNotFoundWhereTheOtherHasShutDown) {
    Scene scene;
    scene.open();
    scene.client.end(scene.client.begin(CallKind::Shutdown, [](record::CallBegin& call) { call.writes = true; }), 0);
    both_receive(scene);
    EXPECT_THAT(found_in(scene), IsEmpty());
}

TEST(Messages, AnsweredOnceThoughTwoLinesCameAreFound) {
    Scene scene;
    scene.open().client.send("open\n");
    scene.client.send("light\n");
    scene.server.receive("open\nlight\n");
    scene.server.send("done\n");
    scene.client.receive("done\n");
    both_receive(scene);
    EXPECT_THAT(found_in(scene), ElementsAre("both-wait", "stream-taken-for-messages"));
}

TEST(Messages, AnsweredEachAreNotFoundToBeMerged) {
    Scene scene;
    scene.open().client.send("open\n");
    scene.client.send("light\n");
    scene.server.receive("open\nlight\n");
    scene.server.send("done\ndone\n");
    scene.client.receive("done\ndone\n");
    both_receive(scene);
    EXPECT_THAT(found_in(scene), ElementsAre("both-wait"));
}

TEST(Messages, MergedAreNotFoundWhereTheConversationGoesOn) {
    Scene scene;
    scene.open().client.send("USER ada\n");
    scene.client.send("PASS lovelace\n");
    scene.server.receive("USER ada\nPASS lovelace\n");
    scene.server.send("welcome\n");
    scene.client.receive("welcome\n");
    EXPECT_THAT(found_in(scene), IsEmpty());
}

/// A line of ten octets arrives in two pieces, each of which is answered, and the client goes on after the first answer
/// with what `then` does.
template <typename Then>
void answer_by_pieces(Scene& scene, const std::string& first, const std::string& second, Then then) {
    scene.open().client.send("abcdefghi\n");
    const auto answer = scene.client.begin_unready(CallKind::Receive);
    scene.server.receive("abcde");
    scene.server.send(first);
    scene.client.end_receive(answer, first);
    scene.server.receive("fghi\n");
    scene.server.send(second);
    then(scene.client);
}

void sends_the_next(Scene::Program& client) {
    client.send("klm\n");
}
void closes(Scene::Program& client) {
    client.call(CallKind::Close, 0);
}
/// Ends its own stream and reads what else is answered.
void reads_on(Scene::Program& client) {
    client.end(client.begin(CallKind::Shutdown, [](record::CallBegin& call) { call.writes = true; }), 0);
    client.receive("10 of 10\n");
}

TEST(Messages, AnsweredByPiecesAreFound) {
    Scene scene;
    answer_by_pieces(scene, "thank you\n", "thank you\n", sends_the_next);
    EXPECT_THAT(found_in(scene), ElementsAre("stream-taken-for-messages"));
}

TEST(Messages, AnsweredByPiecesAreFoundWhereTheSecondAnswerIsLost) {
    Scene scene;
    answer_by_pieces(scene, "thank you\n", "thank you\n", closes);
    EXPECT_THAT(found_in(scene), ElementsAre("stream-taken-for-messages"));
}

TEST(Messages, EchoedByPiecesAreNotFound) {
    Scene scene;
    answer_by_pieces(scene, "ABCDE", "FGHI\n", sends_the_next);
    EXPECT_THAT(found_in(scene), IsEmpty());
}

TEST(Messages, WhoseProgressIsReportedAreNotFound) {
    Scene scene;
    answer_by_pieces(scene, "5 of 10,", "10 of 10,", sends_the_next);
    EXPECT_THAT(found_in(scene), IsEmpty());
}

TEST(Messages, WhoseProgressIsReportedInLinesAreNotFound) {
    Scene scene;
    answer_by_pieces(scene, "5 of 10\n", "10 of 10\n", reads_on);
    EXPECT_THAT(found_in(scene), IsEmpty());
}

}  // namespace
}  // namespace sockstep::findings
