// tests/joins/joins_test.cpp - calls and segments joined, held against the account that the programs kept themselves.
#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <cstdint>
#include <fstream>
#include <iterator>
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "app/cli.hpp"
#include "capture/temporary_folder.hpp"
#include "os/check.hpp"
#include "os/fd.hpp"

namespace sockstep::app::test {
namespace {

using nlohmann::json;

/// A way to move bytes; the words are those of tests/programs/traffic.cpp.
struct Traffic {
    std::string writer;
    std::string reader;
    int connections = 1;
    std::int64_t bytes = 0;

    friend void PrintTo(const Traffic& traffic, std::ostream* out) {
        *out << traffic.connections << " x " << traffic.bytes << " bytes: " << traffic.writer << ", " << traffic.reader;
    }
};

/// The client's port, which end moved, how, and the stream bytes.
using Move = std::tuple<int, std::string, std::string, std::int64_t, std::int64_t>;

/// Nobody listens on it now.
int free_port() {
    const os::Fd socket{os::check(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), "socket")};
    sockaddr_in address{};
    socklen_t size = sizeof address;
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    os::check(::bind(socket.value(), reinterpret_cast<sockaddr*>(&address), size), "bind");
    os::check(::getsockname(socket.value(), reinterpret_cast<sockaddr*>(&address), &size), "getsockname");
    return ntohs(address.sin_port);
}

std::multiset<Move> account_of(const std::string& end, const std::string& path) {
    std::multiset<Move> moves;
    std::ifstream log{path};
    int port = 0;
    std::string how;
    std::int64_t from = 0;
    std::int64_t to = 0;
    while (log >> port >> how >> from >> to) {
        moves.emplace(port, end, how, from, to);
    }
    return moves;
}

/// One run of both programs, and what sockstep says of it.
class Joins : public ::testing::TestWithParam<Traffic> {
protected:
    void SetUp() override {
        const Traffic& traffic = GetParam();
        const std::string port = std::to_string(free_port());
        const std::string server_log = folder_.file("server");
        const std::string client_log = folder_.file("client");
        const std::string rest = port + " " + std::to_string(traffic.connections) + " " + traffic.reader + " " +
                                 traffic.writer + " " + std::to_string(traffic.bytes) + " ";
        const Outcome outcome = run({"run", "--json", "-s", TRAFFIC " server " + rest + server_log, "-c",
                                     TRAFFIC " client " + rest + client_log});
        ASSERT_EQ(outcome.status, 0) << outcome.err;
        records_ = json_lines(outcome.out);
        for (const json& connection : of_type(records_, "connection")) {
            const std::string client = connection.at("client");
            ports_[connection.at("id")] = std::stoi(client.substr(client.rfind(':') + 1));
        }
        ASSERT_EQ(ports_.size(), static_cast<std::size_t>(traffic.connections));
        expected_ = account_of("server", server_log);
        expected_.merge(account_of("client", client_log));
        ASSERT_FALSE(expected_.empty());
    }

    std::vector<json> calls() const { return of_type(records_, "call"); }
    std::vector<json> segments() const { return of_type(records_, "segment"); }

    int port_of(const json& record) const { return ports_.at(record.at("connection")); }

    static bool sends(const json& call) {
        static const std::set<std::string> names{"send", "sendto", "sendmsg", "write", "writev"};
        return names.contains(call.at("name"));
    }

