// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <string>
#include <thread>

namespace cnx::mysql {

/// A TCP proxy in front of a server for one connection after another. Once armed, it counts the client's packets; at
/// the chosen one it either waits for the server's answer, drops it and cuts the client off (the server has done what
/// it was asked, the client cannot know), or cuts the client off before the server sees the packet.
class AnswerDroppingProxy {
 public:
  AnswerDroppingProxy(std::string host, unsigned port);
  ~AnswerDroppingProxy();
  [[nodiscard]] unsigned port() const { return port_; }
  /// The answer to the client's `nth` packet from now on gets lost; 1 = the next.
  void drop_answer(int nth = 1) { cut_request_ = false, countdown_ = nth; }
  /// The `nth` packet itself gets lost.
  void drop_request(int nth = 1) { cut_request_ = true, countdown_ = nth; }
  /// True when the last loss asked for has not happened; it will not any more.
  bool disarm() { return countdown_.exchange(0) > 0; }
  /// From now on: what the client sends is swallowed, nothing comes back, and no connection is cut.
  void freeze() { frozen_ = true; }
  /// Returns when something was swallowed.
  void wait_until_swallowed() { swallowed_.wait(false); }
  void thaw() { frozen_ = false; }
  /// From now on the greetings of the server say that it has no TLS.
  void hide_tls() { hiding_tls_ = true; }

 private:
  void serve();
  // Forwards until one side closes or an answer was dropped.
  void forward(int client, int server);

  const std::string host_;
  const unsigned server_port_;
  int listener_ = -1;
  int wake_[2] = {-1, -1};  // a pipe: readable when the proxy has to end
  unsigned port_ = 0;
  std::atomic<int> countdown_{0};  // packets up to the loss; 0: none
  std::atomic<bool> cut_request_{false};
  std::atomic<bool> frozen_{false};
  std::atomic<bool> swallowed_{false};
  std::atomic<bool> hiding_tls_{false};
  std::thread thread_;
};

}  // namespace cnx::mysql
