// SPDX-License-Identifier: Apache-2.0
#include "plugin/call.h"

#include <gmock/gmock.h>

#include "plugin/testing/rogue.h"

namespace cnx::host::plugin {
namespace {

using ::testing::HasSubstr;

const Component& sink() { return testing::fresh(Kind::kSink); }

TEST(CallError, KeepsWhatThePluginSays) {
  CallError error;
  error.slot()->set_message(error.slot()->ctx, str("table orders: deadlock"));
  error.slot()->native_code = 1213;
  error.slot()->retry_after_ms = 50;
  const Status status = error.status(CNX_RETRY, sink(), "write");
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(status.error().action, Action::kRetry);
  EXPECT_EQ(status.error().message, "table orders: deadlock");
  EXPECT_EQ(status.error().native_code, 1213);
  EXPECT_EQ(status.error().retry_after_ms, 50);
}

TEST(CallError, OkIsOkWhateverTheSlotHolds) {
  CallError error;
  error.slot()->set_message(error.slot()->ctx, str("leftover"));
  EXPECT_TRUE(error.status(CNX_OK, sink(), "write").ok());
}

TEST(CallError, AnErrorWithoutMessageNamesPluginAndCall) {
  const CallError error;
  EXPECT_EQ(error.status(CNX_AUTH, sink(), "start").error().message,
            "plugin 'rogue' 1.2.3 (/plugins/rogue.so): start of 'rogue' failed with auth and without a message");
}

TEST(CallError, AnUnknownStatusIsFatalAndKeepsTheMessage) {
  CallError error;
  error.slot()->set_message(error.slot()->ctx, str("who knows"));
  for (const cnx_status unknown : {cnx_status{42}, cnx_status{-1}}) {
    const Status status = error.status(unknown, sink(), "flush");
    EXPECT_EQ(status.error().action, Action::kFatal);
    EXPECT_THAT(status.error().message, HasSubstr("flush of 'rogue' returned the status " + std::to_string(unknown)));
    EXPECT_THAT(status.error().message, HasSubstr("who knows"));
  }
}

TEST(CallError, EndBelongsToPollAlone) {
  const CallError error;
  EXPECT_EQ(error.status(CNX_END, sink(), "write").error().action, Action::kFatal);
}

TEST(CallError, ANegativeWaitIsNone) {
  CallError error;
  error.slot()->retry_after_ms = -5;
  EXPECT_EQ(error.status(CNX_RETRY, sink(), "write").error().retry_after_ms, 0);
}

}  // namespace
}  // namespace cnx::host::plugin
