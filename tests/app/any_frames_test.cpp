// tests/app/any_frames_test.cpp - random octets as frames and as files: no crash, no hang, an exit status of 0 or 1.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "app/cli.hpp"
#include "app/sample.hpp"

namespace sockstep::app::test {
namespace {

using ::testing::AnyOf;
using ::testing::SizeIs;

constexpr std::uint32_t ethernet = 1;

std::uint32_t below(std::mt19937& random, std::uint32_t limit) {
    return std::uniform_int_distribution<std::uint32_t>{0, limit - 1}(random);
}

Octets random_octets(std::mt19937& random, std::size_t count) {
    Octets octets(count);
    for (std::uint8_t& octet : octets) {
        octet = static_cast<std::uint8_t>(below(random, 256));
    }
    return octets;
}

/// Noise, or a TCP frame of which a few octets are wrong, which goes much deeper.
Octets frame(std::mt19937& random) {
    if (below(random, 4) == 0) {
        return random_octets(random, below(random, 200));
    }
    const std::vector<Octets> sound = sample_frames();
    Octets octets = sound[below(random, static_cast<std::uint32_t>(sound.size()))];
    for (std::uint32_t changes = below(random, 4); changes > 0; --changes) {
        octets[below(random, static_cast<std::uint32_t>(octets.size()))] =
            static_cast<std::uint8_t>(below(random, 256));
    }
    octets.resize(octets.size() - std::size_t{below(random, 3)} * below(random, 20));
    return octets;
}

Octets capture_of(std::mt19937& random, std::uint32_t link) {
    Octets file = capture::test::pcap_header({.link = link});
    for (int i = 0; i < 300; ++i) {
        Octets octets = frame(random);
        if (link != ethernet && octets.size() > 14) {
            octets.erase(octets.begin(),
                         octets.begin() + below(random, 15));  // begins with its IP header, or nearly so
        }
        file = std::move(file) + record(octets, below(random, 1'000'000));
    }
    return file;
}

class AnyFrames : public ::testing::TestWithParam<std::uint32_t> {};

TEST_P(AnyFrames, AreReadToTheEndInEveryForm) {
    std::mt19937 random{GetParam()};
    const std::string file = text_of(capture_of(random, GetParam()));
    const Outcome json = run({"read", "-", "--json"}, {.input = file});
    EXPECT_EQ(json.status, 0) << json.err;
    EXPECT_EQ(of_type(json_lines(json.out), "totals").at(0)["frames"], 300);
    for (const std::vector<std::string>& form :
         {std::vector<std::string>{"--width=40"}, {"--width=1000", "--why"}, {"--summary"}}) {
        std::vector<std::string> arguments{"read", "-"};
        arguments.insert(arguments.end(), form.begin(), form.end());
        const Outcome outcome = run(arguments, {.input = file});
        EXPECT_EQ(outcome.status, 0) << outcome.err;
        EXPECT_FALSE(outcome.out.empty());
    }
    EXPECT_THAT(run({"read", "-", "--filter", "tcp"}, {.input = file}).status, AnyOf(0, 2));
}

INSTANTIATE_TEST_SUITE_P(LinkTypes, AnyFrames,
                         ::testing::Values(0U, ethernet, 12U, 14U, 101U, 108U, 113U, 228U, 229U, 276U, 147U, 65535U));

TEST(AnyFiles, AreReadOrRefusedInOneLine) {
    std::mt19937 random{4};
    for (int i = 0; i < 60; ++i) {
        Octets file = i % 2 == 0 ? sample_pcap() : sample_pcapng();
        for (std::uint32_t changes = 1 + below(random, 8); changes > 0; --changes) {
            file[below(random, static_cast<std::uint32_t>(file.size()))] =
                static_cast<std::uint8_t>(below(random, 256));
        }
        const Outcome outcome = run({"read", "-"}, {.input = text_of(file)});
        EXPECT_THAT(outcome.status, AnyOf(0, 1)) << i;
        EXPECT_THAT(lines(outcome.err), SizeIs(outcome.status == 0 ? 0 : 1)) << i << outcome.err;
    }
}

}  // namespace
}  // namespace sockstep::app::test
