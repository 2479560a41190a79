// SPDX-License-Identifier: Apache-2.0
#include "base/service_manager.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <string>

namespace cnx::host {
namespace {

/// Stands for systemd: a datagram socket at a path.
class NotifySocket {
 public:
  NotifySocket() : path_(::testing::TempDir() + "cnx-notify-" + std::to_string(::getpid())) {
    std::filesystem::remove(path_);
    sockaddr_un at{};
    at.sun_family = AF_UNIX;
    std::memcpy(at.sun_path, path_.data(), path_.size());
    EXPECT_EQ(::bind(fd_, reinterpret_cast<const sockaddr*>(&at), sizeof at), 0);
  }
  ~NotifySocket() {
    ::close(fd_);
    std::filesystem::remove(path_);
  }
  NotifySocket(const NotifySocket&) = delete;
  NotifySocket& operator=(const NotifySocket&) = delete;

  const std::string& path() const { return path_; }
  /// The next message; "" when there is none.
  std::string next() const {
    std::array<char, 512> text;
    const ssize_t size = ::recv(fd_, text.data(), text.size(), MSG_DONTWAIT);
    return size < 0 ? "" : std::string(text.data(), static_cast<std::size_t>(size));
  }

 private:
  const int fd_ = ::socket(AF_UNIX, SOCK_DGRAM, 0);
  const std::string path_;
};

TEST(ServiceManager, IsReadyWithTheFirstHealthyReportAndOnlyOnce) {
  const NotifySocket socket;
  ServiceManager manager(socket.path());
  manager.report(false, "starting");
  EXPECT_EQ(socket.next(), "STATUS=starting");
  manager.report(true, "2 tasks are running");
  EXPECT_EQ(socket.next(), "READY=1\nSTATUS=2 tasks are running");
  manager.report(false, "a task has failed");
  manager.report(true, "2 tasks are running");
  EXPECT_EQ(socket.next(), "STATUS=a task has failed");
  EXPECT_EQ(socket.next(), "STATUS=2 tasks are running");
}

TEST(ServiceManager, BecomesReadyThoughTheTextIsTheSame) {
  const NotifySocket socket;
  ServiceManager manager(socket.path());
  manager.report(false, "2 tasks");
  manager.report(true, "2 tasks");
  EXPECT_EQ(socket.next(), "STATUS=2 tasks");
  EXPECT_EQ(socket.next(), "READY=1\nSTATUS=2 tasks");
}

TEST(ServiceManager, SaysNothingTwice) {
  const NotifySocket socket;
  ServiceManager manager(socket.path());
  manager.report(true, "well");
  manager.report(true, "well");
  EXPECT_EQ(socket.next(), "READY=1\nSTATUS=well");
  EXPECT_EQ(socket.next(), "");
}

TEST(ServiceManager, KeepsAMessageOnOneLine) {
  const NotifySocket socket;
  ServiceManager manager(socket.path());
  manager.report(false, "one\nREADY=1");
  EXPECT_EQ(socket.next(), "STATUS=one READY=1");
}

TEST(ServiceManager, TellsThatTheProcessStops) {
  const NotifySocket socket;
  ServiceManager(socket.path()).stopping();
  EXPECT_EQ(socket.next(), "STOPPING=1\nSTATUS=stopping");
}

TEST(ServiceManager, TakesItsSocketOutOfTheEnvironment) {
  const NotifySocket socket;
  ASSERT_EQ(::setenv("NOTIFY_SOCKET", socket.path().c_str(), 1), 0);
  ServiceManager manager = ServiceManager::from_environment();
  EXPECT_EQ(std::getenv("NOTIFY_SOCKET"), nullptr);
  manager.report(true, "well");
  EXPECT_EQ(socket.next(), "READY=1\nSTATUS=well");
}

TEST(ServiceManager, DoesWithoutOneThatIsGone) {
  ServiceManager manager(::testing::TempDir() + "nobody-listens-here");
  manager.report(true, "well");
  manager.stopping();
}

}  // namespace
}  // namespace cnx::host
