// tests/render/screen_test.cpp - a stop of a stepped run in a window: three clients, all queues, everything waiting.
#include "render/screen.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>
#include <string>
#include <vector>

#include "correlate/scene.hpp"

namespace sockstep::render {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::SizeIs;

constexpr std::size_t foot = 4;  // of the window: the keys, and the prompt

class AScreen : public ::testing::Test {
protected:
    AScreen() {
        screen.stop = 12;
        screen.reason = "SYN of client3 waits on the wire";
        screen.stops_at = "calls and segments";
        screen.now = base::Timestamp{seconds{3}};
        sleep(1, "server", "accept", milliseconds{1'200});
        ScreenHost server{"server", "10.0.0.1", {{"server", {}, 1, false}}, {}};
        record::Socket listener;
        listener.state = "LISTEN";
        listener.local = endpoint(1, 5000);
        listener.accept_queue = 1;
        listener.accept_limit = 16;
        server.sockets.push_back({"server", 3, listener});
        screen.hosts.push_back(server);
        for (std::uint8_t number = 1; number <= 3; ++number) {
            add_client(number);
        }
    }

    static base::Endpoint endpoint(std::uint8_t host, std::uint16_t port) {
        return {{{10, 0, 0, host}, base::IpVersion::V4}, port};
    }
    static record::Socket connection(const base::Endpoint& local, const base::Endpoint& peer, std::uint32_t received,
                                     std::uint32_t sent) {
        record::Socket socket;
        socket.state = "ESTABLISHED";
        socket.local = local;
        socket.peer = peer;
        socket.receive_queue = received;
        socket.send_queue = sent;
        return socket;
    }

    void sleep(std::uint64_t id, const std::string& program, const std::string& name, base::Duration time) {
        correlate::Call call;
        call.begin.id = id;
        call.begin.time = screen.now - time;
        call.begin.program = program;
        call.begin.name = name;
        call.begin.fd = 3;
        timeline.calls.push_back(call);
    }

    /// It is about to call recv, its connection has bytes on both ends, and a segment of it is on the wire.
    void add_client(std::uint8_t number) {
        const std::string name = "client" + (number == 1 ? std::string{} : std::to_string(number));
        const auto host = static_cast<std::uint8_t>(10 + number);
        const auto port = static_cast<std::uint16_t>(41'234 + number);
        record::CallBegin recv;
        recv.program = name;
        recv.name = "recv";
        recv.kind = record::CallKind::Receive;
        recv.fd = 3;
        recv.length = 4096;
        ScreenHost client{name, "10.0.0." + std::to_string(host), {{name, recv, 0, false}}, {}};
        client.sockets.push_back({name, 3, connection(endpoint(host, port), endpoint(1, 5000), 7, 6)});
        screen.hosts.push_back(client);
        screen.hosts.front().sockets.push_back({number == 1 ? "" : "server", number == 1 ? -1 : 3 + number,
                                                connection(endpoint(1, 5000), endpoint(host, port), 6, 7)});
        screen.choices.push_back({{}, {}, ScreenSegment{number, name, "server", number, 0}});
        screen.choices.push_back({name, recv, {}});
        screen.happened.push_back({name + ": send(3) = 6", {}});
    }

    std::vector<std::string> shown(std::size_t width, std::size_t rows) const {
        std::istringstream text{render::screen({.width = width}, timeline, screen, rows == 0 ? 0 : rows - foot)};
        std::vector<std::string> lines;
        for (std::string line; std::getline(text, line);) {
            lines.push_back(line);
        }
        return lines;
    }

    static std::string joined(const std::vector<std::string>& lines) {
        std::string text;
        for (const std::string& line : lines) {
            text += line + "\n";
        }
        return text;
    }

    correlate::Timeline timeline;
    Screen screen;
};

TEST_F(AScreen, ShowsAllOfThreeClientsIn100By30) {
    const std::vector<std::string> lines = shown(100, 30);
    EXPECT_LE(lines.size(), 30 - foot);
    EXPECT_TRUE(std::ranges::all_of(lines, [](const std::string& line) { return line.size() <= 100; }));
    const std::string text = joined(lines);
    EXPECT_THAT(text, AllOf(HasSubstr("-- stop 12: SYN of client3 waits on the wire"),
                            HasSubstr("server (10.0.0.1) sleeps in accept(3) for 1.20 s"),
                            HasSubstr("fd 3 LISTEN 10.0.0.1:5000, accept queue 1 of 17"),
                            HasSubstr("no fd ESTABLISHED 10.0.0.1:5000 - 10.0.0.11:41235, 6 to read, 7 queued")));
    for (const std::string name : {"client", "client2", "client3"}) {
        EXPECT_THAT(text, HasSubstr(name + " (10.0.0."));
        EXPECT_THAT(text, HasSubstr(") is about to call recv(3, 4096)"));
        EXPECT_THAT(text, HasSubstr("segment  " + name + " -> server"));
        EXPECT_THAT(text, HasSubstr("call     " + name + ": recv(3, 4096)"));
        EXPECT_THAT(text, HasSubstr(name + ": send(3) = 6"));
    }
    EXPECT_THAT(text, HasSubstr("(sent again 3 times: absorbed)"));
    EXPECT_THAT(text, Not(HasSubstr("...")));
}

TEST_F(AScreen, TellsWhatIsSentFromWhatIsNot) {
    record::Socket socket = connection(endpoint(11, 41'299), endpoint(1, 5000), 0, 2006);
    socket.unsent = 2000;
    screen.hosts.front().sockets.push_back({"server", 9, socket});
    EXPECT_THAT(joined(shown(100, 60)), HasSubstr("fd 9 ESTABLISHED 10.0.0.11:41299 - 10.0.0.1:5000, 6 unacked, 2000 "
                                                  "not sent yet"));
}

TEST_F(AScreen, CutsNothingSilentlyIn80By24) {
    const std::vector<std::string> lines = shown(80, 24);
    EXPECT_LE(lines.size(), 24 - foot);
    const std::string text = joined(lines);
    for (const std::string name : {"client", "client2", "client3"}) {
        EXPECT_THAT(text, HasSubstr(name + " (10.0.0."));
        EXPECT_THAT(text, HasSubstr("segment  " + name + " -> server"));
    }
    EXPECT_THAT(text, HasSubstr("... 3 more lines of what has happened: all shows them"));
}

TEST_F(AScreen, SaysHowMuchOfEachPartFindsNoRoom) {
    for (std::uint8_t number = 4; number <= 20; ++number) {
        add_client(number);
    }
    const std::vector<std::string> lines = shown(100, 30);
    EXPECT_LE(lines.size(), 30 - foot);
    EXPECT_THAT(joined(lines),
                AllOf(HasSubstr("of hosts: all shows them"), HasSubstr("of what is held: all shows them")));
    const std::string all = joined(shown(100, 0));
    EXPECT_THAT(all,
                AllOf(HasSubstr("client20 (10.0.0.30)"), HasSubstr(" 40 call     client20"), Not(HasSubstr("..."))));
}

TEST_F(AScreen, ExplainsTheLatestAsFarAsThereIsRoom) {
    screen.happened.back().explanation.says = "Copied 6 bytes to the send buffer.";
    EXPECT_THAT(joined(shown(100, 30)), HasSubstr("      Copied 6 bytes"));
    screen.happened.insert(screen.happened.begin(), 20, ScreenEvent{"earlier", {}});
    EXPECT_THAT(joined(shown(100, 30)), Not(HasSubstr("Copied 6 bytes")));
    EXPECT_THAT(joined(shown(100, 30)), HasSubstr("client3: send(3) = 6"));
}

TEST_F(AScreen, CountsTheExplanationsThatFindNoRoom) {
    for (ScreenEvent& event : screen.happened) {
        event.explanation.says = "Copied 6 bytes to the send buffer.";
    }
    const std::size_t all = shown(100, 0).size();
    EXPECT_THAT(joined(shown(100, all + foot)), Not(HasSubstr("more: all shows them")));
    const std::vector<std::string> lines = shown(100, all + foot - 1);
    EXPECT_LE(lines.size(), all - 1);
    EXPECT_THAT(joined(lines), HasSubstr("... 2 explanations more: all shows them"));
    screen.happened.insert(screen.happened.begin(), 20, screen.happened.front());
    EXPECT_THAT(joined(shown(100, 30)), HasSubstr("of what has happened, and 23 explanations: all shows them"));
}

TEST_F(AScreen, SaysThatItIsNotAtAStopAndThatTheOldestIsForgotten) {
    screen.is_under_way = true;
    screen.reason = "running";
    screen.forgotten = 7;
    const std::string text = joined(shown(100, 0));
    EXPECT_THAT(text, HasSubstr("-- after stop 12: running\n"));
    EXPECT_THAT(text, HasSubstr("... 7 events before these: save FILE writes them\n"));
}

TEST_F(AScreen, TellsThreadsAndProcessesOfAHostApart) {
    screen.hosts.front().threads.push_back({"server/p2/t2", {}, 0, true});
    screen.hosts.front().sockets.push_back({"server/p2", 4, record::Socket{.what = "UNIX stream"}});
    const std::string text = joined(shown(100, 0));
    EXPECT_THAT(text, AllOf(HasSubstr("server (10.0.0.1)\n"), HasSubstr("  server sleeps in accept(3)"),
                            HasSubstr("  server/p2/t2 waits for input"), HasSubstr("server/p2 fd 4 UNIX stream")));
}

TEST(ScreenEvents, GiveTheAddressOfACallThatDidNotSleep) {
    correlate::Timeline timeline;
    Cast cast{{}};
    correlate::Call call;
    call.begin.program = "client";
    call.begin.name = "connect";
    call.begin.fd = 3;
    call.begin.arguments.push_back({"addr", "/var/run/nscd/socket"});
    call.end.emplace();
    call.end->result = -1;
    call.end->error = "ENOENT";
    timeline.calls.push_back(call);
    const auto event = event_of(timeline, {correlate::Moment::What::CallEnds, 0, {}}, cast, {"server"});
    ASSERT_TRUE(event);
    EXPECT_THAT(event->text, HasSubstr("client: connect(3, /var/run/nscd/socket) = -1 ENOENT"));
}

TEST(ScreenEvents, TellTheEndOfInputFromAnEmptyLine) {
    correlate::Timeline timeline;
    Cast cast{{}};
    record::Output output;
    output.program = "client";
    output.stream = record::Stream::Input;
    timeline.outputs.push_back(output);
    const auto event = event_of(timeline, {correlate::Moment::What::Output, 0, {}}, cast, {"server"});
    ASSERT_TRUE(event);
    EXPECT_EQ(event->text, "end of the input of client");
}

TEST(ScreenEvents, SayOfTheFirstCopyAloneWhomItWakes) {
    correlate::Scene scene{correlate::Travel::Recorded};
    const auto connect = scene.client.begin_unready(record::CallKind::Connect);
    scene.talk.client().syn();
    scene.arrives();
    scene.talk.server().syn_ack();
    scene.arrives();
    scene.client.end(connect, 0);
    scene.arrives();  // once more
    const correlate::Timeline& timeline = scene.correlator.timeline();
    Cast cast{{}};
    std::vector<std::string> said;
    for (const correlate::Moment& moment : timeline.moments) {
        const auto event = event_of(timeline, moment, cast, {"server"});
        if (moment.what == correlate::Moment::What::Passage && event) {
            said.push_back(event->text);
        }
    }
    ASSERT_THAT(said, SizeIs(3));
    EXPECT_THAT(said[1], AllOf(HasSubstr("#2 arrives"), HasSubstr("wakes client's call")));
    EXPECT_THAT(said[2], AllOf(HasSubstr("#2 arrives"), Not(HasSubstr("wakes"))));
}

TEST(ScreenEvents, NameProcessesAndThreadsThatEnd) {
    correlate::Timeline timeline;
    Cast cast{{}};
    const auto add = [&](record::ProcessChange change, int pid, int tid, int status) {
        record::Process process;
        process.change = change;
        process.program = "server";
        process.pid = pid;
        process.tid = tid;
        process.parent = pid == 10 ? 0 : 10;
        process.status = status;
        timeline.processes.push_back(process);
        const auto event =
            event_of(timeline, {correlate::Moment::What::Process, timeline.processes.size() - 1, {}}, cast, {"server"});
        return event ? event->text : std::string{};
    };
    using Change = record::ProcessChange;
    EXPECT_EQ(add(Change::Start, 10, 10, 0), "server starts: process 10");
    EXPECT_EQ(add(Change::ThreadStart, 10, 11, 0), "server/t2 starts: a thread");
    EXPECT_EQ(add(Change::Start, 12, 12, 0), "server/p2 is forked: process 12");
    EXPECT_EQ(add(Change::ThreadExit, 10, 11, 0), "server/t2 ends: a thread");
    EXPECT_EQ(add(Change::ThreadExit, 12, 12, 0), "");
    EXPECT_EQ(add(Change::Exit, 12, 12, 3), "server/p2 ends with status 3");
    EXPECT_EQ(add(Change::Exit, 10, 10, 0), "server ends with status 0");
}

}  // namespace
}  // namespace sockstep::render
