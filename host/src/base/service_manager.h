// SPDX-License-Identifier: Apache-2.0
//
// Tells a service manager how the process is: systemd's notification protocol, sd_notify(3) ("Standalone
// Implementations"): a datagram of NAME=VALUE lines to the socket that NOTIFY_SOCKET names.
#pragma once

#include <mutex>
#include <string>
#include <string_view>

#include "cnx/result.hpp"

namespace cnx::host {

/// Does nothing where no service manager listens. From any thread.
class ServiceManager {
 public:
  /// From NOTIFY_SOCKET, which is taken out of the environment: children shall not speak for this process.
  [[nodiscard]] static ServiceManager from_environment();
  /// `address`: a path, or '@' and an abstract name; empty: nobody listens.
  explicit ServiceManager(std::string address) : address_(std::move(address)) {}

  /// The worker's state in one line; sent when it differs from the last one. The first healthy one is READY=1.
  void report(bool healthy, std::string_view text);
  /// Sent once, however often it is called.
  void stopping();

 private:
  void send(const std::string& message);

  std::mutex mutex_;  // guards all below
  std::string address_;
  std::string last_;
  bool ready_ = false;
  bool stopping_ = false;
};

}  // namespace cnx::host
