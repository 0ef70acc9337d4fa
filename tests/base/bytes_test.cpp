// tests/base/bytes_test.cpp - the reader stays within what it was given.
#include "base/bytes.hpp"

#include <gtest/gtest.h>

#include <array>

namespace sockstep::base {
namespace {

constexpr std::array<std::uint8_t, 7> seven{0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07};

TEST(ByteReader, ReadsInNetworkByteOrder) {
    ByteReader reader{seven};
    EXPECT_EQ(reader.u8(), 0x01);
    EXPECT_EQ(reader.u16(), 0x0203);
    EXPECT_EQ(reader.u32(), 0x04050607U);
    EXPECT_EQ(reader.remaining(), 0U);
}

TEST(ByteReader, StaysWhereItIsWhenTooLittleIsLeft) {
    ByteReader reader{Bytes{seven}.first(3)};
    EXPECT_EQ(reader.u32(), std::nullopt);
    EXPECT_EQ(reader.offset(), 0U);
    EXPECT_FALSE(reader.take(4));
    EXPECT_EQ(reader.take(3)->size(), 3U);
    EXPECT_EQ(reader.u8(), std::nullopt);
}

TEST(Bytes, ReadsIntegersAtAnOffset) {
    EXPECT_EQ(u16_at(seven, 1), 0x0203);
    EXPECT_EQ(u32_at(seven, 3), 0x04050607U);
}

}  // namespace
}  // namespace sockstep::base
