// tests/render/run_ladder_test.cpp - calls in the ladder: where they stand, how often, and what they say.
#include "render/run_ladder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "render/call_text.hpp"
#include "render/findings.hpp"
#include "render/json_run.hpp"
#include "render/picture.hpp"
#include "render/run_scene.hpp"

namespace sockstep::render {
namespace {

using record::CallKind;
using ::testing::HasSubstr;
using ::testing::Not;

std::string picture_of(Scene& scene, Style style, const std::vector<Role>& roles = pair) {
    scene.take_frames();
    RunLadder ladder{style, roles};
    std::string text = ladder.opening();
    for (const correlate::Moment& moment : scene.correlator.timeline().moments) {
        text += ladder.moment(scene.correlator.timeline(), moment);
    }
    return text;
}

std::string line_with(const std::string& picture, const std::string& text) {
    for (const std::string& line : lines_of(picture)) {
        if (line.find(text) != std::string::npos) {
            return line;
        }
    }
    return "no line with " + text;
}

TEST(RunLadder, PutsClientsLeftAndServersRight) {
    Scene scene;
    sleep_and_receive(scene);
    const std::string picture = picture_of(scene, {.width = 80, .unicode = false});
    EXPECT_EQ(line_with(picture, "call(3, \"hello\", 5)").at(11), '+');
    const std::string servers = line_with(picture, "= 5 \"hello\"");
    EXPECT_EQ(servers.at(11), '|');
    EXPECT_EQ(servers.back(), '+');
    EXPECT_GT(servers.find("call(3)"), 20U);
}

TEST(RunLadder, ShowsACallThatSleepsTwiceAndAnyOtherOnce) {
    Scene scene;
    const std::uint64_t receive = sleep_and_receive(scene);
    const std::string picture = picture_of(scene, {.width = 80, .unicode = false});
    const std::string begins = "(" + std::to_string(receive) + ") call(3, 0) ...";
    const std::string ends = "(" + std::to_string(receive) + ") call(3) = 5 \"hello\"";
    EXPECT_LT(picture.find(begins), picture.find(ends));
    EXPECT_NE(picture.find(ends), std::string::npos) << picture;
    EXPECT_THAT(picture, HasSubstr("slept "));
    EXPECT_THAT(picture, HasSubstr("woken by #4"));
    EXPECT_EQ(picture.find("call(3, \"hello\", 5)"), picture.rfind("call(3, \"hello\", 5)"));
}

TEST(RunLadder, PutsACallBeforeTheSegmentsItCaused) {
    Scene scene;
    sleep_and_receive(scene);
    const std::string picture = picture_of(scene, {.width = 80, .unicode = false});
    EXPECT_LT(picture.find("call(3, \"hello\", 5) = 5"), picture.find("#4 ACK"));
    EXPECT_THAT(picture, HasSubstr("Made by client's call"));
}

TEST(RunLadder, PutsACallBehindWhatItGotWithoutSleeping) {
    Scene scene;
    scene.open();
    scene.server.call(CallKind::Option, 0);
    const std::uint64_t receive = scene.server.begin(CallKind::Receive);
    scene.client.send("hello");
    scene.talk.client().data("hello");
    scene.server.end_receive(receive, "hello");
    const std::string picture = picture_of(scene, {.width = 80, .unicode = false});
    EXPECT_LT(picture.find("#4 ACK"), picture.find("= 5 \"hello\""));
    EXPECT_NE(picture.find("= 5 \"hello\""), std::string::npos) << picture;
}

TEST(RunLadder, WaitsForTheEndOfACallThatNeedNotBeAsleep) {
    Scene scene;
    const std::uint64_t id = scene.client.begin(CallKind::Option);
    const correlate::Timeline& timeline = scene.correlator.timeline();
    EXPECT_FALSE(RunLadder::can_be_shown(timeline, timeline.moments.back()));
    scene.client.end(id, 0);
    EXPECT_TRUE(RunLadder::can_be_shown(timeline, timeline.moments.front()));
    scene.client.begin_unready(CallKind::Receive);
    EXPECT_TRUE(RunLadder::can_be_shown(timeline, timeline.moments.back())) << "it sleeps";
}

TEST(RunLadder, NamesProgramsWhereThereAreSeveralOnASide) {
    Scene scene;
    sleep_and_receive(scene);
    EXPECT_THAT(picture_of(scene, {}), Not(HasSubstr("client (")));
    std::vector<Role> more = pair;
    more.push_back({"client2", "nc", tcp::Side::Client});
    const std::string picture = picture_of(scene, {}, more);
    EXPECT_THAT(picture, HasSubstr("client ("));
    EXPECT_THAT(picture, Not(HasSubstr("server (")));
}

TEST(RunLadder, TellsWhichConnectionASegmentBelongsToOnceThereAreTwo) {
    Scene scene;
    scene.talk.open();
    scene.talk.start({80'000, 90'000}).client().syn();
    const std::string picture = picture_of(scene, {.unicode = false});
    EXPECT_THAT(picture, HasSubstr("--- #1 SYN"));
    EXPECT_THAT(picture, HasSubstr("--- connection 2: #4 SYN"));
}

TEST(RunLadder, ShowsWhatIsTypedAndPrinted) {
    Scene scene;
    scene.correlator.add(record::Output{.program = "client", .stream = record::Stream::Input, .text = "hi\n"});
    scene.correlator.add(record::Output{.program = "client", .stream = record::Stream::Input, .text = ""});
    scene.correlator.add(record::Output{.program = "server", .text = "one\ntwo"});
    scene.correlator.add(
        record::Output{.program = "server", .stream = record::Stream::Error, .text = std::string{"\x1b[2J\xff"}});
    const std::string picture = picture_of(scene, {.unicode = false});
    EXPECT_THAT(picture, HasSubstr("typed into client: \"hi\\n\""));
    EXPECT_THAT(picture, HasSubstr("typed into client: end of input"));
    EXPECT_THAT(picture, HasSubstr("server prints: \"one\\n\""));
    EXPECT_THAT(picture, HasSubstr("               \"two\""));
    EXPECT_THAT(picture, HasSubstr(R"(server prints an error: "\x1b[2J\xff")"));
}

TEST(RunLadder, ShowsProcessesAndThreadsAsTheyComeAndGo) {
    Scene scene;
    using record::ProcessChange;
    const auto add = [&](ProcessChange change, int pid, int tid, int parent = 0) {
        scene.correlator.add(
            record::Process{.change = change, .program = "server", .pid = pid, .tid = tid, .parent = parent});
    };
    add(ProcessChange::Start, 7, 7);
    add(ProcessChange::Exec, 7, 7);
    add(ProcessChange::ThreadStart, 7, 8);
    add(ProcessChange::Start, 9, 9, 7);
    add(ProcessChange::ThreadStart, 9, 10);
    add(ProcessChange::Exec, 9, 9);
    scene.correlator.add(
        record::Process{.change = ProcessChange::Exit, .program = "server", .pid = 9, .tid = 9, .signal = "SIGPIPE"});
    const std::string picture = picture_of(scene, {.unicode = false});
    EXPECT_THAT(picture, HasSubstr("server starts (process 7)"));
    EXPECT_THAT(picture, Not(HasSubstr("server becomes")));
    EXPECT_THAT(picture, HasSubstr("server/t2 starts (thread 8)"));
    EXPECT_THAT(picture, HasSubstr("server/p2 is forked (process 9)"));
    EXPECT_THAT(picture, HasSubstr("server/p2/t2 starts"));
    EXPECT_THAT(picture, HasSubstr("server/p2 becomes"));
    EXPECT_THAT(picture, HasSubstr("server/p2 is killed by SIGPIPE"));
}

TEST(RunLadder, KeepsTheNameOfAProcessWhoseFirstThreadEndsFirst) {
    Scene scene;
    using record::ProcessChange;
    const auto add = [&](ProcessChange change, int tid) {
        scene.correlator.add(record::Process{.change = change, .program = "server", .pid = 7, .tid = tid});
    };
    add(ProcessChange::Start, 7);
    add(ProcessChange::ThreadStart, 8);
    add(ProcessChange::ThreadExit, 7);
    add(ProcessChange::Exit, 7);
    EXPECT_THAT(picture_of(scene, {.unicode = false}), HasSubstr("server exits with status 0"));
}

TEST(RunLadder, IsNeverWiderThanThePage) {
    Scene scene;
    sleep_and_receive(scene);
    scene.correlator.add(record::Output{.time = scene.correlator.timeline().moments.back().time,
                                        .program = "client",
                                        .text = std::string(500, 'x') + "\n a b c"});
    scene.client.begin(CallKind::Send, [](record::CallBegin& call) {
        call.data = std::string(200, '\x01');
        call.arguments = {{"flags", "MSG_NOSIGNAL|MSG_DONTWAIT|MSG_MORE"}, {"number", std::int64_t{1} << 60}};
    });
    for (const std::size_t width : {40U, 60U, 80U, 109U, 110U, 120U, 200U}) {
        for (const std::string& line : lines_of(picture_of(scene, {.width = width}))) {
            EXPECT_LE(columns_of(line), width) << line;
        }
        for (const char octet : picture_of(scene, {.width = width, .unicode = false})) {
            ASSERT_TRUE(octet == '\n' || (octet >= 0x20 && octet < 0x7F)) << static_cast<int>(octet);
        }
    }
}

TEST(CallText, NamesOnlyWhatIsNotObvious) {
    correlate::Call call;
    call.begin.name = "sendto";
    call.begin.kind = CallKind::Send;
    call.begin.fd = 4;
    call.begin.data = "hello\n";
    call.begin.length = 6;
    call.begin.arguments = {{"flags", "0"}, {"addr", "10.0.0.1:53"}};
    EXPECT_EQ(call_text(call, 40), "sendto(4, \"hello\\n\", 10.0.0.1:53, 6)");
    call.begin = {};
    call.begin.name = "listen";
    call.begin.fd = 3;
    call.begin.arguments = {{"backlog", std::int64_t{16}}};
    EXPECT_EQ(call_text(call, 40), "listen(3, backlog 16)");
    EXPECT_EQ(short_call_text(call), "listen(3)");
    call.begin = {};
    call.begin.name = "epoll_ctl";
    call.begin.fd = 3;
    call.begin.arguments = {{"epfd", std::int64_t{5}}, {"op", "EPOLL_CTL_ADD"}, {"events", "EPOLLIN"}};
    EXPECT_EQ(call_text(call, 40), "epoll_ctl(5, EPOLL_CTL_ADD, 3, EPOLLIN)") << "in the order of its arguments";
}

TEST(Beside, KeepsTheRightColumnFree) {
    EXPECT_EQ(beside("  drop [N]", 12, "lose one that waits", 24), "  drop [N]  lose one\n            that waits\n");
    EXPECT_EQ(beside("  a longer one", 12, "lose it", 24), "  a longer one\n            lose it\n");
}

TEST(CallText, SaysWhatWasReturned) {
    correlate::Call call;
    EXPECT_EQ(result_text(call, 40), "...");
    call.end = record::CallEnd{};
    call.end->result = 4;
    call.end->results = {{"addr", "127.0.0.1:33556"}};
    EXPECT_EQ(result_text(call, 40), "= 4, addr 127.0.0.1:33556");
    call.end->result = -1;
    call.end->error = "ECONNREFUSED";
    EXPECT_EQ(result_text(call, 40), "= -1 ECONNREFUSED (Connection refused)");
    call.end->fate = record::CallFate::ThreadEnded;
    EXPECT_EQ(result_text(call, 40), "= ? (never returned)");
}

TEST(JsonRun, JoinsCallsAndSegments) {
    Scene scene;
    const std::uint64_t receive = sleep_and_receive(scene);
    scene.correlator.finish();
    std::vector<nlohmann::json> all;
    for (const correlate::Moment& moment : scene.correlator.timeline().moments) {
        const std::string line = json_moment(scene.correlator.timeline(), moment);
        if (!line.empty()) {
            all.push_back(nlohmann::json::parse(line));
        }
    }
    const auto find = [&](const std::string& type, std::uint64_t id) {
        for (const nlohmann::json& one : all) {
            if (one["type"] == type && one["id"] == id) {
                return one;
            }
        }
        return nlohmann::json::object();
    };
    const nlohmann::json call = find("call", receive);
    EXPECT_EQ(call["woken_by"], 4);
    EXPECT_EQ(call["wake"], "segment");
    EXPECT_EQ(call["waited_for"], "bytes");
    EXPECT_EQ(call["blocked"], true);
    EXPECT_EQ(call["bytes"], nlohmann::json::array({0, 5}));
    EXPECT_EQ(call["result"], 5);
    EXPECT_EQ(find("segment", 4)["woke"], nlohmann::json::array({receive}));
    EXPECT_EQ(find("segment", 4)["cause"], "call");
    EXPECT_EQ(find("segment", 2)["cause"], "kernel");
}

TEST(FindingsText, GivesSentenceAdviceAndEvidence) {
    findings::Finding finding{.id = "both-wait",
                              .severity = findings::Severity::Error,
                              .calls = {4, 9},
                              .segments = {3},
                              .says = "Both wait.",
                              .advice = "Let one of them speak."};
    const std::string text = findings_text({finding}, {.width = 40});
    EXPECT_EQ(text, "\nerror: both-wait\n  Both wait.\n  Let one of them speak.\n  Shown by calls 4, 9; segment #3.\n");
    const auto parsed = nlohmann::json::parse(json_finding(finding));
    EXPECT_EQ(parsed["evidence"]["calls"], nlohmann::json::array({4, 9}));
    EXPECT_EQ(parsed["severity"], "error");
    finding.calls.assign(30, 1);
    EXPECT_THAT(findings_text({finding}, {}), HasSubstr("and 22 more"));
    EXPECT_EQ(findings_text({}, {}), "");
}

}  // namespace
}  // namespace sockstep::render
