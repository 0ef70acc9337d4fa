// tests/explain/truth_test.cpp - what must hold of every sentence, whatever passed: tried on traffic by dice.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "explain/explain.hpp"
#include "explain/words.hpp"
#include "tcp/random_traffic.hpp"
#include "tcp/tracker.hpp"

namespace sockstep::explain {
namespace {

bool contains(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

std::string without(const std::string& part, std::string text) {
    for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part)) {
        text.erase(at, part.size());
    }
    return text;
}

/// Negative numbers, plurals of one, verbs that disagree, sentences that were glued together.
testing::Matcher<const std::string&> has_a_slip() {
    static const testing::Matcher<const std::string&> slips = testing::ContainsRegex(
        "(^| )-[0-9]|byte -|(^| )1 (bytes|segments)|[02-9] (byte|segment)[ .,]|byte [0-9,]+ have|'s FIN have|bytes "
        "[0-9,-]+ has|"
        "SYN have|  |[.][.]| [.]|,[.]|[.] [a-z]");
    return slips;
}

/// The form: not empty, ASCII, full stops, and the grammar of numbers.
void expect_good_form(const Explanation& explanation) {
    const std::string& says = explanation.says;
    ASSERT_FALSE(says.empty());
    ASSERT_EQ(says.back(), '.') << says;
    ASSERT_FALSE(explanation.sources().empty()) << says;
    for (const char octet : says) {
        ASSERT_TRUE(octet >= 0x20 && octet < 0x7F) << says;
    }
    ASSERT_THAT(without(" before byte 0", without(" and its FIN have", says)), testing::Not(has_a_slip()));
}

/// The substance: the numbers are the segment's, and what is claimed is what it is.
void expect_truth(const decode::TcpSegment& packet, const tcp::Tracker::Result& result, const std::string& says) {
    const tcp::Segment& now = result.segment;
    const bool plain = !packet.flags.rst() && !packet.flags.syn();
    if (plain && now.length > 0 && !now.notes.has(tcp::Note::KeepAlive)) {
        ASSERT_TRUE(contains(says, bytes(now.bytes))) << says;
    }
    if (contains(says, "may send") && now.may_send && !now.notes.has(tcp::Note::ZeroWindow) &&
        !contains(says, "may still send")) {
        ASSERT_TRUE(contains(says, "may send " + count(*now.may_send, "byte") + " more.")) << says;
    }
    if (contains(says, "not yet acknowledged")) {
        ASSERT_TRUE(contains(says, count(*now.in_flight, "byte") + " sent and not yet acknowledged")) << says;
    }
    if (plain && !packet.flags.fin() && contains(says, " again")) {
        ASSERT_TRUE(now.notes.has(tcp::Note::Retransmission)) << says;
        ASSERT_LT(now.new_bytes, now.length + (contains(says, "sent again") ? 1 : 0)) << says;
    }
    ASSERT_FALSE(contains(says, "handshake") && !now.completes_handshake) << says;
    ASSERT_FALSE(contains(says, "TIME-WAIT") && now.after.of(now.from) != tcp::State::TimeWait) << says;
    ASSERT_FALSE(contains(says, "Aborts") && !packet.flags.rst()) << says;
    ASSERT_FALSE(contains(says, "Refuses") && !result.connection.refused && now.from == tcp::Side::Server) << says;
    ASSERT_EQ(contains(says, "checksum is wrong"), now.notes.has(tcp::Note::BadChecksum)) << says;
    ASSERT_EQ(contains(says, "The capture holds"), now.notes.has(tcp::Note::Truncated)) << says;
    if (contains(says, "next it waits for")) {
        ASSERT_FALSE(now.ack_is_overtaken) << says;
        ASSERT_TRUE(contains(says, byte_at(now.ack - 1) + " is the next it waits for")) << says;
    }
    if (now.acknowledges && plain && !now.completes_handshake && now.acknowledges->bytes.length() > 0) {
        ASSERT_TRUE(contains(says, "'s " + bytes(now.acknowledges->bytes))) << says;
    }
}

void explain_all(const tcp::Traffic& traffic) {
    tcp::Tracker tracker{[](const tcp::Connection& connection) { expect_good_form(explain(connection)); }};
    std::uint64_t frame = 0;
    for (const tcp::Captured& captured : traffic) {
        const auto result = tracker.add(captured.packet, ++frame, captured.time);
        const Explanation explanation = explain(captured.packet, result.segment, result.connection);
        ASSERT_NO_FATAL_FAILURE(expect_good_form(explanation)) << "frame " << frame;
        ASSERT_NO_FATAL_FAILURE(expect_truth(captured.packet, result, explanation.says)) << "frame " << frame;
    }
    tracker.finish();
}

TEST(EverySentence, IsHeldToItsGrammar) {
    for (const char* slip :
         {"Carries byte -1.", "It has sent 1 bytes.", "It has sent 2 byte.", "Says that byte 1 have.",
          "Says that the client's FIN have arrived.", "Carries bytes 0-5..", "One. two."}) {
        EXPECT_THAT(slip, has_a_slip());
    }
    EXPECT_THAT("Carries bytes 0-5. It holds bytes 10-1,019 already.", testing::Not(has_a_slip()));
}

TEST(EverySentence, IsTrueOfPlausibleTraffic) {
    for (std::uint32_t seed = 1; seed <= 12; ++seed) {
        ASSERT_NO_FATAL_FAILURE(explain_all(tcp::RandomTraffic{seed}.plausible(std::size_t{seed} * 10, 3000)))
            << "seed " << seed;
    }
}

TEST(EverySentence, IsTrueOfArbitrarySegments) {
    for (std::uint32_t seed = 1; seed <= 6; ++seed) {
        ASSERT_NO_FATAL_FAILURE(explain_all(tcp::RandomTraffic{seed}.arbitrary(3000))) << "seed " << seed;
    }
}

TEST(Numbers, AreGroupedByThousands) {
    EXPECT_EQ(number(0), "0");
    EXPECT_EQ(number(999), "999");
    EXPECT_EQ(number(65160), "65,160");
    EXPECT_EQ(number(-1234567), "-1,234,567");
    EXPECT_EQ(count(1, "byte"), "1 byte");
    EXPECT_EQ(bytes({5, 6}), "byte 5");
    EXPECT_EQ(bytes({0, 1000}), "bytes 0-999");
    EXPECT_EQ(bytes({-3, -2}), "the byte 3 before byte 0");
    EXPECT_EQ(bytes({-3, 3}), "6 bytes that begin 3 before byte 0");
}

}  // namespace
}  // namespace sockstep::explain
