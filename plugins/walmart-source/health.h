// SPDX-License-Identifier: Apache-2.0
//
// What the task waits for, of several waits at once.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "cnx/host.hpp"

namespace walmart {

/// Shows the host the oldest wait that is not over. One thread.
class Health {
 public:
  /// `host` outlives the object.
  explicit Health(const cnx::Host& host) : host_(host) {}

  /// `who` waits for `what`; empty: no longer.
  void waits(const void* who, std::string what);

 private:
  const cnx::Host& host_;
  std::vector<std::pair<const void*, std::string>> waits_;
  std::string shown_;
};

}  // namespace walmart
