// tests/capture/gzip_test.cpp - packed captures: whole, in members, cut, damaged.
#include <gmock/gmock.h>

#include "capture/capture_builder.hpp"

namespace sockstep::capture {
namespace {

using test::gzip, test::Octets, test::payload, test::pcap_header, test::pcap_record, test::read_all;
using testing::HasSubstr, testing::IsEmpty, testing::SizeIs;

Octets three_records() {
    return pcap_header() + pcap_record(payload(33)) + pcap_record(payload(60, 1)) + pcap_record(payload(9, 2));
}

TEST(Gzip, IsReadAsIfItWereNotPacked) {
    const auto reading = read_all(gzip(three_records()));
    EXPECT_EQ(reading.frames, read_all(three_records()).frames);
    EXPECT_THAT(reading.frames, SizeIs(3));
    EXPECT_THAT(reading.faults, IsEmpty());
}

TEST(Gzip, MayBeManyMembersCutAnywhere) {
    const Octets plain = three_records();
    for (std::ptrdiff_t cut = 0; cut <= std::ssize(plain); ++cut) {
        const Octets first(plain.begin(), plain.begin() + cut);
        const Octets second(plain.begin() + cut, plain.end());
        const auto reading = read_all(gzip(first) + gzip({}) + gzip(second) + Octets(5));  // and five zeros
        EXPECT_EQ(reading.frames, read_all(plain).frames) << cut;
        EXPECT_THAT(reading.faults, IsEmpty()) << cut;
    }
}

TEST(Gzip, IsReadInPiecesOfAnySize) {
    const Octets packed = gzip(three_records()) + gzip(pcap_record(payload(100)));
    for (const std::size_t step : {1UL, 2UL, 7UL}) {
        for (const std::size_t buffer_size : {1UL, 30UL, 4096UL}) {
            const auto reading = read_all(FileReader{test::memory(packed, step), buffer_size});
            EXPECT_THAT(reading.frames, SizeIs(4));
            EXPECT_THAT(reading.faults, IsEmpty());
        }
    }
}

TEST(Gzip, CutAnywhereGivesOneFault) {
    const Octets packed = gzip(three_records());
    for (std::size_t length = 0; length < packed.size(); ++length) {
        const auto reading = read_all(Octets(packed.begin(), packed.begin() + static_cast<std::ptrdiff_t>(length)));
        ASSERT_THAT(reading.faults, SizeIs(1)) << length;
        if (length >= 2) {
            EXPECT_EQ(reading.faults[0].what, "the gzip data is cut here") << length;
        }
    }
}

TEST(Gzip, CutAfterTheLastRecordStillGivesAllFrames) {
    const Octets plain = three_records();
    const Octets packed = gzip(plain);
    const auto reading = read_all(Octets(packed.begin(), packed.end() - 3));  // three octets of its trailer are missing
    EXPECT_THAT(reading.frames, SizeIs(3));
    EXPECT_THAT(reading.faults, testing::ElementsAre(Fault{plain.size(), "the gzip data is cut here"}));
}

TEST(Gzip, DamagedAnywhereNeverGivesAWrongFrameUnnoticed) {
    const Octets packed = gzip(three_records());
    const auto truth = read_all(three_records()).frames;
    for (std::size_t at = 10; at < packed.size(); ++at) {  // the first ten octets hold a time and other trifles
        Octets damaged = packed;
        damaged[at] ^= 0x55;
        const auto reading = read_all(damaged);
        EXPECT_FALSE(reading.faults.empty()) << at;
    }
}

TEST(Gzip, WithAWrongCheckSumSaysSo) {
    Octets packed = gzip(three_records());
    packed[packed.size() - 8] ^= 1;
    const auto reading = read_all(packed);
    EXPECT_THAT(reading.frames, SizeIs(3));
    ASSERT_THAT(reading.faults, SizeIs(1));
    EXPECT_EQ(reading.faults[0].what, "the gzip data is damaged here: incorrect data check");
}

TEST(Gzip, FollowedByOtherOctetsSaysSo) {
    const auto reading = read_all(gzip(three_records()) + Octets{'x'});
    EXPECT_THAT(reading.frames, SizeIs(3));
    ASSERT_THAT(reading.faults, SizeIs(1));
    EXPECT_THAT(reading.faults[0].what, HasSubstr("not gzip data"));
}

TEST(Gzip, OfNothingIsEmpty) {
    EXPECT_THAT(read_all(gzip({})).faults, testing::ElementsAre(Fault{0, "the file is empty"}));
}

TEST(Gzip, OfACutCaptureSaysWhereTheCaptureIsCut) {
    const Octets plain = three_records();
    const auto reading = read_all(gzip(Octets(plain.begin(), plain.end() - 1)));
    EXPECT_THAT(reading.frames, SizeIs(2));
    EXPECT_THAT(reading.faults,
                testing::ElementsAre(Fault{24 + 49 + 76, "record 3 is cut: 24 of 25 octets are there"}));
}

}  // namespace
}  // namespace sockstep::capture
