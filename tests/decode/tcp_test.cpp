// tests/decode/tcp_test.cpp - the TCP header, its options and its checksum.
#include <gtest/gtest.h>

#include "decode/decoding.hpp"

namespace sockstep::decode {
namespace {

using base::SeqNum;

TcpOptions options_of(const FrameBuilder& builder) {
    const Octets frame = builder.bytes();
    return segment_of(decode_whole(frame)).options;
}

Checksum checksum_of(const FrameBuilder& builder) {
    const Octets frame = builder.bytes();
    return segment_of(decode_whole(frame)).checksum;
}

TEST(Tcp, ReadsEveryFieldOfTheHeader) {
    const Octets frame = FrameBuilder{}
                             .from("10.0.0.1", 65535)
                             .to("10.0.0.2", 443)
                             .seq(0xFFFFFFFE)
                             .ack(0x01020304)
                             .psh()
                             .urg(3)
                             .window(1000)
                             .payload("hello")
                             .bytes();
    const Decoded decoded = decode_whole(frame);
    const TcpSegment segment = segment_of(decoded);
    EXPECT_EQ(segment.source, endpoint("10.0.0.1", 65535));
    EXPECT_EQ(segment.destination, endpoint("10.0.0.2", 443));
    EXPECT_EQ(segment.seq, SeqNum{0xFFFFFFFE});
    EXPECT_EQ(segment.ack, SeqNum{0x01020304});
    EXPECT_EQ(segment.flags, TcpFlags{0x38});
    EXPECT_EQ(segment.window, 1000);
    EXPECT_EQ(segment.urgent_pointer, 3);
    EXPECT_EQ(segment.payload_length, 5U);
    EXPECT_EQ(text_of(segment.payload), "hello");
    EXPECT_EQ(segment.options, TcpOptions{});
    EXPECT_FALSE(segment.ip_length_exceeds_frame);
    EXPECT_EQ(describe(decoded), "");
}

TEST(Tcp, DataOffsetIsHeldAgainstTheHeaderAndThePacket) {
    const Octets below = FrameBuilder{}.data_offset(4).bytes();
    const Decoded decoded = decode_whole(below);
    ASSERT_TRUE(std::holds_alternative<Malformed>(decoded));
    EXPECT_EQ(std::get<Malformed>(decoded).offset, 14U + 20U + 12U);
    const Octets past_the_end = FrameBuilder{}.payload(4).data_offset(7).bytes();
    EXPECT_TRUE(std::holds_alternative<Malformed>(decode_whole(past_the_end)));
}

TEST(Tcp, HeaderCutBySnapLengthIsCutShort) {
    const Octets frame = FrameBuilder{}.bytes();
    EXPECT_THAT(decode_snapped(frame, 14 + 20 + 19), is(CutShort{"TCP header", 34}));
    EXPECT_EQ(describe(decode_snapped(frame, 53)),
              "captured only in part: too little of the TCP header at octet 34 is there");
}

TEST(Tcp, PayloadCutBySnapLengthKeepsItsLength) {
    const Octets frame = FrameBuilder{}.payload("hello").bytes();
    const TcpSegment segment = segment_of(decode_snapped(frame, frame.size() - 2));
    EXPECT_EQ(segment.payload_length, 5U);
    EXPECT_EQ(text_of(segment.payload), "hel");
    EXPECT_EQ(segment.checksum, Checksum::NotChecked);
    EXPECT_FALSE(segment.ip_length_exceeds_frame);
}

TEST(TcpOptions, OfASynAreRead) {
    const TcpOptions options =
        options_of(FrameBuilder{}.syn().mss(1460).sack_permitted().timestamps(7, 0).window_scale(7));
    EXPECT_EQ(options.mss, 1460);
    EXPECT_TRUE(options.sack_permitted);
    EXPECT_EQ(options.timestamps, (TcpTimestamps{7, 0}));
    EXPECT_EQ(options.window_scale, 7);
    EXPECT_FALSE(options.malformed);
    EXPECT_FALSE(options.truncated);
}

TEST(TcpOptions, SackBlocksAreRead) {
    const TcpOptions options = options_of(FrameBuilder{}.sack({{1, 2}, {0xFFFFFFFF, 4}, {5, 6}, {7, 0xFFFFFFF0}}));
    EXPECT_EQ(options.sack_count, 4);
    EXPECT_EQ(options.sack_blocks[1], (SackBlock{SeqNum{0xFFFFFFFF}, SeqNum{4}}));
    EXPECT_EQ(options.sack_blocks[3], (SackBlock{SeqNum{7}, SeqNum{0xFFFFFFF0}}));
    EXPECT_FALSE(options.malformed);
}

TEST(TcpOptions, OthersAreNoticed) {
    EXPECT_EQ(options_of(FrameBuilder{}.option({30, 4, 0x20, 0})).mptcp_subtype, 2);
    EXPECT_EQ(options_of(FrameBuilder{}.option({30, 4, 0x20, 0, 30, 4, 0x30, 0})).mptcp_subtype, 2);
    EXPECT_TRUE(options_of(FrameBuilder{}.syn().option({34, 2})).fast_open);
    EXPECT_TRUE(options_of(FrameBuilder{}.syn().option({34, 10, 1, 2, 3, 4, 5, 6, 7, 8})).fast_open);
    EXPECT_TRUE(options_of(FrameBuilder{}.option({29, 4, 1, 1})).signed_md5_or_ao);
    Octets md5(18, 0xAB);
    md5[0] = 19;
    md5[1] = 18;
    EXPECT_TRUE(options_of(FrameBuilder{}.option(md5)).signed_md5_or_ao);
}

TEST(TcpOptions, UnknownOnesAreSteppedOver) {
    const TcpOptions options = options_of(FrameBuilder{}.option({253, 4, 0xF9, 0x89}).mss(536));
    EXPECT_EQ(options.mss, 536);
    EXPECT_FALSE(options.malformed);
}

TEST(TcpOptions, NothingIsReadAfterTheEndOfTheList) {
    EXPECT_EQ(options_of(FrameBuilder{}.option({0, 2, 4, 5, 0xB4})), TcpOptions{});
}

TEST(TcpOptions, ImpossibleLengthEndsTheReading) {
    for (const std::uint8_t length : Octets{0, 1, 13, 255}) {
        const TcpOptions options = options_of(FrameBuilder{}.mss(1460).option({8, length, 2, 4}));
        EXPECT_TRUE(options.malformed);
        EXPECT_EQ(options.mss, 1460);
        EXPECT_FALSE(options.timestamps);
    }
    EXPECT_TRUE(options_of(FrameBuilder{}.option({1, 1, 1, 2})).malformed);  // no room for a length
}

TEST(TcpOptions, WrongLengthForTheKindIsSteppedOver) {
    for (const Octets& wrong : std::vector<Octets>{{2, 3, 5},
                                                   {3, 2},
                                                   {4, 3, 0},
                                                   {5, 2},
                                                   {5, 6, 1, 2, 3, 4},
                                                   {8, 6, 1, 2, 3, 4},
                                                   {19, 4, 1, 2},
                                                   {29, 3, 1},
                                                   {30, 2},
                                                   {34, 3, 1}}) {
        TcpOptions expected;
        expected.malformed = true;
        expected.mss = 1460;
        EXPECT_EQ(options_of(FrameBuilder{}.option(wrong).mss(1460)), expected) << "kind " << int{wrong[0]};
    }
}

TEST(TcpOptions, CutBySnapLengthKeepWhatCameBefore) {
    const Octets frame = FrameBuilder{}.syn().mss(1460).timestamps(7, 8).bytes();
    const std::size_t mss_end = 14 + 20 + 20 + 4;
    for (std::size_t captured = mss_end; captured < mss_end + 10; ++captured) {
        const TcpOptions options = segment_of(decode_snapped(frame, captured)).options;
        EXPECT_EQ(options.mss, 1460);
        EXPECT_FALSE(options.timestamps);
        EXPECT_TRUE(options.truncated);
        EXPECT_FALSE(options.malformed);
    }
    const TcpOptions before = segment_of(decode_snapped(frame, mss_end - 1)).options;
    EXPECT_FALSE(before.mss);
    EXPECT_TRUE(before.truncated);
}

TEST(TcpChecksum, IsCorrectForEveryLengthAndBothVersions) {
    for (std::size_t length = 0; length < 70; ++length) {
        const FrameBuilder v4 = FrameBuilder{}.timestamps(1, 2).payload(length);
        EXPECT_EQ(checksum_of(v4), Checksum::Correct) << length;
        EXPECT_EQ(checksum_of(FrameBuilder{v4}.from("fd00::1", 1).to("fd00::2", 2)), Checksum::Correct) << length;
    }
    EXPECT_EQ(checksum_of(FrameBuilder{}.payload(1461)), Checksum::Correct);
    EXPECT_EQ(checksum_of(FrameBuilder{}.payload(65000)), Checksum::Correct);
}

TEST(TcpChecksum, SurvivesSumsFullOfCarries) {
    const FrameBuilder loud = FrameBuilder{}.from("255.255.255.255", 65535).to("255.255.255.255", 65535);
    EXPECT_EQ(checksum_of(FrameBuilder{loud}.payload(std::string(1001, '\xFF'))), Checksum::Correct);
    EXPECT_EQ(checksum_of(FrameBuilder{loud}.payload(std::string(1000, '\xFF')).checksum(1)), Checksum::Wrong);
}

TEST(TcpChecksum, NoticesEveryChangedOctetOfTheSegment) {
    const FrameBuilder builder = FrameBuilder{}.payload("hello, world");
    const Octets frame = builder.bytes();
    for (std::size_t at = builder.tcp_at(); at < frame.size(); ++at) {
        Octets changed = frame;
        changed[at] = static_cast<std::uint8_t>(changed[at] ^ 0x10U);
        const Decoded decoded = decode_whole(changed);
        if (const TcpSegment* segment = std::get_if<TcpSegment>(&decoded)) {  // not when the data offset changed
            EXPECT_EQ(segment->checksum, Checksum::Wrong) << at;
        }
    }
}

TEST(TcpChecksum, IsNotFilledInWhenItIsThePseudoHeadersSum) {
    EXPECT_EQ(checksum_of(FrameBuilder{}.payload("abc").checksum_not_filled_in()), Checksum::NotFilledIn);
    EXPECT_EQ(checksum_of(FrameBuilder{}.from("fd00::1", 1).to("fd00::2", 2).payload(3000).checksum_not_filled_in()),
              Checksum::NotFilledIn);
}

TEST(TcpChecksum, OfZeroIsWrongAndNoPseudoHeader) {
    EXPECT_EQ(checksum_of(FrameBuilder{}.payload("abc").checksum(0)), Checksum::Wrong);
    // Addresses, 6 and 20 sum up to 0xffff, which Linux writes so and never as 0.
    const FrameBuilder zero_sum = FrameBuilder{}.from("255.229.0.0", 1).to("0.0.0.0", 2);
    EXPECT_EQ(checksum_of(FrameBuilder{zero_sum}.checksum_not_filled_in()), Checksum::NotFilledIn);
    EXPECT_EQ(checksum_of(FrameBuilder{zero_sum}.checksum(0)), Checksum::Wrong);
}

TEST(TcpChecksum, TakesEitherZeroAsReceiversDo) {
    // The least window for which the right checksum is 0.
    for (std::uint32_t window = 0; window <= 0xFFFF; ++window) {
        const FrameBuilder builder = FrameBuilder{}.window(static_cast<std::uint16_t>(window));
        const Octets frame = builder.bytes();
        if (frame[builder.tcp_at() + 16] == 0 && frame[builder.tcp_at() + 17] == 0) {
            EXPECT_EQ(checksum_of(builder), Checksum::Correct);
            EXPECT_EQ(checksum_of(FrameBuilder{builder}.checksum(0xFFFF)), Checksum::Correct);
            return;
        }
    }
    FAIL() << "no window makes the checksum 0";
}

}  // namespace
}  // namespace sockstep::decode