    capture::test::TemporaryFolder folder_;
    std::vector<json> records_;
    std::map<std::uint64_t, int> ports_;
    std::multiset<Move> expected_;
};

TEST_P(Joins, GiveEachCallTheBytesThatItsProgramMoved) {
    std::multiset<Move> seen;
    for (const json& call : calls()) {
        if (call.contains("bytes")) {
            const bool peeks = call.at("args").value("flags", "").find("MSG_PEEK") != std::string::npos;
            seen.emplace(port_of(call), call.at("program"),
                         sends(call) ? "send"
                         : peeks     ? "peek"
                                     : "recv",
                         call.at("bytes")[0], call.at("bytes")[1]);
        }
    }
    std::vector<Move> differences;
    std::ranges::set_symmetric_difference(seen, expected_, std::back_inserter(differences));
    EXPECT_THAT(differences, ::testing::IsEmpty());
}

TEST_P(Joins, GiveEachSegmentTheCallsWhoseBytesItCarries) {
    std::map<std::uint64_t, json> by_id;
    for (const json& call : calls()) {
        by_id.emplace(call.at("id"), call);
    }
    std::map<std::pair<int, std::string>, std::set<std::int64_t>> carried;  // first bytes of new data
    std::size_t checked = 0;
    for (const json& segment : segments()) {
        if (segment.at("length") == 0 || !segment.contains("caused_by")) {
            ASSERT_TRUE(segment.at("length") == 0 || !segment.at("notes").empty()) << segment.dump();
            continue;
        }
        const json& call = by_id.at(segment.at("caused_by"));
        EXPECT_EQ(call.at("program"), segment.at("from")) << segment.dump();
        EXPECT_EQ(port_of(call), port_of(segment));
        if (call.contains("bytes")) {
            EXPECT_LE(call.at("bytes")[0], segment.at("bytes")[0]) << segment.dump();
            EXPECT_GT(call.at("bytes")[1], segment.at("bytes")[0]) << segment.dump();
            EXPECT_LE(call.at("begin"), segment.at("time")) << segment.dump();
        }
        EXPECT_THAT(call.at("caused").get<std::vector<std::uint64_t>>(), ::testing::Contains(segment.at("id")));
        ++checked;
    }
    EXPECT_GE(checked, 2 * ports_.size());
}

TEST_P(Joins, CountTheSameInCallsAndSegments) {
    std::map<int, std::map<std::string, std::int64_t>> sent;
    std::map<int, std::map<std::string, std::int64_t>> received;
    for (const json& call : calls()) {
        if (!call.contains("bytes") || call.at("args").value("flags", "").find("MSG_PEEK") != std::string::npos) {
            continue;
        }
        const std::int64_t count = call.at("bytes")[1].get<std::int64_t>() - call.at("bytes")[0].get<std::int64_t>();
        (sends(call) ? sent : received)[port_of(call)][call.at("program")] += count;
    }
    for (const json& connection : of_type(records_, "connection")) {
        const int port = ports_.at(connection.at("id"));
        EXPECT_EQ(connection.at("client_bytes"), sent[port]["client"]);
        EXPECT_EQ(connection.at("server_bytes"), sent[port]["server"]);
        if (GetParam().writer == "urgent" && GetParam().reader != "inline") {
            EXPECT_GT(connection.at("client_bytes"), received[port]["server"]) << "urgent bytes are passed over";
            continue;
        }
        EXPECT_EQ(connection.at("client_bytes"), received[port]["server"]);
        EXPECT_EQ(connection.at("server_bytes"), received[port]["client"]);
    }
}

TEST_P(Joins, LetEachBlockedReceiveBeWokenByTheSegmentWithItsFirstByte) {
    std::map<std::uint64_t, json> by_id;
    for (const json& segment : segments()) {
        by_id.emplace(segment.at("id"), segment);
    }
    for (const json& call : calls()) {
        if (sends(call) || !call.contains("bytes") || !call.contains("woken_by") || GetParam().reader == "waitall") {
            continue;
        }
        const json& segment = by_id.at(call.at("woken_by"));
        EXPECT_NE(segment.at("from"), call.at("side"));
        EXPECT_LE(segment.at("bytes")[0], call.at("bytes")[0]) << call.dump();
        EXPECT_GT(segment.at("bytes")[1], call.at("bytes")[0]) << call.dump();
        EXPECT_LE(segment.at("time"), call.at("end")) << call.dump();
    }
}

INSTANTIATE_TEST_SUITE_P(
    Ways, Joins,
    ::testing::Values(Traffic{"bytes", "recv", 1, 2'000}, Traffic{"bytes", "bytes", 2, 500},
                      Traffic{"chunks", "readv", 2, 30'000}, Traffic{"chunks", "waitall", 2, 30'000},
                      Traffic{"writev", "peek", 2, 20'000}, Traffic{"sendmsg", "recvmsg", 2, 30'000},
                      Traffic{"whole", "recv", 1, 10'000'000}, Traffic{"nonblocking", "nonblocking", 2, 1'000'000},
                      Traffic{"nonblocking", "epoll", 2, 300'000}, Traffic{"threads", "recv", 2, 10'000},
                      Traffic{"chunks", "recv", 50, 3'000}, Traffic{"urgent", "recv", 2, 2'000},
                      Traffic{"urgent", "inline", 2, 2'000}, Traffic{"urgent", "outofband", 2, 2'000},
                      Traffic{"chunks", "discard", 2, 20'000}));

}  // namespace
}  // namespace sockstep::app::test
