// tests/server/outbox_test.cpp - one client's queue.
#include "chat/outbox.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <thread>

namespace chat {
namespace {

using Push = Outbox::Push;

TEST(Outbox, GivesAllQueuedLinesInOnePieceAndInOrder) {
    Outbox outbox{100};
    outbox.push("one\n");
    outbox.push("two\n");
    const Outbox::Batch batch = outbox.take();
    EXPECT_EQ(batch.bytes, "one\ntwo\n");
    EXPECT_FALSE(batch.last);
}

TEST(Outbox, DropsItselfWhenFull) {
    Outbox outbox{8};
    EXPECT_EQ(outbox.push("12345678"), Push::Queued);
    EXPECT_EQ(outbox.push("9"), Push::Full);
    EXPECT_EQ(outbox.push("9"), Push::Closed);
    EXPECT_TRUE(outbox.dropped());
    const Outbox::Batch batch = outbox.take();
    EXPECT_EQ(batch.bytes, "* Disconnected: you read too slowly.\n");
    EXPECT_TRUE(batch.last);
}

TEST(Outbox, CountsWhatIsTakenUntilItIsSent) {
    Outbox outbox{8};
    outbox.push("12345678");
    outbox.take();
    EXPECT_EQ(outbox.push("9"), Push::Full);
}

TEST(Outbox, HasRoomAgainWhenTheNextBatchIsTaken) {
    Outbox outbox{8};
    outbox.push("1234");
    outbox.take();
    outbox.push("5678");
    outbox.take();
    EXPECT_EQ(outbox.push("abcd"), Push::Queued);
}

TEST(Outbox, SendsWhatIsQueuedBeforeItsLastWords) {
    Outbox outbox{100};
    outbox.push("line\n");
    outbox.close("bye\n");
    outbox.close("bye again\n");
    EXPECT_EQ(outbox.push("more\n"), Push::Closed);
    const Outbox::Batch batch = outbox.take();
    EXPECT_EQ(batch.bytes, "line\nbye\n");
    EXPECT_TRUE(batch.last);
    EXPECT_FALSE(outbox.dropped());
}

TEST(Outbox, ThrowsAwayWhatIsQueuedWhenDropped) {
    Outbox outbox{100};
    outbox.push("line\n");
    outbox.drop("bye\n");
    EXPECT_EQ(outbox.take().bytes, "bye\n");
}

TEST(Outbox, SplitsALongQueueAtTheEndOfALine) {
    Outbox outbox{1000000};
    const std::string line = std::string(999, 'x') + "\n";
    for (int i = 0; i < 100; ++i) {
        outbox.push(line);
    }
    outbox.close("bye\n");
    const Outbox::Batch first = outbox.take();
    EXPECT_EQ(first.bytes.size(), 66000U);
    EXPECT_FALSE(first.last);
    const Outbox::Batch second = outbox.take();
    EXPECT_EQ(second.bytes.size(), 34000U + 4U);
    EXPECT_TRUE(second.last);
}

TEST(Outbox, WakesWhoWaitsForALine) {
    Outbox outbox{100};
    std::string taken;
    std::thread taker{[&] { taken = outbox.take().bytes; }};
    outbox.push("line\n");
    taker.join();
    EXPECT_EQ(taken, "line\n");
}

TEST(Outbox, WakesWhoWaitsForItsEnd) {
    Outbox outbox{100};
    bool closed = false;
    std::thread waiter{[&] { closed = outbox.wait_until_closed(std::chrono::hours{1}); }};
    outbox.close("");
    waiter.join();
    EXPECT_TRUE(closed);
    EXPECT_TRUE(outbox.take().last);
}

}  // namespace
}  // namespace chat
