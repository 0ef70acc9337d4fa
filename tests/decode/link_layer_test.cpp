// tests/decode/link_layer_test.cpp - what may stand before the IP header.
#include <gtest/gtest.h>

#include "decode/decoding.hpp"

namespace sockstep::decode {
namespace {

using base::LinkType;

FrameBuilder hello() {
    return FrameBuilder{}.seq(1).ack(2).payload("hello");
}

FrameBuilder hello_v6() {
    return hello().from("fd00::1", 1234).to("fd00::2", 80);
}

void expect_hello(const Octets& frame, LinkType link = LinkType::Ethernet) {
    const Decoded decoded = decode_whole(frame, link);
    const TcpSegment segment = segment_of(decoded);
    EXPECT_EQ(segment.source.port, 1234);
    EXPECT_EQ(segment.destination.port, 80);
    EXPECT_EQ(text_of(segment.payload), "hello");
    EXPECT_EQ(segment.checksum, Checksum::Correct);
}

class EveryLinkType : public testing::TestWithParam<LinkType> {};

TEST_P(EveryLinkType, LeadsToIpv4) {
    if (GetParam() != LinkType::Ipv6) {
        expect_hello(hello().link(GetParam()).bytes(), GetParam());
    }
}

TEST_P(EveryLinkType, LeadsToIpv6) {
    if (GetParam() != LinkType::Ipv4) {
        expect_hello(hello_v6().link(GetParam()).bytes(), GetParam());
    }
}

TEST_P(EveryLinkType, IsCutShortWhenNothingWasCaptured) {
    EXPECT_TRUE(std::holds_alternative<CutShort>(decode(GetParam(), {}, 60)));
}

INSTANTIATE_TEST_SUITE_P(Link, EveryLinkType,
                         testing::Values(LinkType::Ethernet, LinkType::LinuxSll, LinkType::LinuxSll2, LinkType::Null,
                                         LinkType::Loop, LinkType::Raw, LinkType::RawBsd, LinkType::RawOpenBsd,
                                         LinkType::Ipv4, LinkType::Ipv6));

TEST(LinkType, IsNamedWhenItIsNotRead) {
    const Octets frame = hello().bytes();
    EXPECT_THAT(decode_whole(frame, LinkType{105}), is(NotTcp{"link type", 105, "Wi-Fi (802.11)"}));
    EXPECT_EQ(description_of(frame, LinkType{105}), "link type 105 (Wi-Fi (802.11))");
    EXPECT_EQ(description_of(frame, LinkType{147}), "link type 147");
}

TEST(Vlan, TagsAreSteppedOverHoweverMany) {
    expect_hello(hello().vlan(7).bytes());
    expect_hello(hello().vlan(7, 0x88A8).vlan(8).bytes());
    expect_hello(hello().vlan(7, 0x9100).vlan(8, 0x9100).vlan(9).bytes());
    expect_hello(hello_v6().vlan(0xF007).bytes());
    expect_hello(hello().link(LinkType::LinuxSll).vlan(7).bytes(), LinkType::LinuxSll);
    expect_hello(hello().link(LinkType::LinuxSll2).vlan(7).bytes(), LinkType::LinuxSll2);
}

TEST(Vlan, TagsWithoutEndAreCutShort) {
    Octets frame(1514, 0);
    for (std::size_t at = 12; at + 1 < frame.size(); at += 4) {
        frame[at] = 0x81;
    }
    EXPECT_THAT(decode_whole(frame), is(CutShort{"VLAN tag", 1514}));
}

TEST(Ethernet, NamesOtherEtherTypes) {
    Octets frame(60, 0);
    frame[12] = 0x08;
    frame[13] = 0x06;
    EXPECT_THAT(decode_whole(frame), is(NotTcp{"EtherType", 0x0806, "ARP"}));
    EXPECT_EQ(description_of(frame), "ARP");
    frame[12] = 0x88;
    frame[13] = 0xB5;
    EXPECT_EQ(description_of(frame), "EtherType 0x88B5");
}

/// An IEEE 802.3 frame: a length where the EtherType would be, then `llc`, then the IP packet of hello().
Octets length_and_llc(const Octets& llc) {
    const Octets packet = hello().link(LinkType::Raw).bytes();
    Octets frame(12, 2);
    frame.push_back(0);
    frame.push_back(static_cast<std::uint8_t>(llc.size() + packet.size()));
    frame.insert(frame.end(), llc.begin(), llc.end());
    frame.insert(frame.end(), packet.begin(), packet.end());
    return frame;
}

TEST(Ieee8023, ReadsIpInSnap) {
    expect_hello(length_and_llc({0xAA, 0xAA, 0x03, 0, 0, 0, 0x08, 0x00}));
}

TEST(Ieee8023, NamesTheRest) {
    const Octets spanning_tree = length_and_llc({0x42, 0x42, 0x03});
    EXPECT_THAT(decode_whole(spanning_tree), is(NotTcp{"LLC service access point", 0x42, "spanning tree"}));
    const Octets cisco = length_and_llc({0xAA, 0xAA, 0x03, 0, 0, 0x0C, 0x20, 0x00});
    EXPECT_THAT(decode_whole(cisco), is(NotTcp{"SNAP protocol", 0x2000, ""}));
}

TEST(LinuxSll, NamesProtocolsOfLinuxsOwn) {
    Octets frame(64, 0);
    frame[15] = 0x0C;  // CAN
    EXPECT_THAT(decode_whole(frame, LinkType::LinuxSll), is(NotTcp{"Linux protocol type", 0x0C, ""}));
    frame[15] = 0x04;  // LLC
    frame[16] = 0x42;
    EXPECT_THAT(decode_whole(frame, LinkType::LinuxSll), is(NotTcp{"LLC service access point", 0x42, "spanning tree"}));
}

TEST(BsdLoopback, KnowsTheAddressFamilyInEitherByteOrder) {
    for (const std::uint8_t family : Octets{10, 24, 28, 30}) {
        Octets frame = hello_v6().link(LinkType::Null).bytes();
        frame[0] = family;
        expect_hello(frame, LinkType::Null);
        frame[0] = 0;
        frame[3] = family;
        expect_hello(frame, LinkType::Null);
        expect_hello(frame, LinkType::Loop);
    }
}

TEST(BsdLoopback, NamesOtherFamilies) {
    Octets frame = hello().link(LinkType::Null).bytes();
    frame[0] = 7;
    EXPECT_THAT(decode_whole(frame, LinkType::Null), is(NotTcp{"address family", 7, ""}));
}

TEST(RawIp, WantsVersion4Or6) {
    const Octets frame(40, 0x55);
    EXPECT_TRUE(std::holds_alternative<Malformed>(decode_whole(frame, LinkType::Raw)));
}

}  // namespace
}  // namespace sockstep::decode
