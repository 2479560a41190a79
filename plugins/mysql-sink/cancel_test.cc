// SPDX-License-Identifier: Apache-2.0
#include "cancel.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <thread>

namespace cnx::mysql {
namespace {

class Pair {
 public:
  Pair() { EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM, 0, fds_), 0); }
  ~Pair() {
    ::close(fds_[0]);
    ::close(fds_[1]);
  }
  [[nodiscard]] int mine() const { return fds_[0]; }

 private:
  int fds_[2] = {-1, -1};
};

TEST(CancelSwitch, EndsABlockedReadOfACallInProgress) {
  CancelSwitch cancel;
  const Pair pair;
  const CancelSwitch::Call call(cancel);
  ASSERT_TRUE(cancel.attach(pair.mine()));
  std::thread other([&] { cancel.cancel(); });
  char byte = 0;
  EXPECT_EQ(::recv(pair.mine(), &byte, 1, 0), 0);
  other.join();
  EXPECT_TRUE(cancel.cancelled());
  cancel.detach(pair.mine());
}

TEST(CancelSwitch, BetweenCallsIsForgotten) {
  CancelSwitch cancel;
  cancel.cancel();
  const CancelSwitch::Call call(cancel);
  EXPECT_FALSE(cancel.cancelled());
}

TEST(CancelSwitch, AnOuterCallKeepsItBetweenInnerOnes) {
  CancelSwitch cancel;
  const CancelSwitch::Call outer(cancel);
  {
    const CancelSwitch::Call inner(cancel);
  }
  cancel.cancel();
  const CancelSwitch::Call inner(cancel);
  EXPECT_TRUE(cancel.cancelled());
}

TEST(CancelSwitch, RefusesASocketThatComesTooLate) {
  CancelSwitch cancel;
  const Pair pair;
  const CancelSwitch::Call call(cancel);
  cancel.cancel();
  EXPECT_FALSE(cancel.attach(pair.mine()));
}

}  // namespace
}  // namespace cnx::mysql
