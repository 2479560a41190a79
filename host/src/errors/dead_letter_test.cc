// SPDX-License-Identifier: Apache-2.0
#include "errors/dead_letter.h"

#include <gmock/gmock.h>

#include "base/secrets.h"
#include "cnx/testing/batches.hpp"

namespace cnx::host::errors {
namespace {

using cnx::testing::Records;
using cnx::testing::TestRecord;
using ::testing::ElementsAre;
using ::testing::Pair;

struct Builder : DeadLetterBuilder {
  Builder() : DeadLetterBuilder("dlq", "orders-sink", 2, "0123456789abcdef") {}
};

std::vector<std::pair<std::string, std::string>> headers_of(const cnx_record& record) {
  std::vector<std::pair<std::string, std::string>> headers;
  for (int i = 0; i < record.header_count; ++i) {
    headers.emplace_back(view(record.headers[i].name), view(record.headers[i].value));
  }
  return headers;
}

TEST(DeadLetter, KeepsTheOriginalAndAddsKafkaConnectsHeaders) {
  const Records records({TestRecord{.value = "{}",
                                    .key = "k",
                                    .topic = "orders",
                                    .partition = 3,
                                    .offset = 77,
                                    .timestamp_ms = 1234,
                                    .headers = {{"trace", "t1"}}}});
  Builder builder;
  builder.add(records.view().record(0),
              {"TRANSFORMATION", "order-transform", "$.purchaseOrderId", "purchaseOrderId", "it has no id", 0});
  ASSERT_EQ(builder.records().size(), 1u);
  const cnx_record& letter = builder.records()[0];
  EXPECT_EQ(view(letter.topic), "dlq");
  EXPECT_EQ(view(letter.key), "k");
  EXPECT_EQ(view(letter.value), "{}");
  EXPECT_EQ(letter.timestamp_ms, 1234);
  EXPECT_EQ(letter.partition, -1);
  EXPECT_EQ(letter.offset, -1);
  EXPECT_THAT(
      headers_of(letter),
      ElementsAre(Pair("trace", "t1"), Pair("__connect.errors.topic", "orders"),
                  Pair("__connect.errors.partition", "3"), Pair("__connect.errors.offset", "77"),
                  Pair("__connect.errors.connector.name", "orders-sink"), Pair("__connect.errors.task.id", "2"),
                  Pair("__connect.errors.stage", "TRANSFORMATION"),
                  Pair("__connect.errors.class.name", "order-transform"),
                  Pair("__connect.errors.exception.class.name", "RecordError"),
                  Pair("__connect.errors.exception.message", "it has no id"),
                  Pair("__cnx.errors.path", "$.purchaseOrderId"), Pair("__cnx.errors.column", "purchaseOrderId"),
                  Pair("__cnx.errors.timestamp.ms", "1234"), Pair("__cnx.errors.config.hash", "0123456789abcdef")));
}

TEST(DeadLetter, KeepsNullKeysValuesAndHeaderValues) {
  cnx_record record{};
  const cnx_header header{str("empty"), absent()};
  record.topic = str("orders");
  record.headers = &header;
  record.header_count = 1;
  Builder builder;
  builder.add(record, {"TASK_PUT", "mysql-sink", "", "", "too long", 1406});
  const cnx_record& letter = builder.records()[0];
  EXPECT_TRUE(is_absent(letter.key));
  EXPECT_TRUE(is_absent(letter.value));
  EXPECT_TRUE(is_absent(letter.headers[0].value));
  EXPECT_THAT(headers_of(letter), ::testing::Contains(Pair("__cnx.errors.native.code", "1406")));
}

TEST(DeadLetter, ManyLettersKeepTheirOwnHeaders) {
  std::vector<TestRecord> many(500);
  const Records records(std::move(many));
  Builder builder;
  for (std::uint64_t i = 0; i < records.view().size(); ++i) {
    builder.add(records.view().record(i), {"TASK_PUT", "s", "", "", "fault " + std::to_string(i), 0});
  }
  for (std::size_t i = 0; i < builder.records().size(); ++i) {
    const auto info = read_dead_letter(builder.records()[i]);
    ASSERT_TRUE(info.has_value());
    ASSERT_EQ(info->offset, static_cast<std::int64_t>(i));
    ASSERT_EQ(info->message, "fault " + std::to_string(i));
  }
}

TEST(DeadLetter, ReadsBackWhatItWrote) {
  const Records records({TestRecord{.topic = "orders", .partition = 3, .offset = 77, .timestamp_ms = 5555}});
  Builder builder;
  builder.add(records.view().record(0), {"TASK_PUT", "mysql-sink", "$.a", "c", "too long", 1406, 3, 1'700'000'000'123});
  const auto info = read_dead_letter(builder.records()[0]);
  ASSERT_TRUE(info.has_value());
  EXPECT_EQ(info->connector, "orders-sink");
  EXPECT_EQ(info->topic, "orders");
  EXPECT_EQ(info->partition, 3);
  EXPECT_EQ(info->offset, 77);
  EXPECT_EQ(info->task, 2);
  EXPECT_EQ(info->stage, "TASK_PUT");
  EXPECT_EQ(info->component, "mysql-sink");
  EXPECT_EQ(info->message, "too long");
  EXPECT_EQ(info->path, "$.a");
  EXPECT_EQ(info->column, "c");
  EXPECT_EQ(info->native_code, 1406);
  EXPECT_EQ(info->row, 3);
  EXPECT_EQ(info->timestamp_ms, 5555);
  EXPECT_EQ(info->died_ms, 1'700'000'000'123);
  EXPECT_EQ(info->config_hash, "0123456789abcdef");
}

TEST(DeadLetter, OfALetterThatDiedTwiceTheLastDeathCounts) {
  const Records records({TestRecord{.topic = "orders", .offset = 1, .headers = {{"__connect.errors.offset", "99"}}}});
  Builder builder;
  builder.add(records.view().record(0), {"TASK_PUT", "s", "", "", "m", 0});
  EXPECT_EQ(read_dead_letter(builder.records()[0])->offset, 1);
}

TEST(DeadLetter, BrokenNumbersReadAsUnknown) {
  const Records records({TestRecord{.headers = {{"__connect.errors.topic", "t"},
                                                {"__connect.errors.partition", "99999999999"},
                                                {"__connect.errors.offset", "x"}}}});
  const auto info = read_dead_letter(records.view().record(0));
  ASSERT_TRUE(info.has_value());
  EXPECT_EQ(info->partition, -1);
  EXPECT_EQ(info->offset, -1);
}

TEST(DeadLetter, AnOrdinaryRecordIsNone) {
  const Records records({TestRecord{.headers = {{"trace", "t"}}}});
  EXPECT_FALSE(read_dead_letter(records.view().record(0)).has_value());
}

TEST(DeadLetter, SecretsAreMasked) {
  secrets().add("hunter2-dead-letter");
  const Records records({TestRecord{}});
  Builder builder;
  builder.add(records.view().record(0), {"TASK_PUT", "s", "$.hunter2-dead-letter", "hunter2-dead-letter",
                                         "access denied with hunter2-dead-letter", 0});
  for (const auto& [name, value] : headers_of(builder.records()[0]))
    EXPECT_EQ(value.find("hunter2"), std::string::npos) << name << ": " << value;
  EXPECT_EQ(read_dead_letter(builder.records()[0])->message, "access denied with ****");
}

TEST(DeadLetter, KnowsTheHeadersThatAReplayLeavesOut) {
  EXPECT_TRUE(is_dead_letter_header("__connect.errors.exception.stacktrace"));
  EXPECT_TRUE(is_dead_letter_header("__cnx.errors.path"));
  EXPECT_FALSE(is_dead_letter_header("trace"));
}

}  // namespace
}  // namespace cnx::host::errors
