// tests/render/summary_test.cpp - the table of connections, and the totals under it.
#include "render/summary.hpp"

#include <gtest/gtest.h>

#include <string>

#include "render/picture.hpp"
#include "tcp/random_traffic.hpp"

namespace sockstep::render {
namespace {

tcp::Connection closed_connection() {
    tcp::Conversation talk;
    talk.open().client().data(1234);
    talk.client().seq(1).data(1234);
    talk.client().rst_ack();
    return talk.connection();
}

TEST(Summary, PutsEachNumberUnderItsHeading) {
    const tcp::Connection connection = closed_connection();
    const auto under = [&](std::size_t width, std::size_t line, const std::string& heading, const std::string& value) {
        const Style style{.width = width};
        const std::string names = lines_of(summary_heading(style)).at(line);
        const std::string row = lines_of(summary_row(connection, style)).at(line);
        const std::size_t left = names.find(heading);
        const std::size_t right = left + heading.size();
        const auto stands_at = [&](std::size_t at) {
            return at < row.size() && row.compare(at, value.size(), value) == 0;
        };
        const bool flush_left = stands_at(left);
        const bool flush_right = right >= value.size() && stands_at(right - value.size());
        EXPECT_TRUE(flush_left || flush_right) << names << "\n" << row;
    };
    under(80, 0, "id", "1");
    under(80, 0, "client", "10.0.0.11:41234");
    under(80, 0, "server", "10.0.0.1:5000");
    under(80, 0, "handshake", "complete");
    under(80, 0, "end", "rst");
    under(80, 1, "bytes in segments", "1234 in 5");
    under(80, 1, "sent again", "1");
    under(120, 0, "client", "10.0.0.11:41234");
    under(120, 0, "bytes", "1234");
    under(120, 0, "segments", "5");
    under(120, 0, "server", "10.0.0.1:5000");
    under(120, 0, "handshake", "complete");
    under(120, 0, "end", "rst");
    under(120, 0, "again", "1");
}

TEST(Summary, TakesOneLineWhereThereIsRoomAndTwoElsewhere) {
    EXPECT_EQ(lines_of(summary_row(closed_connection(), {.width = 80})).size(), 2U);
    EXPECT_EQ(lines_of(summary_row(closed_connection(), {.width = 120})).size(), 1U);
    EXPECT_EQ(lines_of(summary_heading({.width = 80})).size(), 2U);
    EXPECT_EQ(lines_of(summary_heading({.width = 120})).size(), 1U);
}

TEST(Summary, FitsOnThePageWithIpv4) {
    for (const std::size_t width : {80U, 120U}) {
        EXPECT_LE(widest(summary_heading({.width = width})), width);
        EXPECT_LE(widest(summary_row(closed_connection(), {.width = width})), width);
    }
}

TEST(Summary, FitsOnThePageWithTheLongestEndpoints) {
    tcp::Conversation talk;
    talk.between(decode::endpoint("2001:db8:1234:5678:9abc:def0:1234:5678", 65'535),
                 decode::endpoint("2001:db8:ffff:eeee:dddd:cccc:bbbb:aaaa", 65'535));
    talk.begun().client().data(5);
    for (const std::size_t width : {80U, 120U}) {
        const std::string row = summary_row(talk.connection(), {.width = width});
        EXPECT_LE(widest(row), width) << row;
        EXPECT_NE(row.find("[2001:db8:1234:5678:9abc:def0:1234:5678]:65535?"), std::string::npos);
        EXPECT_NE(row.find("[2001:db8:ffff:eeee:dddd:cccc:bbbb:aaaa]:65535"), std::string::npos);
    }
}

TEST(Summary, MarksAClientThatIsAGuess) {
    tcp::Conversation talk;
    talk.begun().client().ack();
    EXPECT_NE(summary_row(talk.connection(), {}).find("10.0.0.11:41234?"), std::string::npos);
    EXPECT_EQ(summary_row(closed_connection(), {}).find('?'), std::string::npos);
}

TEST(Totals, SayWhatWasThereAndNotWhatWasNot) {
    EXPECT_EQ(totals_text({.frames = 20, .segments = 18, .connections = 2, .others = {.not_tcp = 2}}, {}),
              "\n20 frames: 18 TCP segments in 2 connections, 2 of other protocols\n");
    EXPECT_EQ(totals_text({.frames = 4, .others = {.other_links = 4}}, {.width = 120}),
              "\n4 frames: 0 TCP segments in 0 connections, 4 of link types that are not read\n");
    EXPECT_EQ(totals_text({.frames = 1, .segments = 1, .connections = 1}, {}),
              "\n1 frame: 1 TCP segment in 1 connection\n");
    EXPECT_EQ(
        totals_text({.frames = 1234567, .others = {.fragments = 1, .cut_short = 2, .malformed = 3}}, {.width = 120}),
        "\n1,234,567 frames: 0 TCP segments in 0 connections, 1 IP fragment, 2 cut before the TCP header ended, 3 "
        "malformed\n");
}

TEST(Totals, FitOnThePage) {
    const Totals totals{.frames = 123456789,
                        .segments = 12345678,
                        .connections = 1234567,
                        .others = {.not_tcp = 123456, .fragments = 12345, .cut_short = 1234, .malformed = 123}};
    for (const std::size_t width : {40U, 80U, 120U}) {
        EXPECT_LE(widest(totals_text(totals, {.width = width})), width);
    }
}

}  // namespace
}  // namespace sockstep::render
