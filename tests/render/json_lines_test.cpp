// tests/render/json_lines_test.cpp - the public record, field by field, as DESIGN.md states it.
#include "render/json_lines.hpp"

#include <gtest/gtest.h>

#include <string>

#include <nlohmann/json.hpp>

#include "explain/explain.hpp"
#include "render/picture.hpp"
#include "tcp/random_traffic.hpp"

namespace sockstep::render {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;
using tcp::Conversation;

std::string line_of(const Conversation& talk, const tcp::Seen& seen) {
    return json_segment(seen.time - talk.all().front().time, seen.packet, seen.segment,
                        explain::explain(seen.packet, seen.segment, seen.connection));
}

TEST(JsonSegment, FollowsTheRecord) {
    Conversation talk;
    talk.open();
    talk.client().psh().data(6);
    const std::string line = line_of(talk, talk.last());
    EXPECT_EQ(line, R"({"type":"segment","id":4,"frame":4,"connection":1,"from":"client","time":0.030000000,)"
                    R"("flags":["PSH","ACK"],"seq":1,"ack":1,"window":64240,"length":6,"bytes":[0,6],"notes":[],)"
                    R"("in_flight":6,"may_send":64240,"client_state":"ESTABLISHED","server_state":"ESTABLISHED",)"
                    R"("says":"Carries bytes 0-5.","source":"RFC 9293 section 3.4"})"
                    "\n");
}

TEST(JsonSegment, OfASynSaysWhatItProposes) {
    Conversation talk;
    talk.client().mss(1460).window_scale(7).syn();
    const json segment = json::parse(line_of(talk, talk.last()));
    EXPECT_EQ(segment["flags"], json({"SYN"}));
    EXPECT_EQ(segment["mss"], 1460);
    EXPECT_EQ(segment["window_scale"], 7);
    EXPECT_EQ(segment["bytes"], json({0, 0}));
    EXPECT_FALSE(segment.contains("ack"));
    EXPECT_EQ(segment["client_state"], "SYN-SENT");
    EXPECT_FALSE(segment.contains("server_state"));  // unknown
}

TEST(JsonSegment, RefersToOthers) {
    Conversation talk;
    talk.open().client().data(5);
    talk.pass(300ms).client().seq(1).data(5);
    const json again = json::parse(line_of(talk, talk.last()));
    EXPECT_EQ(again["notes"], json({"retransmission"}));
    EXPECT_EQ(again["repeats"], 4);
    talk.server().ack();
    const json ack = json::parse(line_of(talk, talk.last()));
    EXPECT_EQ(ack["acknowledges"], json({0, 5}));
    EXPECT_FALSE(ack.contains("rtt"));  // Karn
    talk.client().data(1);
    talk.server().ack();
    EXPECT_DOUBLE_EQ(json::parse(line_of(talk, talk.last()))["rtt"].get<double>(), 0.01);
}

TEST(JsonSegment, SaysTheWindowFieldWhereTheScaleIsUnknown) {
    Conversation talk;
    talk.begun().client().window(500).ack();
    const json segment = json::parse(line_of(talk, talk.last()));
    EXPECT_FALSE(segment.contains("window"));
    EXPECT_EQ(segment["window_field"], 500);
    EXPECT_FALSE(segment.contains("may_send"));
}

TEST(JsonConnection, FollowsTheRecord) {
    Conversation talk;
    talk.open().client().data(6);
    talk.client().seq(1).data(6);
    talk.server().fin();
    talk.client().fin();
    talk.server().ack();
    const json connection = json::parse(json_connection(talk.connection(), explain::explain(talk.connection())));
    const json expected = {{"type", "connection"},
                           {"id", 1},
                           {"client", "10.0.0.11:41234"},
                           {"server", "10.0.0.1:5000"},
                           {"known_by", "syn"},
                           {"handshake", "complete"},
                           {"syn", 1},
                           {"syn_ack", 2},
                           {"ack", 3},
                           {"closed", "fin"},
                           {"client_state", "CLOSED"},
                           {"server_state", "TIME-WAIT"},
                           {"client_bytes", 6},
                           {"server_bytes", 0},
                           {"client_segments", 5},
                           {"server_segments", 3},
                           {"retransmissions", 1},
                           {"first_frame", 1},
                           {"last_frame", 8},
                           {"handshake_rtt", 0.02}};
    for (const auto& [key, value] : expected.items()) {
        EXPECT_EQ(connection[key], value) << key;
    }
    EXPECT_EQ(connection.size(), expected.size() + 2);  // says, source
}

TEST(JsonConnection, LeavesOutWhatIsUnknown) {
    Conversation talk;
    talk.begun().between(decode::endpoint("2001:db8::1", 1), decode::endpoint("2001:db8::2", 2)).client().ack();
    const json connection = json::parse(json_connection(talk.connection(), explain::explain(talk.connection())));
    for (const char* key : {"syn", "syn_ack", "ack", "client_state", "server_state", "handshake_rtt"}) {
        EXPECT_FALSE(connection.contains(key)) << key;
    }
    EXPECT_EQ(connection["known_by"], "first");
    EXPECT_EQ(connection["handshake"], "not-seen");
    EXPECT_EQ(connection["closed"], "open");
    EXPECT_EQ(connection["client"], "[2001:db8::1]:1");
}

TEST(JsonLines, AreOneObjectALineWhateverPasses) {
    for (const tcp::Traffic& traffic :
         {tcp::RandomTraffic{1}.plausible(10, 2000), tcp::RandomTraffic{2}.arbitrary(2000)}) {
        tcp::Tracker tracker{[](const tcp::Connection& connection) {
            const json parsed = json::parse(json_connection(connection, explain::explain(connection)));
            EXPECT_EQ(parsed["id"], connection.id);
        }};
        std::uint64_t frame = 0;
        for (const tcp::Captured& captured : traffic) {
            const auto result = tracker.add(captured.packet, ++frame, captured.time);
            const std::string line = json_segment(captured.time - traffic.front().time, captured.packet, result.segment,
                                                  explain::explain(captured.packet, result.segment, result.connection));
            ASSERT_EQ(line.find('\n'), line.size() - 1);
            const json parsed = json::parse(line);
            ASSERT_EQ(parsed["frame"], frame);
            ASSERT_EQ(parsed["seq"], result.segment.seq);
            ASSERT_EQ(parsed["bytes"], json({result.segment.bytes.from, result.segment.bytes.to}));
            ASSERT_EQ(parsed["from"], result.segment.from == tcp::Side::Client ? "client" : "server");
        }
        tracker.finish();
    }
}

TEST(JsonFrame, NamesWhatIsNoSegment) {
    EXPECT_EQ(json_frame(1500ms, 3, "ARP"), "{\"type\":\"frame\",\"frame\":3,\"time\":1.500000000,\"says\":\"ARP\"}\n");
    EXPECT_EQ(json::parse(json_frame(-1ms, 3, ""))["time"], -0.001);  // time stamps of a file may go backwards
}

TEST(JsonOutput, EscapesWhatWasPrinted) {
    const std::string line = json_output(0ms, "client", "stdout", "a\"b\\\n\x1b[2J\xff");
    EXPECT_EQ(line.find('\n'), line.size() - 1);
    EXPECT_EQ(line.find('\x1b'), std::string::npos);
    EXPECT_EQ(json::parse(line)["text"], "a\"b\\\n\x1b[2J\xef\xbf\xbd");  // what is no UTF-8 becomes U+FFFD
}

TEST(JsonTotals, CountEverything) {
    const Totals totals{.frames = 7,
                        .segments = 1,
                        .connections = 2,
                        .others = {.not_tcp = 3, .other_links = 7, .fragments = 4, .cut_short = 5, .malformed = 6}};
    EXPECT_EQ(
        json_totals(totals),
        R"({"type":"totals","frames":7,"segments":1,"connections":2,"not_tcp":3,"other_links":7,"fragments":4,"cut_short":5,)"
        R"("malformed":6})"
        "\n");
}

}  // namespace
}  // namespace sockstep::render
