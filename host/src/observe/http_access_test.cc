// SPDX-License-Identifier: Apache-2.0
#include "observe/http_access.h"

#include <gtest/gtest.h>

namespace cnx::host::observe {
namespace {

TEST(HttpAccess, AdmitsEveryoneWithoutLogins) {
  const HttpAccess access({}, true);
  EXPECT_FALSE(access.asks_for_login());
  EXPECT_TRUE(access.admits(""));
  EXPECT_TRUE(access.admits("Basic nonsense"));
}

TEST(HttpAccess, KnowsUserAndPassword) {
  const HttpAccess access({"prometheus", "planted-listener-password", ""}, false);
  EXPECT_TRUE(access.admits("Basic cHJvbWV0aGV1czpwbGFudGVkLWxpc3RlbmVyLXBhc3N3b3Jk"));
  EXPECT_TRUE(access.admits("basic  cHJvbWV0aGV1czpwbGFudGVkLWxpc3RlbmVyLXBhc3N3b3Jk"));
  for (const char* wrong : {"", "Basic", "Basic ", "Basic cHJvbWV0aGV1czpwbGFudGVkLWxpc3RlbmVyLXBhc3N3b3Jr",
                            "Basic cHJvbWV0aGV1czpwbGFudGVkLWxpc3RlbmVyLXBhc3N3b3Jkcg==",
                            "Bearer cHJvbWV0aGV1czpwbGFudGVk", "Bearer ", "Bearer planted-listener-password"}) {
    EXPECT_FALSE(access.admits(wrong)) << wrong;
  }
}

TEST(HttpAccess, KnowsATokenBesideThem) {
  const HttpAccess access({"u", "planted-listener-password", "planted-listener-token"}, false);
  EXPECT_TRUE(access.admits("Bearer planted-listener-token"));
  EXPECT_TRUE(access.admits("Basic dTpwbGFudGVkLWxpc3RlbmVyLXBhc3N3b3Jk"));
  EXPECT_FALSE(access.admits("Bearer planted-listener-toke"));
  EXPECT_FALSE(access.admits("Bearer planted-listener-tokenplanted-listener-token"));
  EXPECT_FALSE(access.admits("planted-listener-token"));
}

TEST(HttpAccess, OnTheLoopbackAnswersToItsOwnNamesOnly) {
  const HttpAccess open({}, true);
  for (const char* own : {"localhost", "LOCALHOST:8083", "127.0.0.1", "127.0.0.1:8083", "[::1]", "[::1]:8083"}) {
    EXPECT_TRUE(open.knows_host(own)) << own;
  }
  for (const char* other : {"", "evil.example", "evil.example:8083", "127.0.0.1.evil.example", "localhost.evil.example",
                            "[::2]", "10.0.0.1"}) {
    EXPECT_FALSE(open.knows_host(other)) << other;
  }
  EXPECT_TRUE(HttpAccess({}, false).knows_host("etl.example"));
  EXPECT_TRUE(HttpAccess({"", "", "planted-listener-token"}, true).knows_host("etl.example"));
}

TEST(HttpAccess, ComparesWholeTexts) {
  EXPECT_TRUE(equal_in_constant_time("", ""));
  EXPECT_TRUE(equal_in_constant_time("abc", "abc"));
  for (const auto& [one, other] :
       {std::pair{"abc", "abd"}, {"abc", "ab"}, {"ab", "abc"}, {"", "a"}, {"a", ""}, {"ab", "abab"}, {"abab", "ab"}}) {
    EXPECT_FALSE(equal_in_constant_time(one, other)) << one << " " << other;
  }
}

TEST(HttpAccess, KnowsPagesOfAnotherSiteByWhatTheirBrowserSays) {
  EXPECT_FALSE(is_from_another_site("", "", "h:1"));
  EXPECT_FALSE(is_from_another_site("http://H:1", "same-origin", "h:1"));
  EXPECT_TRUE(is_from_another_site("http://other:1", "", "h:1"));
  EXPECT_TRUE(is_from_another_site("null", "", "h:1"));
  EXPECT_TRUE(is_from_another_site("", "same-site", "h:1"));
}

}  // namespace
}  // namespace cnx::host::observe
