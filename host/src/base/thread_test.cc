// SPDX-License-Identifier: Apache-2.0
#include "base/thread.h"

#include <gmock/gmock.h>
#include <pthread.h>

#include "base/fault_points.h"

namespace cnx::host {
namespace {

using ::testing::HasSubstr;

/// Threads get a stack that no address space has room for.
class NoRoomForStacks {
 public:
  NoRoomForStacks() {
    pthread_getattr_default_np(&usual_);
    pthread_attr_t greedy;
    pthread_getattr_default_np(&greedy);
    pthread_attr_setstacksize(&greedy, std::size_t{1} << 60);
    pthread_setattr_default_np(&greedy);
    pthread_attr_destroy(&greedy);
  }
  ~NoRoomForStacks() {
    pthread_setattr_default_np(&usual_);
    pthread_attr_destroy(&usual_);
  }

 private:
  pthread_attr_t usual_{};
};

TEST(StartThread, RunsTheBodyUnderItsName) {
  char name[16] = "";
  auto thread = start_thread("read-0", [&] { pthread_getname_np(pthread_self(), name, sizeof name); });
  ASSERT_TRUE(thread.ok()) << thread.error().message;
  thread->join();
  EXPECT_STREQ(name, "read-0");
}

TEST(StartThread, ThatTheSystemHasNoneIsAnErrorWithItsMend) {
  const NoRoomForStacks none;
  const auto thread = start_thread("read-0", [] { ADD_FAILURE() << "it runs"; });
  ASSERT_FALSE(thread.ok());
  EXPECT_EQ(thread.error().action, Action::kRetry);
  EXPECT_THAT(thread.error().message, HasSubstr("thread 'read-0' cannot be started: Resource temporarily unavailable; "
                                                "raise the limit on threads (ulimit -u"));
}

TEST(StartThread, FailsAtItsFaultPoint) {
  ASSERT_TRUE(faults::arm("thread.start=error").ok());
  const auto thread = start_thread({}, [] { ADD_FAILURE() << "it runs"; });
  faults::disarm();
  ASSERT_FALSE(thread.ok());
  EXPECT_EQ(thread.error().action, Action::kRetry);
}

}  // namespace
}  // namespace cnx::host
