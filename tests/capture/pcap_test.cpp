// tests/capture/pcap_test.cpp - every variation of pcap, and every way to be no pcap.
#include <gmock/gmock.h>

#include "capture/capture_builder.hpp"

namespace sockstep::capture {
namespace {

using test::Octets, test::payload, test::pcap_header, test::pcap_record, test::PcapShape, test::read_all,
    test::RecordShape;
using testing::ElementsAre, testing::IsEmpty, testing::SizeIs;

/// What one record of `shape` is read as.
test::Taken only_frame(const PcapShape& shape, const RecordShape& record = {}) {
    const auto reading = read_all(pcap_header(shape) + pcap_record(payload(60), record, shape));
    EXPECT_THAT(reading.faults, IsEmpty());
    EXPECT_THAT(reading.frames, SizeIs(1));
    return reading.frames.empty() ? test::Taken{} : reading.frames[0];
}

TEST(Pcap, HandsOutNumberTimeLinkTypeAndLengths) {
    const auto frame = only_frame({}, {.original = 1500});
    EXPECT_EQ(frame, (test::Taken{1, 1'700'000'000 * test::billion + 123'456'000, base::LinkType::Ethernet, 1500,
                                  payload(60)}));
}

TEST(Pcap, IsReadInEitherByteOrderAndEitherPrecision) {
    for (const ByteOrder order : {ByteOrder::Little, ByteOrder::Big}) {
        EXPECT_EQ(only_frame({.order = order}).nanoseconds % test::billion, 123'456'000);
        EXPECT_EQ(only_frame({.order = order, .magic = 0xa1b23c4d}).nanoseconds % test::billion, 123'456);
        EXPECT_EQ(only_frame({.order = order, .magic = 0xa1b23c4d}).bytes, payload(60));
    }
}

TEST(Pcap, IsReadInKuznetzovsFormWithItsLongerRecordHeader) {
    for (const ByteOrder order : {ByteOrder::Little, ByteOrder::Big}) {
        const auto frame = only_frame({.order = order, .magic = 0xa1b2cd34});
        EXPECT_EQ(frame.bytes, payload(60));
        EXPECT_EQ(frame.nanoseconds % test::billion, 123'456'000);
    }
}

TEST(Pcap, HasTimesBeyond2038) {
    EXPECT_EQ(only_frame({}, {.seconds = 0xffffffff}).nanoseconds / test::billion, 0xffffffff);
}

TEST(Pcap, TakesTheLinkTypeFromTheLowerHalfOfItsField) {
    EXPECT_EQ(only_frame({.link = 276}).link, base::LinkType::LinuxSll2);
    EXPECT_EQ(only_frame({.link = 0x24000000 | 101}).link, base::LinkType::Raw);  // a frame check sequence of 4 octets
}

TEST(Pcap, OfOldVersionsHasItsLengthsTheOtherWayRound) {
    const RecordShape swapped{.captured = 1500, .original = 60};
    EXPECT_EQ(only_frame({.minor = 2}, swapped).wire_length, 1500U);
    EXPECT_EQ(only_frame({.major = 543, .minor = 0}, swapped).wire_length, 1500U);
    EXPECT_EQ(only_frame({.minor = 3}, swapped).wire_length, 1500U);
    EXPECT_EQ(only_frame({.minor = 3}, {.original = 1500}).wire_length, 1500U);
}

TEST(Pcap, OfAnUnknownVersionIsNotRead) {
    EXPECT_THAT(read_all(pcap_header({.major = 3})).faults,
                ElementsAre(Fault{4, "pcap version 3.4 is not known (2.4 is the usual one)"}));
    EXPECT_THAT(read_all(pcap_header({.minor = 5})).faults, SizeIs(1));
}

TEST(Pcap, WithoutRecordsIsAFileWithoutFrames) {
    const auto reading = read_all(pcap_header());
    EXPECT_THAT(reading.frames, IsEmpty());
    EXPECT_THAT(reading.faults, IsEmpty());
}

TEST(Pcap, HasEmptyFramesToo) {
    EXPECT_THAT(read_all(pcap_header() + pcap_record({}) + pcap_record({})).frames, SizeIs(2));
}

TEST(Pcap, CutAnywhereGivesWhatWasWholeAndOneFault) {
    for (const std::uint32_t magic : {0xa1b2c3d4U, 0xa1b2cd34U}) {
        const PcapShape shape{.magic = magic};
        const Octets file = pcap_header(shape) + pcap_record(payload(33), {}, shape) + pcap_record({}, {}, shape) +
                            pcap_record(payload(60), {}, shape);
        const std::size_t header = magic == 0xa1b2cd34 ? 24 : 16;
        const std::vector<std::size_t> ends{24, 24 + header + 33, 24 + 2 * header + 33, file.size()};
        for (std::size_t length = 0; length <= file.size(); ++length) {
            const auto reading = read_all(Octets(file.begin(), file.begin() + static_cast<std::ptrdiff_t>(length)));
            const auto whole = std::count_if(ends.begin(), ends.end(), [&](std::size_t end) { return end <= length; });
            const bool is_end = std::find(ends.begin(), ends.end(), length) != ends.end();
            EXPECT_THAT(reading.frames, SizeIs(whole == 0 ? 0 : static_cast<std::size_t>(whole - 1))) << length;
            EXPECT_THAT(reading.faults, SizeIs(is_end ? 0 : 1)) << length;
        }
    }
}

TEST(Pcap, SaysWhereItIsCut) {
    const Octets file = pcap_header() + pcap_record(payload(33)) + pcap_record(payload(60));
    const auto faults_of_first = [&](std::size_t length) {
        return read_all(Octets(file.begin(), file.begin() + static_cast<std::ptrdiff_t>(length))).faults;
    };
    EXPECT_THAT(faults_of_first(0), ElementsAre(Fault{0, "the file is empty"}));
    EXPECT_THAT(faults_of_first(2), ElementsAre(Fault{0, "the file ends after d4 c3: too short for pcap or pcapng"}));
    EXPECT_THAT(faults_of_first(20), ElementsAre(Fault{0, "the pcap file header is cut: 20 of 24 octets are there"}));
    EXPECT_THAT(faults_of_first(78), ElementsAre(Fault{73, "record 2 is cut in its header: 5 of 16 octets are there"}));
    EXPECT_THAT(faults_of_first(90), ElementsAre(Fault{73, "record 2 is cut: 17 of 76 octets are there"}));
}

TEST(Pcap, EndsAtAnImpossibleLength) {
    const Octets file = pcap_header() + pcap_record(payload(33)) + pcap_record(payload(60), {.captured = 262145}) +
                        pcap_record(payload(60));
    const auto reading = read_all(file);
    EXPECT_THAT(reading.frames, SizeIs(1));
    EXPECT_THAT(reading.faults,
                ElementsAre(Fault{73, "record 2 has an impossible captured length: 262145 is above 262144"}));
}

TEST(Pcap, HasFramesOfTheGreatestLengthWhateverTheBuffer) {
    const Octets file = pcap_header({.snaplen = 0}) + pcap_record(payload(262144)) + pcap_record(payload(60));
    for (const std::size_t buffer_size : {1UL, 100UL, 65536UL, FileReader::default_buffer}) {
        const auto reading = read_all(file, buffer_size);
        ASSERT_THAT(reading.frames, SizeIs(2));
        EXPECT_EQ(reading.frames[0].bytes, payload(262144));
        EXPECT_EQ(reading.frames[1].bytes, payload(60));
        EXPECT_THAT(reading.faults, IsEmpty());
    }
}

TEST(Pcap, ThatLiesAboutItsSnapLengthIsReadToTheEndAndToldOnce) {
    const PcapShape shape{.snaplen = 50};
    const Octets file = pcap_header(shape) + pcap_record(payload(50)) + pcap_record(payload(51)) +
                        pcap_record(payload(60)) + pcap_record(payload(4));
    const auto reading = read_all(file);
    EXPECT_THAT(reading.frames, SizeIs(4));
    EXPECT_EQ(reading.frames[2].bytes, payload(60));
    EXPECT_THAT(reading.faults,
                ElementsAre(Fault{90, "record 2 has a captured length of 51, above the snap length 50 of the file"}));
}

TEST(Pcap, WithMoreCapturedThanThereWasIsReadToTheEndAndToldOnce) {
    const Octets record = pcap_record(payload(60), {.original = 40});
    const auto reading = read_all(pcap_header() + record + record);
    ASSERT_THAT(reading.frames, SizeIs(2));
    EXPECT_EQ(reading.frames[1].wire_length, 60U);  // so many octets there were at least
    EXPECT_THAT(reading.faults,
                ElementsAre(Fault{24, "record 1 has a captured length of 60, above its original length 40"}));
}

TEST(Pcap, TellsBothLies) {
    const auto reading = read_all(pcap_header({.snaplen = 50}) + pcap_record(payload(60), {.original = 40}));
    EXPECT_THAT(reading.faults, SizeIs(2));
}

TEST(CaptureFile, ThatIsNoneIsNamedByItsFirstOctets) {
    EXPECT_THAT(read_all(Octets{'G', 'I', 'F', '8', '9', 'a'}).faults,
                ElementsAre(Fault{0, "neither pcap nor pcapng: begins with 47 49 46 38"}));
}

TEST(CaptureFile, StaysAtItsEnd) {
    FileReader reader{test::memory(pcap_header() + pcap_record(payload(60)) + Octets{1})};
    record::Frame frame;
    EXPECT_TRUE(reader.next(frame));
    EXPECT_FALSE(reader.next(frame));
    EXPECT_FALSE(reader.next(frame));
    EXPECT_THAT(reader.faults(), SizeIs(1));
}

}  // namespace
}  // namespace sockstep::capture
