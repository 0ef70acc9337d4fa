// tests/labnet/rule_test.cpp - rules choose the segments they name, and bad ones are refused with the grammar.
#include "labnet/rule.hpp"

#include <gmock/gmock.h>

#include "decode/frame.hpp"
#include "decode/frame_builder.hpp"

namespace sockstep::labnet {
namespace {

using namespace std::chrono_literals;
using decode::FrameBuilder, decode::Octets;

const std::vector<Host>& hosts() {
    static const std::vector<Host> all = make_hosts("server", {"client", "client2"});
    return all;
}

Rule rule(std::string_view text, Action action = Action::Drop) {
    return parse_rule(action, text, hosts());
}

std::string refusal(std::string_view text, Action action = Action::Drop) {
    try {
        rule(text, action);
    } catch (const std::invalid_argument& error) {
        return error.what();
    }
    return "";
}

/// What the rules say of a frame that the host sends.
Treatment treatment(Rules& rules, int host, const FrameBuilder& builder) {
    const Octets frame = builder.bytes();
    const decode::Decoded decoded =
        decode::decode(base::LinkType::Ethernet, frame, static_cast<std::uint32_t>(frame.size()));
    Treatment result;
    rules.apply(host, std::get<decode::TcpSegment>(decoded), result);
    return result;
}

TEST(Rule, NamesHostKindAndNumbers) {
    EXPECT_EQ(rule("client SYN 1"), (Rule{Action::Drop, 1, Kind::Syn, 1, 1, {}}));
    EXPECT_EQ(rule("server data 2-3"), (Rule{Action::Drop, 0, Kind::Data, 2, 3, {}}));
    EXPECT_EQ(rule("client2 FIN"), (Rule{.action = Action::Drop, .host = 2, .kind = Kind::Fin}));
    EXPECT_EQ(rule("  server   syn-ack "), (Rule{.action = Action::Drop, .host = 0, .kind = Kind::SynAck}));
}

TEST(Rule, ThatDelaysEndsWithATime) {
    EXPECT_EQ(rule("server data 2 200ms", Action::Delay), (Rule{Action::Delay, 0, Kind::Data, 2, 2, 200ms}));
    EXPECT_EQ(rule("server any 1.5s", Action::Delay).delay, 1500ms);
    EXPECT_NE(refusal("server data 2", Action::Delay), "");
    EXPECT_NE(refusal("server data 200", Action::Delay), "");
    EXPECT_NE(refusal("", Action::Delay), "");
    for (const char* time : {"-1ms", "nans", "infs", "1h", "ms", "90000s"}) {
        EXPECT_NE(refusal(std::string{"server data 2 "} + time, Action::Delay), "") << time;
    }
}

TEST(Rule, ThatIsNoneIsRefusedWithTheGrammarInOneLine) {
    for (const char* text :
         {"", "client", "nobody SYN", "client PUSH", "client SYN 0", "client SYN -1", "client SYN 3-2", "client SYN 1-",
          "client SYN one", "client SYN 1 2", "client SYN 99999999999999999999"}) {
        const std::string said = refusal(text);
        EXPECT_THAT(said, testing::HasSubstr("HOST KIND [N or N-M]")) << text;
        EXPECT_THAT(said, testing::HasSubstr("SYN, SYN-ACK, ACK, data, FIN, RST or any")) << text;
        EXPECT_EQ(said.find('\n'), std::string::npos);
    }
    EXPECT_THAT(refusal("nobody SYN"), testing::HasSubstr("there are server, client, client2"));
}

TEST(Rules, CountWhatTheirHostSendsOfTheirKind) {
    Rules rules{{rule("client data 2-3")}};
    const FrameBuilder data = FrameBuilder{}.ack(1).payload("x");
    EXPECT_FALSE(treatment(rules, 1, data).dropped());
    EXPECT_FALSE(treatment(rules, 0, data).dropped()) << "of the server";
    EXPECT_FALSE(treatment(rules, 1, FrameBuilder{}.ack(1)).dropped()) << "no data";
    EXPECT_EQ(treatment(rules, 1, data).drop, record::DropReason::Rule);
    EXPECT_TRUE(treatment(rules, 1, data).dropped());
    EXPECT_FALSE(treatment(rules, 1, data).dropped());
}

TEST(Rules, CountARetransmissionAsTheNext) {
    Rules rules{{rule("client SYN 1")}};
    const FrameBuilder syn = FrameBuilder{}.syn().seq(7);
    EXPECT_TRUE(treatment(rules, 1, syn).dropped());
    EXPECT_FALSE(treatment(rules, 1, syn).dropped());
}

TEST(Rules, TellKindsApart) {
    const auto matches = [](const char* text, const FrameBuilder& frame) {
        Rules rules{{rule(text)}};
        return treatment(rules, 1, frame).dropped();
    };
    EXPECT_TRUE(matches("client SYN", FrameBuilder{}.syn()));
    EXPECT_FALSE(matches("client SYN", FrameBuilder{}.syn().ack(1)));
    EXPECT_TRUE(matches("client SYN-ACK", FrameBuilder{}.syn().ack(1)));
    EXPECT_TRUE(matches("client ACK", FrameBuilder{}.ack(1)));
    EXPECT_FALSE(matches("client ACK", FrameBuilder{}.fin().ack(1)));
    EXPECT_FALSE(matches("client ACK", FrameBuilder{}.ack(1).payload("x")));
    EXPECT_TRUE(matches("client data", FrameBuilder{}.fin().ack(1).payload("x")));
    EXPECT_TRUE(matches("client FIN", FrameBuilder{}.fin().ack(1).payload("x")));
    EXPECT_TRUE(matches("client RST", FrameBuilder{}.rst()));
    EXPECT_TRUE(matches("client any", FrameBuilder{}.rst()));
}

TEST(Rules, AddUp) {
    Rules rules{{rule("client data 1", Action::Duplicate), rule("client any 1 5ms", Action::Delay),
                 rule("client any", Action::Corrupt)}};
    const Treatment both = treatment(rules, 1, FrameBuilder{}.ack(1).payload("x"));
    EXPECT_EQ(both, (Treatment{.duplicate = true, .corrupt = true, .delay = 5ms}));
}

}  // namespace
}  // namespace sockstep::labnet
