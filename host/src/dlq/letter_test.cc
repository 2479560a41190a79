// SPDX-License-Identifier: Apache-2.0
#include "dlq/letter.h"

#include <gmock/gmock.h>

namespace cnx::host::dlq {
namespace {

using ::testing::HasSubstr;

TEST(LetterId, IsWrittenAsItIsRead) {
  const auto id = parse_id("walmart_order_raw:2:1234");
  ASSERT_TRUE(id.ok());
  EXPECT_EQ(id->topic, "walmart_order_raw");
  EXPECT_EQ(id->partition, 2);
  EXPECT_EQ(id->offset, 1234);
  EXPECT_EQ(to_string(*id), "walmart_order_raw:2:1234");
}

TEST(LetterId, AnythingElseIsRefusedWithTheForm) {
  for (const char* text : {"", "orders", "orders:1", ":1:2", "orders:1:2:3", "orders:-1:2", "orders:1:-2", "orders:x:2",
                           "orders:1:", "orders:4294967296:1"}) {
    const auto id = parse_id(text);
    ASSERT_FALSE(id.ok()) << text;
    EXPECT_EQ(id.error().action, Action::kConfig);
    EXPECT_THAT(id.error().message, HasSubstr("TOPIC:PARTITION:OFFSET")) << text;
  }
}

TEST(LetterId, OfTheSamePlaceInATopicMadeAnewIsAnother) {
  const LetterId before{"orders", 0, 5, 1000};
  const LetterId after{"orders", 0, 5, 2000};
  EXPECT_NE(before, after);
}

}  // namespace
}  // namespace cnx::host::dlq
