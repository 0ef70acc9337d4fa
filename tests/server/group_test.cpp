// tests/server/group_test.cpp - who hears what.
#include "chat/group.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "chat/groups.hpp"

namespace chat {
namespace {

std::shared_ptr<Outbox> outbox(std::size_t limit = 100000) {
    return std::make_shared<Outbox>(limit);
}

/// What `outbox` holds now.
std::string taken(Outbox& outbox) {
    outbox.push("(end)");
    std::string bytes = outbox.take().bytes;
    return bytes.substr(0, bytes.size() - 5);
}

TEST(Group, WelcomesAMemberAndTellsTheOthers) {
    Group group{"123456", ""};
    const auto ann = outbox();
    const auto bob = outbox();
    EXPECT_EQ(group.join("ann", ann), Group::Join::Joined);
    taken(*ann);
    EXPECT_EQ(group.join("bob", bob), Group::Join::Joined);
    EXPECT_EQ(taken(*ann), "* bob joined.\n");
    EXPECT_TRUE(taken(*bob).starts_with("* You are in group 123456 as bob."));
}

TEST(Group, RefusesANameThatDiffersOnlyInCase) {
    Group group{"123456", ""};
    group.join("ann", outbox());
    EXPECT_EQ(group.join("ANN", outbox()), Group::Join::NameTaken);
}

TEST(Group, SendsALineToAllButItsSender) {
    Group group{"123456", ""};
    const std::vector<std::shared_ptr<Outbox>> members{outbox(), outbox(), outbox()};
    group.join("ann", members[0]);
    group.join("bob", members[1]);
    group.join("cid", members[2]);
    for (const auto& member : members) {
        taken(*member);
    }
    group.say(*members[1], "hello");
    EXPECT_EQ(taken(*members[0]), "bob: hello\n");
    EXPECT_EQ(taken(*members[1]), "");
    EXPECT_EQ(taken(*members[2]), "bob: hello\n");
}

TEST(Group, TakesNoLineFromOneWhoIsNoMember) {
    Group group{"123456", ""};
    const auto ann = outbox();
    group.join("ann", ann);
    taken(*ann);
    group.say(*outbox(), "hello");
    EXPECT_EQ(taken(*ann), "");
}

TEST(Group, ListsItsMembers) {
    Group group{"123456", ""};
    const auto ann = outbox();
    group.join("ann", ann);
    group.join("bob", outbox());
    taken(*ann);
    group.who(*ann);
    EXPECT_EQ(taken(*ann), "* 2 in group 123456: ann, bob\n");
}

TEST(Group, ListsOnlySoManyMembersAsFitIntoAQueue) {
    Group group{"123456", ""};
    const auto ann = outbox();
    group.join("ann", ann);
    for (int i = 0; i < 600; ++i) {
        group.join("a name of quite some length " + std::to_string(i), outbox());
    }
    taken(*ann);
    group.who(*ann);
    const std::string list = taken(*ann);
    EXPECT_LT(list.size(), 9000U);
    EXPECT_TRUE(list.starts_with("* 601 in group 123456: ann, "));
    EXPECT_TRUE(list.ends_with(" more\n"));
}

TEST(Group, TellsTheOthersWhyAMemberLeft) {
    Group group{"123456", ""};
    const auto ann = outbox();
    const auto bob = outbox();
    group.join("ann", ann);
    group.join("bob", bob);
    taken(*ann);
    group.leave(*bob, "was lost.");
    group.leave(*bob, "was lost.");
    EXPECT_EQ(taken(*ann), "* bob was lost.\n");
}

TEST(Group, TakesOutAMemberWhoseQueueIsFullAndTellsTheOthers) {
    Group group{"123456", ""};
    const auto ann = outbox();
    const auto slow = outbox(200);
    const auto bob = outbox();
    group.join("ann", ann);
    group.join("slow", slow);
    group.join("bob", bob);
    taken(*ann);
    group.say(*bob, std::string(100, 'x'));
    EXPECT_EQ(taken(*ann), "bob: " + std::string(100, 'x') + "\n* slow was dropped: it read too slowly.\n");
    EXPECT_TRUE(slow->dropped());
    EXPECT_EQ(group.join("slow", outbox()), Group::Join::Joined);  // the name is free again
}

TEST(Group, EndsWithItsLastMember) {
    Group group{"123456", ""};
    const auto ann = outbox();
    group.join("ann", ann);
    EXPECT_FALSE(group.ended());
    group.leave(*ann, "left.");
    EXPECT_TRUE(group.ended());
    EXPECT_EQ(group.join("bob", outbox()), Group::Join::Ended);
}

/// A "random" that gives these numbers in turn.
std::function<std::uint32_t(std::uint32_t)> numbers(std::vector<std::uint32_t> given) {
    return [given = std::move(given), next = std::size_t{0}](std::uint32_t) mutable { return given.at(next++); };
}

TEST(Groups, FindsAGroupByItsId) {
    Groups groups{numbers({23456})};
    const auto ann = outbox();
    const auto group = groups.create("hash", "ann", ann);
    EXPECT_EQ(group->id(), "123456");
    EXPECT_EQ(groups.find("123456"), group);
    EXPECT_EQ(groups.find("654321"), nullptr);
    EXPECT_TRUE(taken(*ann).starts_with("* The new group ID is 123456\n* You are in group 123456 as ann."));
}

TEST(Groups, NeverGivesAnIdTwice) {
    Groups groups{numbers({1, 1, 1, 2})};
    groups.create("", "ann", outbox());
    EXPECT_EQ(groups.create("", "bob", outbox())->id(), "100002");
}

TEST(Groups, ForgetsAGroupThatHasEnded) {
    Groups groups{numbers({1})};
    const auto ann = outbox();
    const auto group = groups.create("", "ann", ann);
    groups.leave(group, *ann, "left.");
    EXPECT_EQ(groups.find("100001"), nullptr);
    EXPECT_EQ(groups.size(), 0U);
}

}  // namespace
}  // namespace chat
