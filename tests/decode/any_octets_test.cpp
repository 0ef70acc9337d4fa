// tests/decode/any_octets_test.cpp - any sequence of octets is valid input: cut, changed or random.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <random>

#include "decode/decoding.hpp"

namespace sockstep::decode {
namespace {

using base::LinkType;

constexpr std::array link_types{LinkType::Ethernet, LinkType::LinuxSll, LinkType::LinuxSll2, LinkType::Null,
                                LinkType::Loop,     LinkType::Raw,      LinkType::RawBsd,    LinkType::RawOpenBsd,
                                LinkType::Ipv4,     LinkType::Ipv6,     LinkType{147}};

struct Sample {
    Octets frame;
    LinkType link = LinkType::Ethernet;
};

std::vector<Sample> samples() {
    const FrameBuilder syn = FrameBuilder{}.syn().mss(1460).sack_permitted().timestamps(7, 0).window_scale(7);
    const FrameBuilder data = FrameBuilder{}.ack(9).sack({{1, 2}, {3, 4}}).timestamps(1, 2).payload("hello, world");
    const FrameBuilder v6 = FrameBuilder{data}.from("fd00::1", 1).to("fd00::2", 2);
    return {{syn.bytes()},
            {FrameBuilder{data}.vlan(7, 0x88A8).vlan(8).padding(5).bytes()},
            {FrameBuilder{data}.ip_options({1, 131, 7, 4, 10, 0, 0, 9}).bytes()},
            {FrameBuilder{data}.fragment(1480, true).bytes()},
            {FrameBuilder{v6}
                 .extension(0, {0, 0, 0xC2, 4, 0, 0, 0, 99})
                 .extension(43, Octets(24, 0))
                 .extension(44, {0, 0, 0, 0, 0, 0, 0, 9})
                 .extension(51, {0, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 1})
                 .extension(60, {0, 2, 1, 2, 0, 0, 0xC9, 16, 0xFD, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1})
                 .bytes()},
            {FrameBuilder{data}.link(LinkType::LinuxSll).bytes(), LinkType::LinuxSll},
            {FrameBuilder{v6}.link(LinkType::LinuxSll2).bytes(), LinkType::LinuxSll2},
            {FrameBuilder{v6}.link(LinkType::Null).bytes(), LinkType::Null},
            {FrameBuilder{data}.link(LinkType::Raw).bytes(), LinkType::Raw}};
}

/// What must hold whatever the octets were; the payload of the result is gone. A copy on the heap, of exactly their
/// size, lets AddressSanitizer see a read beyond them.
Decoded decode_safely(LinkType link, const Octets& octets, std::uint32_t wire_length) {
    const Octets exact(octets.begin(), octets.end());
    const Decoded decoded = decode(link, exact, wire_length);
    if (const TcpSegment* segment = std::get_if<TcpSegment>(&decoded)) {
        EXPECT_LE(segment->payload.size(), segment->payload_length);
        EXPECT_LE(segment->payload_length, std::max<std::size_t>(wire_length, exact.size()));
        EXPECT_LE(segment->options.sack_count, segment->options.sack_blocks.size());
        if (!segment->payload.empty()) {
            EXPECT_GE(segment->payload.data(), exact.data());
            EXPECT_LE(segment->payload.data() + segment->payload.size(), exact.data() + exact.size());
        }
        EXPECT_EQ(describe(decoded), "");
    } else {
        EXPECT_NE(describe(decoded), "");
    }
    return decoded;
}

TEST(AnyOctets, EveryPrefixIsCutShortOrAShorterTruth) {
    for (const Sample& sample : samples()) {
        const auto wire_length = static_cast<std::uint32_t>(sample.frame.size());
        const Decoded whole = decode_whole(sample.frame, sample.link);
        for (std::size_t length = 0; length < sample.frame.size(); ++length) {
            const Octets prefix(sample.frame.begin(), sample.frame.begin() + static_cast<std::ptrdiff_t>(length));
            const Decoded decoded = decode_safely(sample.link, prefix, wire_length);
            if (std::holds_alternative<CutShort>(decoded)) {
                continue;
            }
            ASSERT_EQ(decoded.index(), whole.index()) << describe(decoded);
            if (const TcpSegment* segment = std::get_if<TcpSegment>(&decoded)) {
                EXPECT_EQ(segment->seq, std::get<TcpSegment>(whole).seq);
                EXPECT_EQ(segment->payload_length, std::get<TcpSegment>(whole).payload_length);
            }
        }
    }
}

TEST(AnyOctets, EveryPrefixWithoutItsWireLengthIsNotMalformed) {
    for (const Sample& sample : samples()) {
        for (std::size_t length = 0; length < sample.frame.size(); ++length) {
            const Octets prefix(sample.frame.begin(), sample.frame.begin() + static_cast<std::ptrdiff_t>(length));
            const Decoded decoded = decode_safely(sample.link, prefix, static_cast<std::uint32_t>(length));
            EXPECT_FALSE(std::holds_alternative<Malformed>(decoded)) << describe(decoded);
        }
    }
}

TEST(AnyOctets, MutationsOfRealFramesDoNoHarm) {
    std::mt19937 random{20240601};
    const std::vector<Sample> originals = samples();
    for (int round = 0; round < 200'000; ++round) {
        const Sample& original = originals[random() % originals.size()];
        Octets frame = original.frame;
        for (auto changes = 1 + random() % 4; changes > 0; --changes) {
            frame[random() % frame.size()] = static_cast<std::uint8_t>(random());
        }
        const auto wire_length = static_cast<std::uint32_t>(random() % 3 == 0 ? random() % 3000 : frame.size());
        if (random() % 3 == 0) {
            frame.resize(random() % frame.size());
        }
        decode_safely(original.link, frame, wire_length);
    }
}

TEST(AnyOctets, RandomOctetsDoNoHarmOnAnyLink) {
    std::mt19937 random{7};
    for (int round = 0; round < 20'000; ++round) {
        Octets octets(random() % 200);
        for (std::uint8_t& octet : octets) {
            octet = static_cast<std::uint8_t>(random());
        }
        for (const LinkType link : link_types) {
            decode_safely(link, octets, static_cast<std::uint32_t>(random()));
        }
    }
}

}  // namespace
}  // namespace sockstep::decode
