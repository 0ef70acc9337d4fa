// tests/capture/mutation_test.cpp - files changed at random: never a crash, never a hang, never an octet from outside.
#include <gtest/gtest.h>

#include <random>

#include "capture/capture_builder.hpp"
#include "capture/mutate.hpp"

namespace sockstep::capture {
namespace {

using test::enhanced_packet, test::gzip, test::interface_description, test::mutate, test::Octets, test::option,
    test::payload, test::pcap_header, test::pcap_record, test::section_header;

constexpr int mutations_of_each = 25'000;

/// Reads mutations of `file`, touching every octet that is handed out, so that a sanitizer sees it.
void read_mutations(const Octets& file, std::uint32_t seed) {
    std::mt19937 random{seed};
    std::uint64_t sum = 0;
    for (int i = 0; i < mutations_of_each; ++i) {
        const Octets mutated = mutate(file, random);
        FileReader reader{test::memory(mutated, 1 + random() % 300), 1 + random() % 512};
        record::Frame frame;
        std::uint64_t frames = 0;
        while (reader.next(frame)) {
            ASSERT_EQ(frame.number, ++frames);
            ASSERT_GE(frame.wire_length, frame.bytes.size());
            for (const std::uint8_t octet : frame.bytes) {
                sum += octet;
            }
            ASSERT_LE(frames, 10'000U) << "mutation " << i << " of seed " << seed;
        }
        for (const Fault& fault : reader.faults()) {
            ASSERT_FALSE(fault.what.empty());
            ASSERT_EQ(fault.what.find('\n'), std::string::npos);
        }
        ASSERT_LE(reader.faults().size(), 4U);  // at most three lies and an end
    }
    EXPECT_GT(sum, 0U);
}

TEST(FileReader, SurvivesMutationsOfPcap) {
    const test::PcapShape big{.order = ByteOrder::Big, .magic = 0xa1b2cd34, .snaplen = 100};
    read_mutations(pcap_header() + pcap_record(payload(33)) + pcap_record({}) + pcap_record(payload(60)), 1);
    read_mutations(pcap_header(big) + pcap_record(payload(33), {}, big) + pcap_record(payload(60), {}, big), 2);
}

TEST(FileReader, SurvivesMutationsOfPcapng) {
    const ByteOrder big = ByteOrder::Big;
    read_mutations(section_header() + interface_description(1, option(9, {9}) + option(14, Octets(8))) +
                       interface_description(101, {}, 40) +
                       enhanced_packet(payload(33), {.interface = 1, .options = option(1, {'h', 'i'})}) +
                       test::block(5, payload(20)) + test::simple_packet(payload(12), 12) +
                       test::obsolete_packet(payload(20), 1) + section_header(big, 200) +
                       interface_description(276, option(9, {0x94}, big), 0, big) +
                       enhanced_packet(payload(60), {.order = big}),
                   3);
}

TEST(FileReader, SurvivesMutationsOfGzip) {
    read_mutations(
        gzip(pcap_header() + pcap_record(payload(33)) + pcap_record(payload(60))) + gzip(pcap_record(payload(70, 3))),
        4);
}

}  // namespace
}  // namespace sockstep::capture
