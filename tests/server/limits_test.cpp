// tests/server/limits_test.cpp - passwords, pace and the number of clients.
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <chrono>
#include <memory>
#include <thread>
#include <vector>

#include "chat/clients.hpp"
#include "chat/pace.hpp"
#include "chat/passwords.hpp"

namespace chat {
namespace {

using namespace std::chrono_literals;

TEST(Passwords, AreKeptAsArgon2idHashes) {
    Passwords passwords;
    const auto hash = passwords.hash("open sesame");
    ASSERT_TRUE(hash);
    EXPECT_TRUE(hash->starts_with("$argon2id$"));
    EXPECT_TRUE(passwords.verify(*hash, "open sesame"));
    EXPECT_FALSE(passwords.verify(*hash, "open barley"));
}

TEST(Passwords, AreNeverRightForAGroupThatDoesNotExist) {
    Passwords passwords;
    EXPECT_FALSE(passwords.verify("", "a password that nobody chose"));
}

/// Each computation fills 64 MiB, so the most memory that was ever in use tells how many there were at once.
TEST(Passwords, AreComputedTwoAtOnceAtMost) {
    Passwords passwords;
    {
        std::vector<std::jthread> many;
        for (int i = 0; i < 8; ++i) {
            many.emplace_back([&] { EXPECT_TRUE(passwords.hash("open sesame")); });
        }
    }
    rusage use{};
    ASSERT_EQ(getrusage(RUSAGE_SELF, &use), 0);
    constexpr long of_one = 64 * 1024;  // KiB
    EXPECT_GT(use.ru_maxrss, of_one);
    EXPECT_LT(use.ru_maxrss, 3 * of_one);
}

TEST(Passwords, AreNotComputedAnyMoreWhenTheServerCloses) {
    Passwords passwords;
    passwords.stop();
    EXPECT_FALSE(passwords.hash("open sesame"));
}

TEST(Pace, LetsABurstThroughAndThenSoManyLinesASecond) {
    Pace pace{10, 3};
    const Pace::Clock::time_point now{1000s};
    for (int i = 0; i < 3; ++i) {
        EXPECT_LE(pace.admit(now), 0s);
    }
    EXPECT_EQ(pace.admit(now), 100ms);
    EXPECT_EQ(pace.admit(now), 200ms);
}

TEST(Pace, ForgivesWithTime) {
    Pace pace{10, 1};
    const Pace::Clock::time_point now{1000s};
    EXPECT_LE(pace.admit(now), 0s);
    EXPECT_EQ(pace.admit(now), 100ms);
    EXPECT_LE(pace.admit(now + 200ms), 0s);
    EXPECT_EQ(pace.admit(now + 200ms), 100ms);
}

TEST(Clients, AreTakenUpToTheirLimit) {
    Clients clients{1};
    EXPECT_TRUE(clients.add(3, std::make_shared<Outbox>(100)));
    EXPECT_FALSE(clients.add(4, std::make_shared<Outbox>(100)));
    clients.remove(3);
    EXPECT_TRUE(clients.add(4, std::make_shared<Outbox>(100)));
}

TEST(Clients, AreToldAndCountedDownWhenTheServerCloses) {
    Clients clients{2};
    const auto outbox = std::make_shared<Outbox>(100);
    clients.add(3, outbox);
    clients.close_all("bye\n");
    EXPECT_EQ(outbox->take().bytes, "bye\n");
    EXPECT_FALSE(clients.add(4, std::make_shared<Outbox>(100)));
    EXPECT_FALSE(clients.wait_for_all_to_leave(1ms));
    clients.remove(3);
    EXPECT_TRUE(clients.wait_for_all_to_leave(1h));
}

}  // namespace
}  // namespace chat
