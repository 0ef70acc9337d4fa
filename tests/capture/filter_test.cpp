// tests/capture/filter_test.cpp - expressions, and the link types they are compiled for.
#include "capture/filter.hpp"

#include <gmock/gmock.h>

#include "capture/capture_builder.hpp"

namespace sockstep::capture {
namespace {

using base::LinkType, test::Octets;

/// An IPv4 packet with a TCP header without options, from port 40000 to `port`.
Octets tcp_packet(std::uint16_t port) {
    return test::Builder{ByteOrder::Big}
        .octets({0x45, 0, 0, 40, 0, 1, 0, 0, 64, 6, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2})
        .u16(40000)
        .u16(port)
        .octets({0, 0, 0, 1, 0, 0, 0, 0, 0x50, 0x02, 0xff, 0xff, 0, 0, 0, 0})
        .done();
}

Octets ethernet_header() {
    return {2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2, 8, 0};
}

/// True if a frame of `link` that holds `octets` is wanted by `filter`.
bool matches(Filter& filter, LinkType link, const Octets& octets) {
    record::Frame frame;
    frame.link = link;
    frame.wire_length = static_cast<std::uint32_t>(octets.size());
    frame.bytes = octets;
    return filter.matches(frame);
}

TEST(Filter, TellsWantedFramesFromOthers) {
    Filter filter{"tcp port 80"};
    EXPECT_TRUE(matches(filter, LinkType::Ethernet, ethernet_header() + tcp_packet(80)));
    EXPECT_FALSE(matches(filter, LinkType::Ethernet, ethernet_header() + tcp_packet(81)));
    EXPECT_FALSE(matches(filter, LinkType::Ethernet, {}));
}

TEST(Filter, LetsEverythingThroughWhenEmpty) {
    Filter filter{""};
    EXPECT_TRUE(matches(filter, LinkType::Ethernet, ethernet_header()));
}

TEST(Filter, IsCompiledForTheLinkTypeOfEachFrame) {
    const Octets sll(14);
    const Octets sll2{0x08, 0x00, 0, 0, 0, 0, 0, 1, 0, 1, 0, 6, 0, 0, 0, 0, 0, 0, 0, 0};
    Filter filter{"tcp port 80"};
    for (const std::uint16_t port : {std::uint16_t{80}, std::uint16_t{81}}) {
        const bool wanted = port == 80;
        EXPECT_EQ(matches(filter, LinkType::Ethernet, ethernet_header() + tcp_packet(port)), wanted);
        EXPECT_EQ(matches(filter, LinkType::LinuxSll, sll + Octets{8, 0} + tcp_packet(port)), wanted);
        EXPECT_EQ(matches(filter, LinkType::LinuxSll2, sll2 + tcp_packet(port)), wanted);
        EXPECT_EQ(matches(filter, LinkType::Raw, tcp_packet(port)), wanted);
        EXPECT_EQ(matches(filter, LinkType::RawBsd, tcp_packet(port)), wanted);
        EXPECT_EQ(matches(filter, LinkType::RawOpenBsd, tcp_packet(port)), wanted);
        EXPECT_EQ(matches(filter, LinkType::Ipv4, tcp_packet(port)), wanted);
        EXPECT_EQ(matches(filter, LinkType::Loop, Octets{0, 0, 0, 2} + tcp_packet(port)), wanted);
        EXPECT_EQ(matches(filter, LinkType::Null, Octets{2, 0, 0, 0} + tcp_packet(port)), wanted);
        EXPECT_EQ(matches(filter, LinkType::Null, Octets{0, 0, 0, 2} + tcp_packet(port)), wanted) << "the other order";
        EXPECT_FALSE(matches(filter, static_cast<LinkType>(999), tcp_packet(port))) << "unknown";
    }
}

TEST(Filter, WorksOnAFileOfTwoLinkTypes) {
    FileReader reader{test::memory(test::section_header() + test::interface_description(1) +
                                   test::interface_description(101) +
                                   test::enhanced_packet(ethernet_header() + tcp_packet(80)) +
                                   test::enhanced_packet(tcp_packet(81), {.interface = 1}) +
                                   test::enhanced_packet(tcp_packet(80), {.interface = 1}))};
    Filter filter{"port 80"};
    std::vector<std::uint64_t> wanted;
    record::Frame frame;
    while (reader.next(frame)) {
        if (filter.matches(frame)) {
            wanted.push_back(frame.number);
        }
    }
    EXPECT_THAT(wanted, testing::ElementsAre(1, 3));
}

TEST(Filter, ComparesTheLengthOnTheWire) {
    Filter filter{"greater 1000"};
    record::Frame frame;
    frame.wire_length = 1500;
    EXPECT_TRUE(filter.matches(frame));
    frame.wire_length = 100;
    EXPECT_FALSE(filter.matches(frame));
}

TEST(Filter, ThatIsNoneThrowsWhatLibpcapSays) {
    for (const char* const bad : {"foo bar(", "tcp port", "port 80)"}) {
        try {
            const Filter filter{bad};
            ADD_FAILURE() << bad;
        } catch (const BadFilter& error) {
            EXPECT_STREQ(error.what(), "can't parse filter expression: syntax error");
        }
    }
}

TEST(Filter, MayHaveAMeaningForSomeLinkTypesOnly) {
    Filter of_cooked_frames{"ifindex 3"};
    EXPECT_THROW(matches(of_cooked_frames, LinkType::Raw, tcp_packet(80)), BadFilter);
    EXPECT_THROW(Filter{"inbound and ether host 02:00:00:00:00:01"}, BadFilter);  // no file tells the direction so
    Filter of_ethernet{"ether host 02:00:00:00:00:01"};
    EXPECT_TRUE(matches(of_ethernet, LinkType::Ethernet, ethernet_header() + tcp_packet(80)));
    EXPECT_THROW(matches(of_ethernet, LinkType::Raw, tcp_packet(80)), BadFilter);
}

TEST(Filter, WantsNothingOfALinkTypeThatLibpcapDoesNotKnow) {
    Filter filter{"tcp"};
    EXPECT_FALSE(matches(filter, static_cast<LinkType>(60000), tcp_packet(80)));
    EXPECT_TRUE(matches(filter, LinkType::Ethernet, ethernet_header() + tcp_packet(80))) << "the others go on";
}

}  // namespace
}  // namespace sockstep::capture
