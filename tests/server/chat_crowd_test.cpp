// tests/server/chat_crowd_test.cpp - 500 clients in one group.
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/resource.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "server/peer.hpp"

namespace {

using support::ChatServer;
using support::Peer;

constexpr std::size_t crowd = 500;
constexpr int lines_each = 2;

/// A client of the crowd: what it was sent, line by line.
struct Member {
    Peer peer;
    std::string unfinished{};
    std::vector<std::string> said{};  // lines of others
    bool joined = false;
};

void take_lines(Member& member) {
    member.unfinished += member.peer.read_available();
    std::size_t begin = 0;
    for (std::size_t end = member.unfinished.find('\n'); end != std::string::npos;
         end = member.unfinished.find('\n', begin)) {
        std::string line = member.unfinished.substr(begin, end - begin);
        begin = end + 1;
        if (line.find("* You are in group") != std::string::npos) {
            member.joined = true;
        } else if (line.starts_with("member")) {
            member.said.push_back(std::move(line));
        }
    }
    member.unfinished.erase(0, begin);
}

/// Reads for all members until `done` of each.
template <typename Done>
void read_until_all(std::vector<Member>& members, Done done) {
    const auto is_done = [&] { return std::all_of(members.begin(), members.end(), done); };
    while (!is_done()) {
        std::vector<pollfd> waiting;
        waiting.reserve(members.size());
        for (const Member& member : members) {
            waiting.push_back({member.peer.fd(), POLLIN, 0});
        }
        ASSERT_GT(poll(waiting.data(), waiting.size(), 90000), 0) << "nothing more came for too long";
        for (std::size_t i = 0; i < members.size(); ++i) {
            if (waiting[i].revents != 0) {
                ASSERT_NO_THROW(take_lines(members[i]));
            }
        }
    }
}

void allow_descriptors() {
    rlimit limit{};
    getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = std::min<rlim_t>(limit.rlim_max, std::max<rlim_t>(limit.rlim_cur, 2048));
    setrlimit(RLIMIT_NOFILE, &limit);
}

TEST(Crowd, OfFiveHundredInOneGroupHearsEachLineOnceAndInOneOrder) {
    allow_descriptors();
    const ChatServer server;
    std::string id;
    Peer founder = server.founder("founder", id);

    std::vector<Member> members;
    for (std::size_t i = 1; i < crowd; ++i) {
        members.push_back({server.connect()});
        members.back().peer.send("1\nmember" + std::to_string(i) + "\n" + id + "\n" + std::string{support::password} +
                                 "\n");
    }
    read_until_all(members, [](const Member& member) { return member.joined; });
    founder.send("/who\n");
    founder.wait_for("* 500 in group " + id + ": founder, ");
    founder.wait_for("\n");

    for (int line = 0; line < lines_each; ++line) {
        for (std::size_t i = 0; i < members.size(); ++i) {
            members[i].peer.send("line " + std::to_string(line) + "\n");
        }
    }
    constexpr std::size_t from_others = (crowd - 2) * lines_each;
    read_until_all(members, [](const Member& member) { return member.said.size() >= from_others; });

    // The founder says nothing and hears all: each member must have heard the same, but for its own lines.
    std::vector<std::string> all;
    while (all.size() < (crowd - 1) * lines_each) {
        all.push_back(founder.wait_for("\n"));
        all.back().pop_back();
    }
    EXPECT_EQ(std::set<std::string>(all.begin(), all.end()).size(), all.size()) << "a line came twice";
    for (std::size_t i = 0; i < members.size(); ++i) {
        const std::string name = "member" + std::to_string(i + 1) + ": ";
        std::vector<std::string> expected;
        std::vector<std::string> own;
        for (const std::string& line : all) {
            (line.starts_with(name) ? own : expected).push_back(line);
        }
        EXPECT_EQ(own, (std::vector<std::string>{name + "line 0", name + "line 1"}));
        EXPECT_TRUE(members[i].said == expected) << name;
    }
}

}  // namespace
