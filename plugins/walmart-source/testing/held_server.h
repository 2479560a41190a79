// SPDX-License-Identifier: Apache-2.0
//
// An HTTP server on a free port of the loopback that answers a request when the test says so. For tests only.
#pragma once

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cctype>
#include <condition_variable>
#include <map>
#include <mutex>
#include <set>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace walmart::testing {

/// An answer's body is the request's target, if the test does not say otherwise. Keeps connections open. Used by one
/// thread.
class HeldServer {
 public:
  HeldServer() {
    sockaddr_in at{};
    at.sin_family = AF_INET;
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof at;
    listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (::bind(listener_, reinterpret_cast<sockaddr*>(&at), size) != 0 || ::listen(listener_, 16) != 0 ||
        ::getsockname(listener_, reinterpret_cast<sockaddr*>(&at), &size) != 0)
      throw std::runtime_error("no server for the test");
    url_ = "http://127.0.0.1:" + std::to_string(ntohs(at.sin_port));
    thread_ = std::thread([this] { accept_all(); });
  }
  ~HeldServer() {
    ::shutdown(listener_, SHUT_RDWR);
    thread_.join();
    {
      const std::lock_guard lock(mutex_);
      ending_ = true;
      for (const int connection : open_) ::shutdown(connection, SHUT_RDWR);
      changed_.notify_all();
    }
    for (std::thread& serving : serving_) serving.join();
    ::close(listener_);
  }
  HeldServer(const HeldServer&) = delete;
  HeldServer& operator=(const HeldServer&) = delete;

  [[nodiscard]] const std::string& url() const { return url_; }
  /// Requests of this target are answered from now on.
  void answer(const std::string& target) { answer(target, "", target); }
  /// `headers`: none, or each with its end of line.
  void answer(const std::string& target, const std::string& headers, const std::string& body,
              const std::string& status = "200 OK") {
    const std::lock_guard lock(mutex_);
    answers_[target] =
        "HTTP/1.1 " + status + "\r\n" + headers + "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
    changed_.notify_all();
  }
  /// Returns its head, in lower case: the request line and the headers.
  std::string wait_for_request(const std::string& target) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return requested_.contains(target); });
    return requested_[target];
  }

 private:
  void accept_all() {
    for (int connection; (connection = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC)) >= 0;) {
      const std::lock_guard lock(mutex_);
      open_.insert(connection);
      serving_.emplace_back([this, connection] { serve(connection); });
    }
  }
  void serve(int connection) {
    for (std::string head, text; !(head = read_head(connection)).empty();) {
      if ((text = answer_to(std::move(head))).empty()) break;
      if (::send(connection, text.data(), text.size(), MSG_NOSIGNAL) < 0) break;
    }
    const std::lock_guard lock(mutex_);
    open_.erase(connection);
    ::close(connection);
  }
  /// Of the next request, which has no body; "": there is none.
  static std::string read_head(int connection) {
    std::string request;
    while (!request.ends_with("\r\n\r\n")) {
      char byte = 0;
      if (::read(connection, &byte, 1) != 1) return {};
      request += byte;
    }
    return request;
  }
  /// Empty: the server ends.
  std::string answer_to(std::string head) {
    const auto from = head.find(' ') + 1;
    const std::string target = head.substr(from, head.find(' ', from) - from);
    for (char& c : head) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    std::unique_lock lock(mutex_);
    requested_[target] = std::move(head);
    changed_.notify_all();
    changed_.wait(lock, [&] { return ending_ || answers_.contains(target); });
    return ending_ ? "" : answers_[target];
  }

  int listener_ = -1;
  std::string url_;
  std::mutex mutex_;
  std::condition_variable changed_;
  // Guarded by mutex_:
  std::map<std::string, std::string> answers_, requested_;  // by target
  std::set<int> open_;
  bool ending_ = false;

  std::vector<std::thread> serving_;  // accept_all's, later the destructor's
  std::thread thread_;
};

}  // namespace walmart::testing
