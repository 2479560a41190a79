// SPDX-License-Identifier: Apache-2.0
//
// A sandbox of the Walmart API as a child process, and its admin calls.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "transport.h"

namespace walmart {

/// Runs from construction to destruction. One thread. Throws std::runtime_error with the sandbox's own words when it
/// does not start or refuses an admin call.
class Sandbox {
 public:
  /// `arguments`: of `python3 -m walmart_sandbox`, less port and files.
  explicit Sandbox(const std::vector<std::string>& arguments);
  ~Sandbox();
  Sandbox(const Sandbox&) = delete;
  Sandbox& operator=(const Sandbox&) = delete;

  [[nodiscard]] const std::string& url() const { return url_; }
  [[nodiscard]] const std::string& ca_file() const { return ca_file_; }

  /// The body of an admin call: "orders?from=…".
  std::string get(const std::string& call);
  std::string post(const std::string& call, std::string body);
  /// The bytes of each order with orderDate in [from, to), as they were last served if `served`.
  std::vector<std::string> orders(std::string_view from, std::string_view to, bool served = true);

 private:
  std::string admin(HttpRequest request);

  std::filesystem::path home_;
  pid_t pid_ = -1;
  std::string url_;
  std::string ca_file_;
  std::unique_ptr<Transport> transport_;
};

}  // namespace walmart
