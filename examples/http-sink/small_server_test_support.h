// SPDX-License-Identifier: Apache-2.0
//
// An HTTP server on a free port of the loopback that gives prepared answers. For tests only.
#pragma once

#include <arpa/inet.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <condition_variable>
#include <cstdlib>
#include <mutex>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace cnx::http_sink::test {

/// Answers one request after the other, each on a connection of its own, then refuses more.
class SmallServer {
 public:
  /// Answers that are none: the connection ends, or nothing comes until the server ends.
  static constexpr const char* kHangUp = "hang up";
  static constexpr const char* kSilence = "silence";

  /// `answers`: status lines without the version, and headers behind them.
  explicit SmallServer(std::vector<std::string> answers) : answers_(std::move(answers)) {
    sockaddr_in at{};
    at.sin_family = AF_INET;
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof at;
    listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (::bind(listener_, reinterpret_cast<sockaddr*>(&at), size) != 0 || ::listen(listener_, 8) != 0 ||
        ::getsockname(listener_, reinterpret_cast<sockaddr*>(&at), &size) != 0 || ::pipe(end_) != 0)
      throw std::runtime_error("no server for the test");
    port_ = ntohs(at.sin_port);
    thread_ = std::thread([this] { serve(); });
  }
  ~SmallServer() {
    ::close(end_[1]);
    thread_.join();
    ::close(listener_);
    ::close(end_[0]);
  }
  SmallServer(const SmallServer&) = delete;
  SmallServer& operator=(const SmallServer&) = delete;

  [[nodiscard]] std::string url(const std::string& path) const {
    return "http://127.0.0.1:" + std::to_string(port_) + path;
  }
  /// As messages show it.
  [[nodiscard]] std::string shown() const { return "host 127.0.0.1:" + std::to_string(port_); }
  /// As they came, heads and bodies.
  [[nodiscard]] std::vector<std::string> requests() {
    const std::lock_guard lock(mutex_);
    return requests_;
  }
  void wait_for_request() {
    std::unique_lock lock(mutex_);
    came_.wait(lock, [&] { return !requests_.empty(); });
  }

 private:
  void serve() {
    for (const std::string& answer : answers_) {
      if (!readable(listener_)) return;
      const int connection = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
      serve_one(connection, answer);
      ::close(connection);
    }
  }
  void serve_one(int connection, const std::string& answer) {
    std::string request;
    while (!is_whole(request)) {
      char bytes[4096];
      if (!readable(connection)) return;
      const ssize_t got = ::read(connection, bytes, sizeof bytes);
      if (got <= 0) return;
      request.append(bytes, static_cast<std::size_t>(got));
    }
    {
      const std::lock_guard lock(mutex_);
      requests_.push_back(std::move(request));
    }
    came_.notify_all();
    if (answer == kHangUp) return;
    if (answer == kSilence) {
      pollfd end{end_[0], POLLIN, 0};
      ::poll(&end, 1, -1);
      return;
    }
    const std::string text = "HTTP/1.1 " + answer + "\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
    if (::send(connection, text.data(), text.size(), MSG_NOSIGNAL) < 0) return;
  }
  static bool is_whole(const std::string& request) {
    const auto head = request.find("\r\n\r\n");
    const auto length = request.find("Content-Length: ");
    if (head == std::string::npos || length == std::string::npos) return false;
    return request.size() >= head + 4 + std::strtoul(request.c_str() + length + 16, nullptr, 10);
  }
  /// False: the server ends.
  bool readable(int socket) {
    pollfd ready[2] = {{socket, POLLIN, 0}, {end_[0], POLLIN, 0}};
    ::poll(ready, 2, -1);
    return ready[1].revents == 0;
  }

  const std::vector<std::string> answers_;
  int listener_ = -1;
  int end_[2] = {-1, -1};
  std::uint16_t port_ = 0;
  std::mutex mutex_;
  std::condition_variable came_;
  std::vector<std::string> requests_;  // guarded by mutex_
  std::thread thread_;
};

}  // namespace cnx::http_sink::test
