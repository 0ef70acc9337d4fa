// tests/decode/ip_test.cpp - lengths, fragments, options and extension headers of IP.
#include <gtest/gtest.h>

#include "decode/decoding.hpp"

namespace sockstep::decode {
namespace {

FrameBuilder v4() {
    return FrameBuilder{}.from("10.0.0.1", 1234).to("10.0.0.2", 80);
}

FrameBuilder v6() {
    return FrameBuilder{}.from("fd00::1", 1234).to("fd00::2", 80);
}

/// Where and why the frame is malformed; nothing when it is not.
Malformed fault_of(const Octets& frame) {
    const Decoded decoded = decode_whole(frame);
    const Malformed* malformed = std::get_if<Malformed>(&decoded);
    return malformed == nullptr ? Malformed{} : *malformed;
}

Octets with_octet(Octets frame, std::size_t at, std::uint8_t value) {
    frame[at] = value;
    return frame;
}

TEST(Ip, PaddingIsNoPayload) {
    const Octets small = v4().ack(1).padding(6).bytes();
    EXPECT_EQ(segment_of(decode_whole(small)).payload_length, 0U);
    EXPECT_TRUE(segment_of(decode_whole(small)).payload.empty());
    const Octets larger = v6().payload("abc").padding(10).bytes();
    EXPECT_EQ(text_of(segment_of(decode_whole(larger)).payload), "abc");
    EXPECT_EQ(segment_of(decode_whole(larger)).checksum, Checksum::Correct);
}

TEST(Ip, LengthZeroMeansTheFramesLength) {
    for (const FrameBuilder& host : {v4(), v6()}) {
        const Octets frame = FrameBuilder{host}.payload(3000).ip_length(0).bytes();
        const TcpSegment segment = segment_of(decode_whole(frame));
        EXPECT_EQ(segment.payload_length, 3000U);
        EXPECT_EQ(segment.checksum, Checksum::Correct);
        EXPECT_EQ(segment_of(decode_snapped(frame, 96)).payload_length, 3000U);
    }
}

TEST(Ip, LengthBeyondTheFrameIsSaidAndNotBelieved) {
    for (const FrameBuilder& host : {v4(), v6()}) {
        const Octets frame = FrameBuilder{host}.payload(100).ip_length(1500).bytes();
        const TcpSegment segment = segment_of(decode_whole(frame));
        EXPECT_TRUE(segment.ip_length_exceeds_frame);
        EXPECT_EQ(segment.payload_length, 100U);
        EXPECT_EQ(segment.payload.size(), 100U);
        EXPECT_EQ(segment.checksum, Checksum::NotChecked);
    }
}

TEST(Ip, TooShortForATcpHeaderIsMalformed) {
    EXPECT_EQ(fault_of(v4().ip_length(39).bytes()).layer, "TCP header");
    EXPECT_EQ(fault_of(v6().ip_length(19).bytes()).layer, "TCP header");
}

TEST(Ip, NamesOtherProtocolsAndTunnels) {
    const Octets gre = v4().ip_protocol(47).bytes();
    EXPECT_THAT(decode_whole(gre), is(NotTcp{"IP protocol", 47, "GRE"}));
    EXPECT_EQ(description_of(gre), "IP protocol 47 (GRE)");
    EXPECT_EQ(description_of(v6().ip_protocol(41).bytes()), "IP protocol 41 (IPv6 in IP)");
    EXPECT_EQ(description_of(v6().ip_protocol(50).bytes()), "IP protocol 50 (ESP)");
    EXPECT_EQ(description_of(v6().ip_protocol(59).bytes()), "IP protocol 59 (no next header)");
    EXPECT_EQ(description_of(v4().ip_protocol(200).bytes()), "IP protocol 200");
}

TEST(Ipv4, SaysWhatIsWrongAndWhere) {
    const Octets frame = v4().bytes();
    const std::size_t ip = v4().ip_at();
    EXPECT_EQ(fault_of(with_octet(frame, ip, 0x65)).reason, "the version is not 4");
    EXPECT_EQ(fault_of(with_octet(frame, ip, 0x44)).offset, ip);
    EXPECT_EQ(fault_of(v4().ip_length(19).bytes()).offset, ip + 2);
    EXPECT_EQ(description_of(with_octet(frame, ip, 0x44)),
              "malformed IPv4 header, octet 14: the header length is below 5 words, the least (RFC 791 section 3.1)");
}

TEST(Ipv4, OptionsAreSteppedOver) {
    const Octets frame = v4().ip_options({148, 4, 0, 0}).payload("abc").bytes();  // router alert
    EXPECT_EQ(text_of(segment_of(decode_whole(frame)).payload), "abc");
    EXPECT_EQ(segment_of(decode_whole(frame)).checksum, Checksum::Correct);
}

TEST(Ipv4, ChecksumOnASourceRouteIsNotChecked) {
    const Octets under_way = v4().ip_options({1, 131, 7, 4, 10, 0, 0, 9}).checksum_for("10.0.0.9").bytes();
    EXPECT_EQ(segment_of(decode_whole(under_way)).checksum, Checksum::NotChecked);
    const Octets arrived = v4().ip_options({1, 131, 7, 8, 10, 0, 0, 9}).bytes();
    EXPECT_EQ(segment_of(decode_whole(arrived)).checksum, Checksum::Correct);
}

TEST(Ipv4, AuthenticationHeaderIsSteppedOver) {
    const Octets with_tcp = v4().payload("abc").bytes();
    Octets frame = v4().payload("abc").ip_protocol(51).ip_length(static_cast<std::uint16_t>(20 + 12 + 20 + 3)).bytes();
    const Octets authentication{6, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 1};
    frame.insert(frame.begin() + 34, authentication.begin(), authentication.end());
    EXPECT_EQ(text_of(segment_of(decode_whole(frame)).payload), "abc");
    EXPECT_EQ(segment_of(decode_whole(frame)).checksum, Checksum::Correct);
}

TEST(Ipv4, FragmentsAreNamed) {
    const Octets first = v4().payload(28).fragment(0, true).bytes();
    EXPECT_THAT(decode_whole(first), is(Fragment{.source = address("10.0.0.1"),
                                                 .destination = address("10.0.0.2"),
                                                 .identification = 0x1C46,
                                                 .offset = 0,
                                                 .length = 48,
                                                 .protocol = 6,
                                                 .more = true}));
    const Octets last = v4().payload(28).fragment(1480, false).bytes();
    EXPECT_EQ(description_of(last),
              "a fragment of an IPv4 packet: 48 octets from octet 1480 on of IP protocol 6 (TCP), the last "
              "(10.0.0.1 to 10.0.0.2, identification 7238)");
}

TEST(Ipv6, ExtensionHeadersAreSteppedOver) {
    const Octets frame = v6().extension(0, {0, 0, 1, 4, 0, 0, 0, 0})
                             .extension(60, {0, 1, 1, 12, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0})
                             .extension(43, {0, 0, 0, 0, 0, 0, 0, 0})
                             .extension(51, {0, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 1})
                             .payload("abc")
                             .bytes();
    EXPECT_EQ(text_of(segment_of(decode_whole(frame)).payload), "abc");
    EXPECT_EQ(segment_of(decode_whole(frame)).checksum, Checksum::Correct);
}

TEST(Ipv6, ExtensionHeadersEndWithThePacket) {
    const Octets too_long = v6().extension(0, {0, 9, 1, 4, 0, 0, 0, 0}).bytes();
    EXPECT_EQ(fault_of(too_long).offset, 14U + 40U + 1U);
    const Octets missing = v6().ip_length(4).ip_protocol(60).bytes();
    EXPECT_EQ(fault_of(missing).layer, "IPv6 extension header");
}

TEST(Ipv6, AtomicFragmentsAreWholePackets) {
    const Octets frame = v6().extension(44, {0, 0, 0, 0, 0, 0, 0, 9}).payload("abc").bytes();
    EXPECT_EQ(text_of(segment_of(decode_whole(frame)).payload), "abc");
    EXPECT_EQ(segment_of(decode_whole(frame)).checksum, Checksum::Correct);
}

TEST(Ipv6, FragmentsAreNamed) {
    const Octets frame = v6().extension(44, {0, 0, 0x05, 0xA9, 0, 0, 0, 9}).payload("abcd").bytes();
    EXPECT_THAT(decode_whole(frame), is(Fragment{.source = address("fd00::1"),
                                                 .destination = address("fd00::2"),
                                                 .identification = 9,
                                                 .offset = 1448,
                                                 .length = 24,
                                                 .protocol = 6,
                                                 .more = true}));
}

TEST(Ipv6, JumboPayloadOptionGivesTheLength) {
    const Octets frame =
        v6().extension(0, {0, 0, 0xC2, 4, 0, 1, 0x11, 0x70}).payload(70000 - 28).ip_length(0).padding(9).bytes();
    const TcpSegment segment = segment_of(decode_whole(frame));
    EXPECT_EQ(segment.payload_length, 70000U - 28U);
    EXPECT_EQ(segment.checksum, Checksum::Correct);
}

/// A routing header of `type` with one hop left and these addresses, each given by its last octet.
Octets routing_header(std::uint8_t type, const Octets& hosts) {
    Octets header{0, static_cast<std::uint8_t>(2 * hosts.size()), type, 1, 0, 0, 0, 0};
    for (const std::uint8_t host : hosts) {
        const Octets octets{0xFD, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, host};
        header.insert(header.end(), octets.begin(), octets.end());
    }
    return header;
}

TEST(Ipv6, RoutingHeaderTellsTheFinalDestination) {
    for (const Octets& header : {routing_header(0, {8, 9}), routing_header(2, {9}), routing_header(4, {9, 8})}) {
        const Octets frame = v6().extension(43, header).checksum_for("fd00::9").bytes();
        const TcpSegment segment = segment_of(decode_whole(frame));
        EXPECT_EQ(segment.destination, endpoint("fd00::9", 80));
        EXPECT_EQ(segment.checksum, Checksum::Correct);
    }
}

TEST(Ipv6, RoutingHeaderOfAnUnknownTypeLeavesTheChecksumUnknown) {
    const Octets frame = v6().extension(43, routing_header(3, {9})).bytes();
    EXPECT_EQ(segment_of(decode_whole(frame)).checksum, Checksum::NotChecked);
}

TEST(Ipv6, HomeAddressStandsForTheSource) {
    const Octets home{0, 2, 1, 2, 0, 0, 0xC9, 16, 0xFD, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};
    const Octets right = v6().bytes();
    Octets frame = v6().extension(60, home).bytes();
    frame[14 + 23] = 0x77;  // the address it has while away
    EXPECT_EQ(segment_of(decode_whole(frame)).source, endpoint("fd00::1", 1234));
    EXPECT_EQ(segment_of(decode_whole(frame)).checksum, Checksum::Correct);
}

}  // namespace
}  // namespace sockstep::decode
