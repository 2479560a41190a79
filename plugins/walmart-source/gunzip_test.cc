// SPDX-License-Identifier: Apache-2.0
#include "gunzip.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "testing/gzip.h"

namespace walmart {
namespace {

using testing::gzip;

constexpr std::size_t kMost = 1U << 20U;

std::string orders(int count) {
  std::string text;
  for (int i = 0; i < count; ++i) text += R"({"purchaseOrderId":")" + std::to_string(i * 7919) + R"("},)";
  return text;
}

TEST(GunzipTest, GivesWhatWasPacked) {
  for (const std::string& text : {std::string(), std::string("a"), orders(1000), std::string(kMost, 'x')}) {
    std::string out = "of before";
    ASSERT_EQ(gunzip(gzip(text), kMost, out), Gunzip::kDone) << text.size();
    EXPECT_EQ(out, text);
  }
}

TEST(GunzipTest, GivesAllMembersInTheirOrder) {
  const std::string large = orders(5000), small = "the end";
  std::string out;
  ASSERT_EQ(gunzip(gzip(large) + gzip("") + gzip(large) + gzip(small), kMost, out), Gunzip::kDone);
  EXPECT_EQ(out, large + large + small);
}

TEST(GunzipTest, ASizeThatIsToldWrongIsDamage) {
  for (const char* told : {"\x00\x00\x00\x00", "\xff\xff\xff\xff", "\x01\x00\x00\x00"}) {
    std::string packed = gzip(orders(100)), out;
    packed.replace(packed.size() - 4, 4, told, 4);
    EXPECT_EQ(gunzip(packed, kMost, out), Gunzip::kDamaged);
    EXPECT_LE(out.capacity(), kMost);
  }
}

TEST(GunzipTest, CutOffAnywhereIsDamage) {
  const std::string packed = gzip(orders(50));
  for (std::size_t length = 0; length < packed.size(); ++length) {
    std::string out;
    EXPECT_EQ(gunzip(std::string_view(packed).substr(0, length), kMost, out), Gunzip::kDamaged) << length;
  }
}

TEST(GunzipTest, ASpoiltByteIsDamageOrOfNoAccount) {
  const std::string text = orders(50), packed = gzip(text);
  constexpr std::size_t kHeader = 10;  // holds a time and a system, too
  for (std::size_t at = 0; at < packed.size(); ++at) {
    std::string spoilt = packed, out;
    spoilt[at] = static_cast<char>(spoilt[at] ^ 0x10);
    const Gunzip result = gunzip(spoilt, kMost, out);
    if (result == Gunzip::kDone) {
      EXPECT_LT(at, kHeader);
      EXPECT_EQ(out, text) << at;
    }
  }
}

TEST(GunzipTest, WhatFollowsTheEndIsDamage) {
  std::string out;
  EXPECT_EQ(gunzip(gzip("page") + "more", kMost, out), Gunzip::kDamaged);
}

TEST(GunzipTest, MoreThanMayComeOutIsTooLarge) {
  const std::string text = orders(1000);
  std::string out;
  EXPECT_EQ(gunzip(gzip(text), text.size(), out), Gunzip::kDone);
  EXPECT_EQ(gunzip(gzip(text), text.size() - 1, out), Gunzip::kTooLarge);
  EXPECT_EQ(gunzip(gzip(text) + gzip(text), 2 * text.size() - 1, out), Gunzip::kTooLarge);
  EXPECT_LE(out.capacity(), 4 * text.size());
}

TEST(GunzipTest, FewBytesTakeLittleMemoryWhateverTheyTell) {
  const std::string few = "\x1f\x8b\x08\xff\xff\xff\xff";
  std::string out;
  EXPECT_EQ(gunzip(few, std::size_t{1} << 30U, out), Gunzip::kDamaged);
  EXPECT_LT(out.capacity(), 10'000);
}

}  // namespace
}  // namespace walmart
