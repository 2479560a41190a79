// SPDX-License-Identifier: Apache-2.0
#include "base/random_id.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

namespace cnx::host {
namespace {

using ::testing::MatchesRegex;

TEST(RandomHex, HasTwoCharactersAByte) {
  EXPECT_THAT(random_hex(8), MatchesRegex("[0-9a-f]{16}"));
  EXPECT_EQ(random_hex(0), "");
}

TEST(RandomHex, DoesNotRepeat) {
  std::set<std::string> seen;
  for (int i = 0; i < 1000; ++i) seen.insert(random_hex(8));
  EXPECT_EQ(seen.size(), 1000u);
}

TEST(RandomUuid, IsOfVersionFour) {
  EXPECT_THAT(random_uuid(), MatchesRegex("[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"));
}

}  // namespace
}  // namespace cnx::host
