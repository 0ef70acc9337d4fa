// tests/base/ip_address_test.cpp - addresses as text: RFC 5952 and RFC 3986.
#include "base/ip_address.hpp"

#include <arpa/inet.h>
#include <gtest/gtest.h>

#include <array>
#include <vector>

namespace sockstep::base {
namespace {

IpAddress v4(std::uint8_t a, std::uint8_t b, std::uint8_t c, std::uint8_t d) {
    return ip_address(std::array<std::uint8_t, 4>{a, b, c, d});
}

/// Parsed by the C library, so that the text under test has another author.
IpAddress v6(const char* text) {
    std::array<std::uint8_t, 16> octets{};
    EXPECT_EQ(::inet_pton(AF_INET6, text, octets.data()), 1) << text;
    return ip_address(octets);
}

TEST(IpAddress, WritesIpv4InDots) {
    EXPECT_EQ(to_string(v4(192, 168, 0, 1)), "192.168.0.1");
}

TEST(IpAddress, CompressesTheFirstOfTheLongestRunsOfZeros) {
    EXPECT_EQ(to_string(v6("2001:db8:0:0:1:0:0:1")), "2001:db8::1:0:0:1");
    EXPECT_EQ(to_string(v6("2001:0:0:1:0:0:0:1")), "2001:0:0:1::1");
}

TEST(IpAddress, KeepsASingleZeroGroup) {
    EXPECT_EQ(to_string(v6("2001:db8:0:1:1:1:1:1")), "2001:db8:0:1:1:1:1:1");
}

TEST(IpAddress, CompressesAtEitherEnd) {
    EXPECT_EQ(to_string(v6("::")), "::");
    EXPECT_EQ(to_string(v6("::1")), "::1");
    EXPECT_EQ(to_string(v6("fe80::")), "fe80::");
}

TEST(IpAddress, WritesMappedIpv4InDots) {
    EXPECT_EQ(to_string(v6("::ffff:10.0.0.1")), "::ffff:10.0.0.1");
}

TEST(IpAddress, AgreesWithTheCLibrary) {
    for (const char* text : {"ff02::1:ff00:1", "1:2:3:4:5:6:7:8", "a::b", "1::", "0:1::", "fd00:0:0:1::9"}) {
        const IpAddress address = v6(text);
        std::array<char, INET6_ADDRSTRLEN> expected{};
        ASSERT_NE(::inet_ntop(AF_INET6, address.octets.data(), expected.data(), expected.size()), nullptr);
        EXPECT_EQ(to_string(address), expected.data());
    }
}

TEST(Endpoint, PutsIpv6InBrackets) {
    EXPECT_EQ(to_string(Endpoint{v4(10, 0, 0, 1), 80}), "10.0.0.1:80");
    EXPECT_EQ(to_string(Endpoint{v6("::1"), 65535}), "[::1]:65535");
}

}  // namespace
}  // namespace sockstep::base
