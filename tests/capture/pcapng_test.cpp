// tests/capture/pcapng_test.cpp - sections, interfaces, the kinds of packet block, and what may be wrong with them.
#include <gmock/gmock.h>

#include "capture/capture_builder.hpp"

namespace sockstep::capture {
namespace {

using test::block, test::Builder, test::enhanced_packet, test::interface_description, test::Octets, test::option,
    test::payload, test::read_all, test::section_header;
using testing::ElementsAre, testing::IsEmpty, testing::SizeIs;

constexpr std::uint16_t if_tsresol = 9;
constexpr std::uint16_t if_tsoffset = 14;
constexpr std::uint32_t custom_block = 0x00000bad;

TEST(Pcapng, HandsOutNumberTimeLinkTypeAndLengths) {
    const auto reading = read_all(section_header() + interface_description() +
                                  enhanced_packet(payload(61), {.original = 1500}) + enhanced_packet(payload(3)));
    ASSERT_THAT(reading.frames, SizeIs(2));
    EXPECT_EQ(reading.frames[0], (test::Taken{1, 1'700'000'000 * test::billion + 123'456'000, base::LinkType::Ethernet,
                                              1500, payload(61)}));
    EXPECT_EQ(reading.frames[1].number, 2U);
    EXPECT_EQ(reading.frames[1].bytes, payload(3));
    EXPECT_THAT(reading.faults, IsEmpty());
}

TEST(Pcapng, HasInterfacesOfDifferentLinkTypesAndUnits) {
    const auto reading =
        read_all(section_header() + interface_description(1) + interface_description(101, option(if_tsresol, {9})) +
                 interface_description(276, option(2, {'e', 't', 'h', '0', '!'}) + option(if_tsresol, {3}) +
                                                option(if_tsoffset, Builder{ByteOrder::Little}.u64(1000).done())) +
                 enhanced_packet(payload(60), {.interface = 1, .ticks = 5 * test::billion + 7}) +
                 enhanced_packet(payload(60), {.interface = 0, .ticks = 7}) +
                 enhanced_packet(payload(60), {.interface = 2, .ticks = 7}));
    ASSERT_THAT(reading.frames, SizeIs(3));
    EXPECT_EQ(reading.frames[0].link, base::LinkType::Raw);
    EXPECT_EQ(reading.frames[0].nanoseconds, 5 * test::billion + 7);
    EXPECT_EQ(reading.frames[1].link, base::LinkType::Ethernet);
    EXPECT_EQ(reading.frames[1].nanoseconds, 7000);
    EXPECT_EQ(reading.frames[2].link, base::LinkType::LinuxSll2);
    EXPECT_EQ(reading.frames[2].nanoseconds, 1000 * test::billion + 7'000'000);
}

TEST(Pcapng, HasSectionsOfEitherByteOrderWithInterfacesOfTheirOwn) {
    const Octets little = interface_description(101) + enhanced_packet(payload(60));
    const Octets big = interface_description(1, {}, 0, ByteOrder::Big) +
                       enhanced_packet(payload(61), {.ticks = 1'000'000, .order = ByteOrder::Big});
    const auto reading = read_all(section_header(ByteOrder::Little, little.size()) + little +
                                  section_header(ByteOrder::Big, big.size()) + big + section_header() + little);
    ASSERT_THAT(reading.frames, SizeIs(3));
    EXPECT_EQ(reading.frames[0].link, base::LinkType::Raw);
    EXPECT_EQ(reading.frames[1].link, base::LinkType::Ethernet);
    EXPECT_EQ(reading.frames[1].nanoseconds, test::billion);
    EXPECT_EQ(reading.frames[2].link, base::LinkType::Raw);
    EXPECT_THAT(reading.faults, IsEmpty());
}

TEST(Pcapng, ForgetsTheInterfacesOfTheSectionBefore) {
    const auto reading =
        read_all(section_header() + interface_description() + section_header() + enhanced_packet(payload(60)));
    EXPECT_THAT(reading.frames, IsEmpty());
    EXPECT_THAT(reading.faults, ElementsAre(Fault{76,
                                                  "Enhanced Packet Block is of interface 0, which was not "
                                                  "described: this section has described 0 so far"}));
}

TEST(Pcapng, HasSimpleAndObsoletePacketBlocks) {
    const auto reading =
        read_all(section_header() + interface_description(1, {}, 40) + test::simple_packet(payload(40), 1500) +
                 test::simple_packet(payload(9), 9) + test::obsolete_packet(payload(33)));
    ASSERT_THAT(reading.frames, SizeIs(3));
    EXPECT_EQ(reading.frames[0].bytes, payload(40));
    EXPECT_EQ(reading.frames[0].wire_length, 1500U);
    EXPECT_EQ(reading.frames[0].nanoseconds, 0);  // it has no time
    EXPECT_EQ(reading.frames[1].bytes, payload(9));
    EXPECT_EQ(reading.frames[2].bytes, payload(33));
    EXPECT_EQ(reading.frames[2].nanoseconds, 1'700'000'000 * test::billion + 123'456'000);
    EXPECT_THAT(reading.faults, IsEmpty());
}

TEST(Pcapng, HasOtherBlocksThatAreSteppedOverHoweverLarge) {
    const Octets file = section_header() + block(custom_block, payload(300'000)) + interface_description() +
                        block(4, payload(16)) + enhanced_packet(payload(60)) + block(5, payload(20)) +
                        block(10, payload(40)) + enhanced_packet(payload(61)) + block(custom_block, {});
    for (const std::size_t buffer_size : {1UL, 100UL, 65536UL}) {
        const auto reading = read_all(file, buffer_size);
        EXPECT_THAT(reading.frames, SizeIs(2));
        EXPECT_THAT(reading.faults, IsEmpty());
    }
}

TEST(Pcapng, CutAnywhereGivesWhatWasWholeAndOneFault) {
    const std::vector<Octets> blocks{section_header(),
                                     interface_description(1, option(if_tsresol, {9})),
                                     enhanced_packet(payload(33), {.options = option(1, {'h', 'i'})}),
                                     block(custom_block, payload(20)),
                                     test::simple_packet(payload(9), 9),
                                     section_header(ByteOrder::Big),
                                     interface_description(1, {}, 0, ByteOrder::Big),
                                     enhanced_packet(payload(60), {.order = ByteOrder::Big})};
    Octets file;
    std::size_t packets = 0;
    for (const Octets& next : blocks) {
        for (std::size_t count = 0; count < next.size(); ++count) {
            const Octets cut = file + Octets(next.begin(), next.begin() + static_cast<std::ptrdiff_t>(count));
            const auto reading = read_all(cut);
            EXPECT_THAT(reading.frames, SizeIs(packets)) << cut.size();
            EXPECT_THAT(reading.faults, SizeIs(!file.empty() && count == 0 ? 0 : 1)) << cut.size();
        }
        file = file + next;
        packets += static_cast<std::size_t>(&next == &blocks[2] || &next == &blocks[4]);
    }
    EXPECT_THAT(read_all(file).frames, SizeIs(3));
}

/// The only fault of a file that begins with a section header (28 octets) and an interface (20), and goes on with
/// `rest`.
std::vector<Fault> faults_after_48(const Octets& rest) {
    return read_all(section_header() + interface_description() + rest).faults;
}

TEST(Pcapng, SaysWhereItIsCut) {
    const Octets packet = enhanced_packet(payload(60));
    EXPECT_THAT(faults_after_48(Octets(packet.begin(), packet.begin() + 5)),
                ElementsAre(Fault{48, "the header of a block is cut: 5 of 8 octets are there"}));
    EXPECT_THAT(faults_after_48(Octets(packet.begin(), packet.begin() + 50)),
                ElementsAre(Fault{48, "Enhanced Packet Block is cut: 50 of 92 octets are there"}));
    EXPECT_THAT(faults_after_48(Octets{0xad, 0x0b, 0, 0, 20, 0, 0, 0, 1, 1, 1}),
                ElementsAre(Fault{48, "block of type 0x00000bad is cut: 11 of 20 octets are there"}));
}

TEST(Pcapng, EndsAtABlockOfAnImpossibleLength) {
    const auto header = [](std::uint32_t type, std::uint32_t length) {
        return Builder{ByteOrder::Little}.u32(type).u32(length).octets(Octets(32)).done();
    };
    EXPECT_THAT(
        faults_after_48(header(custom_block, 8)),
        ElementsAre(Fault{48, "block of type 0x00000bad has an impossible length: 8 is under 12, the least it needs"}));
    EXPECT_THAT(
        faults_after_48(header(6, 28)),
        ElementsAre(Fault{48, "Enhanced Packet Block has an impossible length: 28 is under 32, the least it needs"}));
    EXPECT_THAT(faults_after_48(header(6, 35)),
                ElementsAre(Fault{48, "Enhanced Packet Block has an impossible length: 35 is not a multiple of 4"}));
    EXPECT_THAT(faults_after_48(header(6, 0x7ffffffc)),
                ElementsAre(Fault{48,
                                  "Enhanced Packet Block has an impossible length: 2147483644 is above 16777216, "
                                  "the most that is read"}));
}

TEST(Pcapng, EndsAtABlockWhoseTrailerDisagrees) {
    for (Octets bad : {enhanced_packet(payload(60)), block(custom_block, payload(80))}) {
        bad[bad.size() - 4] = 96;
        const auto faults = faults_after_48(bad + enhanced_packet(payload(60)));
        ASSERT_THAT(faults, SizeIs(1));
        EXPECT_EQ(faults[0].offset, 48U);
        EXPECT_THAT(faults[0].what, testing::HasSubstr("octets, and at its end 96"));
    }
}

TEST(Pcapng, EndsAtASectionOfUnknownByteOrderOrVersion) {
    Octets section = section_header();
    section[8] = 0;
    EXPECT_THAT(faults_after_48(section),
                ElementsAre(Fault{56, "Section Header Block has 003c2b1a where 1a2b3c4d or 4d3c2b1a must be"}));
    section = section_header();
    section[12] = 2;
    EXPECT_THAT(faults_after_48(section), ElementsAre(Fault{60, "pcapng version 2.0 is not known"}));
}

TEST(Pcapng, EndsAtAPacketThatCannotBe) {
    EXPECT_THAT(faults_after_48(enhanced_packet(payload(60), {.interface = 1})),
                ElementsAre(Fault{48,
                                  "Enhanced Packet Block is of interface 1, which was not described: this section "
                                  "has described 1 so far"}));
    EXPECT_THAT(faults_after_48(enhanced_packet(payload(60), {.captured = 64})),
                ElementsAre(Fault{48, "Enhanced Packet Block has a captured length of 64, and room for 60"}));
    EXPECT_THAT(
        faults_after_48(enhanced_packet(payload(60), {.captured = 0xffffffff})),
        ElementsAre(Fault{48, "Enhanced Packet Block has an impossible captured length: 4294967295 is above 262144"}));
    EXPECT_THAT(faults_after_48(test::simple_packet(payload(8), 20)),
                ElementsAre(Fault{48, "Simple Packet Block has a captured length of 20, and room for 8"}));
}

TEST(Pcapng, EndsAtAnOptionThatRunsPastItsBlock) {
    const Octets good = option(1, {'h', 'i'});
    const Octets bad{1, 0, 100, 0};
    EXPECT_THAT(faults_after_48(enhanced_packet(payload(60), {.options = good + bad})),
                ElementsAre(Fault{48 + 28 + 60 + 8, "an option runs past the end of its Enhanced Packet Block"}));
    EXPECT_THAT(faults_after_48(interface_description(1, good + bad)),
                ElementsAre(Fault{48 + 16 + 8, "an option runs past the end of its Interface Description Block"}));
    EXPECT_THAT(faults_after_48(interface_description(1, option(if_tsresol, {6, 6}))),
                ElementsAre(Fault{48, "Interface Description Block has an option 9 of 2 octets"}));
}

TEST(Pcapng, LooksAtNoOptionBehindTheEndOfOptions) {
    const Octets end_and_rubbish{0, 0, 0, 0, 1, 0, 100, 0};
    EXPECT_THAT(faults_after_48(enhanced_packet(payload(60), {.options = end_and_rubbish})), IsEmpty());
}

TEST(Pcapng, ThatLiesAboutLengthsIsReadToTheEndAndEachLieToldOnce) {
    const auto reading = read_all(section_header() + interface_description(1, {}, 50) + enhanced_packet(payload(50)) +
                                  enhanced_packet(payload(60)) + enhanced_packet(payload(60), {.original = 55}));
    EXPECT_THAT(reading.frames, SizeIs(3));
    EXPECT_THAT(
        reading.faults,
        ElementsAre(
            Fault{132, "Enhanced Packet Block has a captured length of 60, above the snap length 50 of its interface"},
            Fault{224, "Enhanced Packet Block has a captured length of 60, above its original length 55"}));
}

TEST(Pcapng, WithATimeThatCannotBeHeldIsReadToTheEnd) {
    const auto reading = read_all(section_header() + interface_description() +
                                  enhanced_packet(payload(60), {.ticks = 0x7fffffffffffffff}) +
                                  enhanced_packet(payload(60), {.ticks = 1}));
    EXPECT_THAT(reading.frames, SizeIs(2));
    EXPECT_THAT(
        reading.faults,
        ElementsAre(Fault{48, "Enhanced Packet Block has a time outside the years 1678 to 2262, taken as 1970"}));
}

}  // namespace
}  // namespace sockstep::capture
