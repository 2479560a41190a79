// SPDX-License-Identifier: Apache-2.0
#include "kafka/watched_call.h"

#include <gtest/gtest.h>

#include <memory>

namespace cnx::host::kafka {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kLong{60'000};

/// A call that hangs until the test lets it go; it may outlive the test's wait, never the test.
struct Hanging {
  std::promise<void> release;
  std::promise<void> ended;
  auto call() {
    return [let_go = release.get_future().share(), done = std::make_shared<std::promise<void>>(std::move(ended))] {
      let_go.wait();
      done->set_value();
      return 7;
    };
  }
};

TEST(WatchedCall, GivesTheResult) {
  const StopSource stop;
  EXPECT_EQ(watched_call([] { return 42; }, kLong, kLong, stop.token()), 42);
}

TEST(WatchedCall, GivesUpAtTheLimit) {
  Hanging hanging;
  std::future<void> ended = hanging.ended.get_future();
  const StopSource stop;
  EXPECT_EQ(watched_call(hanging.call(), milliseconds(1), kLong, stop.token()), std::nullopt);
  hanging.release.set_value();
  ended.wait();
}

TEST(WatchedCall, GivesUpAfterTheGraceOfAStop) {
  Hanging hanging;
  std::future<void> ended = hanging.ended.get_future();
  StopSource stop;
  stop.request();
  EXPECT_EQ(watched_call(hanging.call(), kLong, milliseconds(1), stop.token()), std::nullopt);
  hanging.release.set_value();
  ended.wait();
}

TEST(WatchedCall, LetsACallFinishWithinTheGrace) {
  StopSource stop;
  stop.request();
  EXPECT_EQ(watched_call([] { return 1; }, kLong, kLong, stop.token()), 1);
}

}  // namespace
}  // namespace cnx::host::kafka
