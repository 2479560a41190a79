// SPDX-License-Identifier: Apache-2.0
#include "observe/api_call.h"

#include <gmock/gmock.h>

namespace cnx::host::observe {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;

TEST(ParseTarget, DecodesPathAndQuery) {
  ApiCall call;
  ASSERT_TRUE(parse_target("/connectors/a%20b%2Fc/status/?expand=status&expand=info&x=%3D+y&flag", call));
  EXPECT_THAT(call.path, ElementsAre("connectors", "a b/c", "status"));
  EXPECT_THAT(call.query,
              ElementsAre(Pair("expand", "status"), Pair("expand", "info"), Pair("x", "= y"), Pair("flag", "")));
  EXPECT_TRUE(call.has("expand", "info"));
  EXPECT_FALSE(call.has("expand", ""));
}

TEST(ParseTarget, TheRootHasNoSegments) {
  ApiCall call;
  ASSERT_TRUE(parse_target("/?", call));
  EXPECT_THAT(call.path, IsEmpty());
}

TEST(ParseTarget, RefusesWhatIsNotPercentEncoded) {
  for (const char* target : {"/%zz", "/a%2", "/a?x=%", "/a?%g0=1"}) {
    ApiCall call;
    EXPECT_FALSE(parse_target(target, call)) << target;
  }
}

TEST(Answers, ErrorsHaveKafkaConnectsShape) {
  const Answer refused = method_answer("GET, HEAD");
  EXPECT_EQ(refused.status, 405);
  EXPECT_EQ(refused.allow, "GET, HEAD");
  EXPECT_EQ(refused.body, R"({"error_code":405,"message":"this path has GET, HEAD only"})");
  EXPECT_EQ(error_answer(404, "no \"x\"").body, R"({"error_code":404,"message":"no \"x\""})");
}

}  // namespace
}  // namespace cnx::host::observe
