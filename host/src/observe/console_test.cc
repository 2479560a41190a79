// SPDX-License-Identifier: Apache-2.0
#include "observe/console.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <array>

namespace cnx::host::observe {
namespace {

class ConsoleTest : public ::testing::Test {
 protected:
  void SetUp() override { ASSERT_EQ(::pipe(pipe_.data()), 0); }
  void TearDown() override {
    for (const int fd : pipe_) ::close(fd);
  }
  std::string written() const {
    std::array<char, 4096> buffer{};
    const ssize_t got = ::read(pipe_[0], buffer.data(), buffer.size());
    return {buffer.data(), static_cast<std::size_t>(got)};
  }
  std::array<int, 2> pipe_{};
};

TEST_F(ConsoleTest, WritesPlainLinesWhereThereIsNoTerminal) {
  Console console(pipe_[1]);
  EXPECT_FALSE(console.is_terminal());
  console.set_status("progress");
  console.write_line("one");
  console.write_line("two");
  EXPECT_EQ(written(), "one\ntwo\n");
}

TEST_F(ConsoleTest, KeepsTheStatusBelowTheLines) {
  Console console(pipe_[1], true);
  console.set_status("50%");
  console.write_line("log");
  console.set_status("50%");  // nothing new, nothing drawn
  console.clear_status();
  console.write_line("end");
  EXPECT_EQ(written(), "\r\x1b[K50%\r\x1b[Klog\n50%\r\x1b[Kend\n");
}

TEST_F(ConsoleTest, TakesTheStatusAwayWhenItEnds) {
  {
    Console(pipe_[1], true).set_status("50%");
  }
  EXPECT_EQ(written(), "\r\x1b[K50%\r\x1b[K");
}

}  // namespace
}  // namespace cnx::host::observe
