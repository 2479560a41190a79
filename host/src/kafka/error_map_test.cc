// SPDX-License-Identifier: Apache-2.0
#include "kafka/error_map.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace cnx::host::kafka {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(ErrorMap, SaysWhatToDoNext) {
  EXPECT_EQ(action_of(RD_KAFKA_RESP_ERR__TRANSPORT), Action::kRetry);
  EXPECT_EQ(action_of(RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION), Action::kRetry);
  // A worker that comes back with another assignor meets its own old session, which expires.
  EXPECT_EQ(action_of(RD_KAFKA_RESP_ERR_INCONSISTENT_GROUP_PROTOCOL), Action::kRetry);
  // Other processes leave threads and memory free again.
  EXPECT_EQ(action_of(RD_KAFKA_RESP_ERR__CRIT_SYS_RESOURCE), Action::kRetry);
  EXPECT_EQ(action_of(RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE), Action::kRecord);
  EXPECT_EQ(action_of(RD_KAFKA_RESP_ERR_SASL_AUTHENTICATION_FAILED), Action::kAuth);
  EXPECT_EQ(action_of(RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED), Action::kAuth);
  EXPECT_EQ(action_of(RD_KAFKA_RESP_ERR_INVALID_REPLICATION_FACTOR), Action::kConfig);
  EXPECT_EQ(action_of(RD_KAFKA_RESP_ERR__FENCED), Action::kFenced);
  EXPECT_EQ(action_of(RD_KAFKA_RESP_ERR_INVALID_PRODUCER_EPOCH), Action::kFenced);
  EXPECT_EQ(action_of(RD_KAFKA_RESP_ERR_FENCED_INSTANCE_ID), Action::kFenced);
  EXPECT_EQ(action_of(RD_KAFKA_RESP_ERR_OFFSET_OUT_OF_RANGE), Action::kFatal);
}

TEST(ErrorMap, TakesAnUnknownCodeForFatal) { EXPECT_EQ(action_of(RD_KAFKA_RESP_ERR__BAD_COMPRESSION), Action::kFatal); }

TEST(ErrorMap, NamesObjectReasonCodeAndMend) {
  const Error error = to_error(RD_KAFKA_RESP_ERR_FENCED_INSTANCE_ID, "group 'g'");
  EXPECT_THAT(error.message, HasSubstr("group 'g': "));
  EXPECT_THAT(error.message, HasSubstr("(FENCED_INSTANCE_ID)"));
  EXPECT_THAT(error.message, HasSubstr("worker.id"));
  EXPECT_EQ(error.native_code, RD_KAFKA_RESP_ERR_FENCED_INSTANCE_ID);
}

TEST(ErrorMap, PrefersTheReasonOfTheCase) {
  const Error error = to_error(RD_KAFKA_RESP_ERR__TRANSPORT, "connection", "Connection refused");
  EXPECT_THAT(error.message, HasSubstr("connection: Connection refused (_TRANSPORT)"));
  EXPECT_THAT(error.message, Not(HasSubstr("Broker transport failure")));
}

TEST(ErrorMap, KeepsTheActionOfAnErrorObjectWithoutFlags) {
  const ErrorPtr error(rd_kafka_error_new(RD_KAFKA_RESP_ERR_INVALID_CONFIG, "bad %s", "value"));
  const Error mapped = to_error(*error, "topic 't'");
  EXPECT_EQ(mapped.action, Action::kConfig);
  EXPECT_THAT(mapped.message, HasSubstr("topic 't': bad value"));
}

}  // namespace
}  // namespace cnx::host::kafka
