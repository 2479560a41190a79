// SPDX-License-Identifier: Apache-2.0
#include "base/secrets.h"

#include <gtest/gtest.h>

namespace cnx::host {
namespace {

TEST(SecretSet, MasksEveryOccurrence) {
  SecretSet set;
  set.add("hunter22");
  EXPECT_EQ(set.mask("hunter22 and hunter22, hunter2"), "**** and ****, hunter2");
}

TEST(SecretSet, MasksTheLongestFirstSoThatNoRestIsLeft) {
  SecretSet set;
  set.add("pass");
  set.add("password-1");
  EXPECT_EQ(set.mask("x=password-1;"), "x=****;");
}

TEST(SecretSet, LeavesShortValuesAlone) {
  SecretSet set;
  set.add("abc");
  set.add("");
  EXPECT_TRUE(set.empty());
  EXPECT_EQ(set.mask("abc"), "abc");
}

TEST(SecretSet, KnowsJsonAndUrlForms) {
  SecretSet set;
  set.add("a\"b c/d");
  EXPECT_EQ(set.mask(R"({"p":"a\"b c/d"})"), R"({"p":"****"})");
  EXPECT_EQ(set.mask("?p=a%22b%20c%2Fd&q"), "?p=****&q");
}

TEST(SecretSet, DoesNotMaskItsOwnMaskForEver) {
  SecretSet set;
  set.add("****");
  EXPECT_EQ(set.mask("a****b"), "a****b");
}

}  // namespace
}  // namespace cnx::host
