// SPDX-License-Identifier: Apache-2.0
//
// The source against a sandbox, with what the host does around it: commits, positions, restarts.
#pragma once

#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "cnx/testing/config.hpp"
#include "cnx/testing/fake_host.hpp"
#include "sandbox.h"
#include "source.h"

namespace walmart {

struct Sent {
  std::optional<std::string> key;
  std::string value;
};

/// Outlives the instances of the source that it makes. The host's clock begins at the real time.
class SandboxRun {
 public:
  /// `config`: what differs from the sandbox's own address and credentials, all three types and topic "orders".
  SandboxRun(const Sandbox& sandbox, cnx::testing::Pairs config);

  /// A new instance that goes on from what was committed.
  cnx::Status start();
  /// One poll; committed unless `lose`. True: there may be more.
  cnx::Result<bool> poll(bool lose = false);
  cnx::Status run();

  /// The orders' bytes as sent, without request_time.
  [[nodiscard]] std::multiset<std::string> bodies() const;

  cnx::testing::FakeHost host{"walmart-orders"};
  std::unique_ptr<WalmartSource> source;
  std::vector<Sent> sent;
  std::string range_id;

 private:
  cnx::Config config_;
  std::vector<cnx::Position> positions_;
};

}  // namespace walmart
