// tests/labnet/effects_test.cpp - what a link does, told by numbers alone.
#include "labnet/effects.hpp"

#include <gmock/gmock.h>

#include <vector>

#include "decode/frame.hpp"
#include "decode/frame_builder.hpp"
#include "labnet/damage.hpp"
#include "labnet/hosts.hpp"
#include "labnet/transit.hpp"

namespace sockstep::labnet {
namespace {

using namespace std::chrono_literals;

base::Timestamp at(base::Duration time) {
    return base::Timestamp{time};
}

/// What a link does with `count` frames of 1000 octets, a microsecond apart.
std::vector<Treatment> run(const LinkOptions& options, std::size_t count, std::uint64_t direction = 0) {
    Link link{options, direction};
    std::vector<Treatment> treatments;
    for (std::size_t i = 0; i < count; ++i) {
        Treatment treatment;
        link.apply(at(1h + i * 1us), 1000, treatment);
        treatments.push_back(treatment);
    }
    return treatments;
}

std::size_t lost(const std::vector<Treatment>& treatments) {
    std::size_t count = 0;
    for (const Treatment& treatment : treatments) {
        count += treatment.drop == record::DropReason::Loss ? 1U : 0U;
    }
    return count;
}

TEST(Link, DoesNothingUnlessAsked) {
    EXPECT_THAT(run({}, 100), testing::Each(Treatment{}));
    EXPECT_FALSE(LinkOptions{}.has_effects());
}

TEST(Link, DoesTheSameForTheSameSeed) {
    const LinkOptions options{.delay = 40ms, .jitter = 5ms, .loss = 0.3, .duplicate = 0.1, .reorder = 0.1, .seed = 7};
    EXPECT_EQ(run(options, 1000), run(options, 1000));
    LinkOptions other = options;
    other.seed = 8;
    EXPECT_NE(run(options, 1000), run(other, 1000));
    EXPECT_NE(run(options, 1000, 0), run(options, 1000, 1)) << "directions meet chances of their own";
}

TEST(Link, LosesTheSameFramesWhateverElseItDoes) {
    const auto plain = run({.loss = 0.3}, 1000);
    const auto busy = run({.delay = 40ms, .jitter = 5ms, .loss = 0.3, .corrupt = 0.2, .duplicate = 0.2}, 1000);
    for (std::size_t i = 0; i < plain.size(); ++i) {
        EXPECT_EQ(plain[i].drop, busy[i].drop);
    }
}

TEST(Link, LosesAsManyAsAsked) {
    EXPECT_EQ(lost(run({.loss = 1}, 100)), 100U);
    const std::size_t some = lost(run({.loss = 0.1}, 10'000));
    EXPECT_GT(some, 900U);  // four standard deviations are 120
    EXPECT_LT(some, 1100U);
}

TEST(Link, SendsOneFrameAfterTheOther) {
    // 1000 octets at 8 Mbit/s take 1 ms.
    const auto treatments = run({.rate = 8'000'000, .queue = 3}, 6);
    EXPECT_EQ(treatments[0].delay, 1ms);
    EXPECT_EQ(treatments[1].delay, 2ms - 1us);
    EXPECT_EQ(treatments[3].delay, 4ms - 3us);
    EXPECT_EQ(treatments[4].drop, record::DropReason::FullQueue) << "one is sent, three wait";
    EXPECT_EQ(treatments[5].drop, record::DropReason::FullQueue);
}

TEST(Link, HasRoomInItsQueueAgainLater) {
    Link link{{.rate = 8'000'000, .queue = 1}, 0};
    std::vector<Treatment> treatments(4);
    link.apply(at(0ms), 1000, treatments[0]);
    link.apply(at(0ms), 1000, treatments[1]);
    link.apply(at(0ms), 1000, treatments[2]);
    link.apply(at(1ms), 1000, treatments[3]);
    EXPECT_EQ(treatments[1].delay, 2ms);
    EXPECT_TRUE(treatments[2].dropped());
    EXPECT_EQ(treatments[3].delay, 2ms) << "the second is being sent, so its place is free";
}

TEST(Link, VariesTheDelayWithoutReordering) {
    const auto treatments = run({.delay = 40ms, .jitter = 5ms}, 1000);
    base::Duration last{};
    for (std::size_t i = 0; i < treatments.size(); ++i) {
        EXPECT_GE(treatments[i].delay, 35ms);
        EXPECT_LE(treatments[i].delay, 45ms);
        EXPECT_GE(i * 1us + treatments[i].delay, last);
        last = i * 1us + treatments[i].delay;
    }
}

TEST(Link, LetsAReorderedFrameBeOvertaken) {
    const auto treatments = run({.delay = 40ms, .reorder = 0.1, .reorder_by = 3ms}, 1000);
    std::size_t late = 0;
    for (const Treatment& treatment : treatments) {
        EXPECT_TRUE(treatment.delay == 40ms || treatment.delay == 43ms);
        late += treatment.delay == 43ms ? 1U : 0U;
    }
    EXPECT_GT(late, 50U);
    EXPECT_LT(late, 150U);
}

TEST(Transit, GivesFramesInTheOrderOfTheirArrival) {
    Transit transit;
    transit.add(at(3ms), {.frame = 1});
    transit.add(at(1ms), {.frame = 2});
    transit.add(at(3ms), {.frame = 3});
    EXPECT_EQ(transit.next(), at(1ms));
    EXPECT_EQ(transit.take().frame, 2U);
    EXPECT_EQ(transit.take().frame, 1U);
    EXPECT_EQ(transit.take().frame, 3U);
    EXPECT_EQ(transit.next(), std::nullopt);
}

TEST(Damage, MakesTheChecksumWrongWhicheverBitFlips) {
    for (const std::size_t length : {0U, 1U, 100U}) {
        const decode::Octets whole =
            decode::FrameBuilder{}.from("10.0.0.11", 1).to("10.0.0.1", 2).ack(1).payload(length).bytes();
        for (std::uint64_t number = 0; number < 1000; ++number) {
            decode::Octets frame = whole;
            flip_a_bit(frame, number);
            const decode::Decoded decoded =
                decode::decode(base::LinkType::Ethernet, frame, static_cast<std::uint32_t>(frame.size()));
            EXPECT_EQ(std::get<decode::TcpSegment>(decoded).checksum, decode::Checksum::Wrong);
        }
    }
}

TEST(Hosts, HaveTheSameDigitsInAllAddresses) {
    const auto hosts = make_hosts("server", std::vector<std::string>{"a", "b", "c"});
    EXPECT_EQ(base::to_string(hosts[0].ipv4), "10.0.0.1");
    EXPECT_EQ(base::to_string(hosts[0].ipv6), "fd00::1");
    EXPECT_EQ(base::to_string(hosts[1].ipv4), "10.0.0.11");
    EXPECT_EQ(base::to_string(hosts[1].ipv6), "fd00::11");
    EXPECT_EQ(base::to_string(hosts[3].loopback), "127.0.0.13");
    for (const Host& host : hosts) {
        EXPECT_EQ(host_number(host.mac, hosts.size()), host.number);
    }
    EXPECT_EQ(host_number(MacAddress{2, 0, 0, 0, 0, 14}, hosts.size()), -1);
    EXPECT_EQ(host_number(MacAddress{2, 0, 0, 0, 0, 5}, hosts.size()), -1);
}

TEST(HostsFile, HasTheLabsNamesAndKeepsTheOthers) {
    const auto hosts = make_hosts("server", {"client"});
    EXPECT_EQ(hosts_file(hosts,
                         "127.0.0.1 localhost\n# a comment\n::1 localhost ip6-localhost # more\n"
                         "192.0.2.7\tserver printer\n127.0.1.1 mine"),
              "127.0.0.1\tlocalhost\n10.0.0.1\tserver\nfd00::1\tserver6\n10.0.0.11\tclient\nfd00::11\tclient6\n"
              "::1\tip6-localhost\n192.0.2.7\tprinter\n127.0.1.1\tmine\n");
}

TEST(HostsFile, HasNamesWithUnderscoresInBothSpellings) {
    EXPECT_EQ(hosts_file(make_hosts("my_server", {"a_"}), ""),
              "127.0.0.1\tlocalhost\n10.0.0.1\tmy_server\tmy-server\nfd00::1\tmy_server6\tmy-server6\n"
              "10.0.0.11\ta_\ta\nfd00::11\ta_6\ta6\n");
}

TEST(HostsFile, KnowsAHostByItsProgramsToo) {
    std::vector<Host> hosts = make_hosts("calc", {"client2"});
    hosts[0].programs = {"time_of_day", "not a name", "client2"};
    EXPECT_EQ(hosts_file(hosts, ""),
              "127.0.0.1\tlocalhost\n10.0.0.1\tcalc\ttime_of_day\ttime-of-day\n"
              "fd00::1\tcalc6\ttime_of_day6\ttime-of-day6\n10.0.0.11\tclient2\nfd00::11\tclient2-6\n");
}

TEST(HostsFile, GivesNoNameTwice) {
    EXPECT_EQ(hosts_file(make_hosts("a_b", {"a-b", "A-b6"}), "192.0.2.7\tA_B other\n"),
              "127.0.0.1\tlocalhost\n10.0.0.1\ta_b\nfd00::1\ta_b6\n10.0.0.11\ta-b\n10.0.0.12\tA-b6\n"
              "fd00::12\tA-b6-6\n192.0.2.7\tother\n");
}

}  // namespace
}  // namespace sockstep::labnet
