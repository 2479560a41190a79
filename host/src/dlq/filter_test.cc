// SPDX-License-Identifier: Apache-2.0
#include "dlq/filter.h"

#include <gmock/gmock.h>

namespace cnx::host::dlq {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

constexpr std::int64_t kNow = 1'763'800'000'000;  // 2025-11-22 08:26:40

Letter letter() {
  Letter made;
  made.id = {"orders", 2, 1234, 1};
  made.stage = "TASK_PUT";
  made.component = "mysql-sink";
  made.column = "methodCode";
  made.message = "is too long: 51 characters";
  made.native_code = 1406;
  made.key = "K=1";
  made.died_ms = kNow - 60'000;
  made.state = State::kDead;
  return made;
}

bool matches(std::vector<std::string> conditions) {
  const auto filter = Filter::parse(conditions, kNow);
  if (!filter.ok()) ADD_FAILURE() << filter.error().message;
  return filter.ok() && filter->matches(letter());
}

std::string refusal(const std::string& condition) {
  const auto filter = Filter::parse(std::vector{condition}, kNow);
  EXPECT_FALSE(filter.ok()) << condition;
  return filter.ok() ? "" : filter.error().message;
}

TEST(Filter, WithoutConditionsEverythingMatches) { EXPECT_TRUE(matches({})); }

TEST(Filter, ComparesEachField) {
  for (const char* yes : {"id=orders:2:1234", "topic=orders", "partition=2", "offset=1234", "key=K=1", "stage=TASK_PUT",
                          "class=mysql-sink", "path=", "column=methodCode", "code=1406", "state=dead", "stage!=X",
                          "message~too long", "column~Code"})
    EXPECT_TRUE(matches({yes})) << yes;
  for (const char* no : {"id=orders:2:123", "partition=1", "offset!=1234", "stage=task_put", "message~shorter",
                         "state=replayed", "path=$.a"})
    EXPECT_FALSE(matches({no})) << no;
}

TEST(Filter, AllConditionsHaveToHold) {
  EXPECT_TRUE(matches({"topic=orders", "partition=2"}));
  EXPECT_FALSE(matches({"topic=orders", "partition=3"}));
}

TEST(Filter, TimesAreOfTheDeath) {
  EXPECT_TRUE(matches({"since=2m"}));
  EXPECT_FALSE(matches({"since=30s"}));
  EXPECT_TRUE(matches({"since=2025-11-22"}));
  EXPECT_TRUE(matches({"since=2025-11-22T08:25:00Z", "until=2025-11-22T08:26"}));
  EXPECT_FALSE(matches({"until=2025-11-22T08:25:40"}));
}

TEST(Filter, WrongOnesAreRefusedWithTheMend) {
  EXPECT_THAT(refusal("stage"), HasSubstr("FIELD=VALUE"));
  EXPECT_THAT(refusal("=x"), HasSubstr("FIELD=VALUE"));
  EXPECT_THAT(refusal("stage!x"), HasSubstr("FIELD=VALUE"));
  EXPECT_THAT(refusal("colum=x"), HasSubstr("did you mean 'column'?"));
  EXPECT_THAT(refusal("zzzzzz=x"), AllOf(HasSubstr("fields: "), HasSubstr("message")));
  EXPECT_THAT(refusal("partition=one"), HasSubstr("number"));
  EXPECT_THAT(refusal("offset~12"), HasSubstr("number"));
  EXPECT_THAT(refusal("state=gone"), HasSubstr("replayed"));
  for (const char* moment : {"since=yesterday", "since~2025", "until=2025-02-30", "since=2025-13-01", "since=-1h",
                             "since=", "since=99999999999999999d"})
    EXPECT_THAT(refusal(moment), HasSubstr("T08:30:00Z")) << moment;
}

}  // namespace
}  // namespace cnx::host::dlq
