// tests/server/chat_rules_test.cpp - what chat-server promises to well-behaved clients, over real sockets.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "server/peer.hpp"

namespace {

using support::ChatServer;
using support::Peer;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;

TEST(ChatServer, OpensWithAMessageAndThreeChoices) {
    const ChatServer server;
    Peer peer = server.connect();
    const std::string opening = peer.wait_for("Your choice: ");
    EXPECT_THAT(opening, HasSubstr("Welcome"));
    EXPECT_THAT(opening, HasSubstr("1  connect to an existing group chat\n"));
    EXPECT_THAT(opening, HasSubstr("2  create a new group chat\n"));
    EXPECT_THAT(opening, HasSubstr("3  exit\n"));
}

TEST(ChatServer, AsksForNameAndPasswordAndAnswersWithTheNewId) {
    const ChatServer server;
    Peer peer = server.connect();
    peer.wait_for("Your choice: ");
    peer.send("2\n");
    EXPECT_EQ(peer.wait_for("Name: "), "Name: ");
    peer.send("ann\n");
    EXPECT_EQ(peer.wait_for("Password: "), "Password: ");
    peer.send("secret\n");
    EXPECT_EQ(peer.wait_for("ID is "), "* The new group ID is ");
    EXPECT_EQ(peer.wait_for("\n").size(), 7U);
}

TEST(ChatServer, AsksForNameGroupIdAndPasswordToConnect) {
    const ChatServer server;
    std::string id;
    const Peer ann = server.founder("ann", id);
    Peer peer = server.connect();
    peer.wait_for("Your choice: ");
    peer.send("1\n");
    EXPECT_EQ(peer.wait_for("Name: "), "Name: ");
    peer.send("bob\n");
    EXPECT_EQ(peer.wait_for("Group ID: "), "Group ID: ");
    peer.send(id + "\n");
    EXPECT_EQ(peer.wait_for("Password: "), "Password: ");
    peer.send(std::string{support::password} + "\n");
    EXPECT_EQ(peer.wait_for("as bob."), "* You are in group " + id + " as bob.");
}

TEST(ChatServer, SendsEachLineToEveryOtherMember) {
    const ChatServer server;
    std::string id;
    Peer ann = server.founder("ann", id);
    Peer bob = server.member("bob", id);
    Peer cid = server.member("cid", id);
    ann.wait_for("* cid joined.\n");
    bob.wait_for("* cid joined.\n");
    ann.send("hello\n");
    EXPECT_EQ(bob.wait_for("\n"), "ann: hello\n");
    EXPECT_EQ(cid.wait_for("\n"), "ann: hello\n");
    bob.send("hi ann\n");
    EXPECT_EQ(ann.wait_for("\n"), "bob: hi ann\n");  // and not her own line before it
    EXPECT_EQ(cid.wait_for("\n"), "bob: hi ann\n");
}

TEST(ChatServer, KeepsGroupsApart) {
    const ChatServer server;
    std::string first;
    std::string second;
    Peer ann = server.founder("ann", first);
    Peer bob = server.founder("bob", second);
    Peer cid = server.member("cid", second);
    EXPECT_NE(first, second);
    ann.send("nobody hears this\n/who\n");
    EXPECT_EQ(ann.wait_for("\n"), "* 1 in group " + first + ": ann\n");
    bob.wait_for("* cid joined.\n");
    cid.send("hello\n");
    EXPECT_EQ(bob.wait_for("\n"), "cid: hello\n");
}

TEST(ChatServer, TellsMembersWhoJoinsAndLeaves) {
    const ChatServer server;
    std::string id;
    Peer ann = server.founder("ann", id);
    Peer bob = server.member("bob", id);
    EXPECT_EQ(ann.wait_for("\n"), "* bob joined.\n");
    bob.send("/leave\n");
    EXPECT_EQ(ann.wait_for("\n"), "* bob left.\n");
}

TEST(ChatServer, ListsTheMembers) {
    const ChatServer server;
    std::string id;
    const Peer ann = server.founder("ann", id);
    Peer bob = server.member("bob", id);
    bob.send("/who\n");
    EXPECT_EQ(bob.wait_for("\n"), "* 2 in group " + id + ": ann, bob\n");
}

TEST(ChatServer, LeadsFromAGroupBackToTheMenuAndIntoAnother) {
    const ChatServer server;
    std::string id;
    const Peer ann = server.founder("ann", id);
    Peer bob = server.member("bob", id);
    bob.send("/leave\n");
    EXPECT_EQ(bob.wait_for("\n"), "* You left group " + id + ".\n");
    bob.wait_for("Your choice: ");
    EXPECT_NE(support::create_group(bob, "bob"), id);
}

TEST(ChatServer, SaysGoodbyeToWhoQuitsOrExits) {
    const ChatServer server;
    std::string id;
    Peer ann = server.founder("ann", id);
    ann.send("/quit\n");
    EXPECT_EQ(ann.read_to_end(), "* Goodbye.\n");
    Peer bob = server.connect();
    bob.send("3\n");
    EXPECT_THAT(bob.read_to_end(), EndsWith("Your choice: * Goodbye.\n"));
}

TEST(ChatServer, AsksAgainAfterAChoiceThatItDoesNotKnow) {
    const ChatServer server;
    Peer peer = server.connect();
    peer.wait_for("Your choice: ");
    peer.send("4\n");
    EXPECT_EQ(peer.wait_for("\n"), "* Please answer 1, 2 or 3.\n");
    peer.wait_for("Your choice: ");
}

TEST(ChatServer, TellsOnlyTheSenderOfACommandThatItDoesNotKnow) {
    const ChatServer server;
    std::string id;
    Peer ann = server.founder("ann", id);
    Peer bob = server.member("bob", id);
    bob.send("/help\nhello\n");
    EXPECT_THAT(bob.wait_for("\n"), HasSubstr("/who, /leave and /quit"));
    ann.wait_for("* bob joined.\n");
    EXPECT_EQ(ann.wait_for("\n"), "bob: hello\n");
}

TEST(ChatServer, ServesIPv4AndIPv6InOneGroup) {
    const ChatServer server;
    std::string id;
    Peer ann = server.founder("ann", id);
    const Peer bob = server.member("bob", id, "::1");
    ann.wait_for("* bob joined.\n");
    bob.send("hello\n");
    EXPECT_EQ(ann.wait_for("\n"), "bob: hello\n");
}

TEST(ChatServer, ListensOnOneAddressIfToldTo) {
    const ChatServer server{{"--bind", "127.0.0.1"}};
    EXPECT_NO_THROW(server.connect("127.0.0.1"));
    EXPECT_THROW(server.connect("::1"), std::system_error);
}

TEST(ChatServer, TakesLinesEndedByCrlf) {
    const ChatServer server;
    std::string id;
    const Peer ann = server.founder("ann", id);
    Peer bob = server.connect();
    bob.send("1\r\nbob\r\n" + id + "\r\n" + std::string{support::password} + "\r\n");  // the password too
    bob.wait_for(" as bob.");
}

TEST(ChatServer, TakesManyLinesInOneSegmentAndOneLineInManySegments) {
    const ChatServer server;
    std::string id;
    Peer ann = server.founder("ann", id);
    const Peer bob = server.member("bob", id);
    ann.wait_for("* bob joined.\n");
    bob.send("one\ntwo\r\nthr");
    EXPECT_EQ(ann.wait_for("two\n"), "bob: one\nbob: two\n");
    bob.send("e");
    bob.send("e\n");
    EXPECT_EQ(ann.wait_for("\n"), "bob: three\n");
}

TEST(ChatServer, DeliversABurstOnceAndInOrder) {
    const ChatServer server;
    std::string id;
    Peer ann = server.founder("ann", id);
    const Peer bob = server.member("bob", id);
    ann.wait_for("* bob joined.\n");
    std::string lines;
    for (int i = 0; i < 1000; ++i) {
        lines += "line " + std::to_string(i) + "\n";
    }
    bob.send(lines);
    for (int i = 0; i < 1000; ++i) {
        ASSERT_EQ(ann.wait_for("\n"), "bob: line " + std::to_string(i) + "\n");
    }
}

TEST(ChatServer, DeliversToAClientThatHasFinishedSending) {
    const ChatServer server;
    Peer peer = server.connect();
    peer.send("2\nann\nsecret\n/who\n");
    peer.finish_sending();
    EXPECT_THAT(peer.read_to_end(), EndsWith(": ann\n"));
}

TEST(ChatServer, RefusesAWrongPasswordAndAnUnknownGroupInTheSameWords) {
    const ChatServer server;
    std::string id;
    Peer ann = server.founder("ann", id);
    Peer bob = server.connect();
    bob.wait_for("Your choice: ");
    bob.send("1\nbob\n" + id + "\nwrong\n");
    const std::string wrong = bob.wait_for("Your choice: ");
    EXPECT_THAT(wrong, HasSubstr("* Wrong group ID or password. Attempts left: 2\n"));
    Peer cid = server.connect();
    cid.wait_for("Your choice: ");
    cid.send("1\ncid\n000000\nwrong\n");
    EXPECT_EQ(cid.wait_for("Your choice: "), wrong);
    ann.send("/who\n");
    EXPECT_THAT(ann.wait_for("\n"), EndsWith(": ann\n"));
}

TEST(ChatServer, DisconnectsAfterTooManyWrongLogins) {
    const ChatServer server{{"--login-attempts", "2"}};
    Peer peer = server.connect();
    peer.send("1\nann\n123\nwrong\n1\nann\n123\nwrong\n1\nann\n");
    const std::string all = peer.read_to_end();
    EXPECT_THAT(all, HasSubstr("Attempts left: 1\n"));
    EXPECT_THAT(all, EndsWith("* Disconnected: too many wrong group IDs or passwords.\n"));
}

TEST(ChatServer, AsksForAnotherNameWhenItIsTaken) {
    const ChatServer server;
    std::string id;
    const Peer ann = server.founder("ann", id);
    Peer peer = server.connect();
    peer.send("1\n A\u200BNN \n" + id + "\n" + std::string{support::password} + "\n");
    peer.wait_for("* The name ANN is taken in this group; please choose another.\nName: ");
    peer.send("bob\n");
    peer.wait_for(" as bob.");
}

TEST(ChatServer, FreesANameWhenItsOwnerLeaves) {
    const ChatServer server;
    std::string id;
    Peer ann = server.founder("ann", id);
    Peer bob = server.member("bob", id);
    bob.send("/quit\n");
    ann.wait_for("* bob left.\n");
    const Peer other = server.member("bob", id);
    ann.wait_for("* bob joined.\n");
}

TEST(ChatServer, RefusesNamesThatImitateTheServer) {
    const ChatServer server;
    Peer peer = server.connect();
    peer.send("2\n");
    peer.wait_for("Name: ");
    for (const char* name : {"* ann", "server", "Password", "ann: hi", "", "\x1B\x07"}) {
        peer.send(std::string{name} + "\n");
        EXPECT_THAT(peer.wait_for("Name: "), testing::StartsWith("* ")) << name;
    }
    peer.send("ann\n");
    peer.wait_for("Password: ");
}

TEST(ChatServer, RefusesAnEmptyPassword) {
    const ChatServer server;
    Peer peer = server.connect();
    peer.send("2\nann\n\n");
    peer.wait_for("* The password must not be empty.\nPassword: ");
    peer.send("x\n");
    peer.wait_for("The new group ID is ");
}

TEST(ChatServer, EndsAGroupWithItsLastMember) {
    const ChatServer server;
    std::string id;
    Peer ann = server.founder("ann", id);
    ann.send("/leave\n");
    ann.wait_for("Your choice: ");
    ann.send("1\nann\n" + id + "\n" + std::string{support::password} + "\n");
    ann.wait_for("* Wrong group ID or password.");
}

TEST(ChatServer, NeverSendsAPasswordBack) {
    const ChatServer server;
    std::string id;
    Peer ann = server.founder("ann", id);
    Peer bob = server.connect();
    bob.send("1\nbob\n" + id + "\n" + std::string{support::password} + "\n/quit\n");
    EXPECT_THAT(bob.read_to_end(), Not(HasSubstr(support::password)));
    EXPECT_THAT(ann.wait_for("* bob left.\n"), Not(HasSubstr(support::password)));
}

}  // namespace
