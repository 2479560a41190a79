// SPDX-License-Identifier: Apache-2.0
//
// What has worked before: a gateway in an outage answers with refusals, redirects and strange certificates, and only
// somebody who got through earlier can tell these from a wrong configuration.
#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "settings.h"

namespace walmart {

/// Of one account at one base URL. Thread-safe.
struct Proven {
  std::atomic<bool> token = false;   ///< the credentials gave a token
  std::atomic<bool> orders = false;  ///< the account was shown orders, or that there are none
};

/// Outlives the instances of a source: the host makes a new one when an outage has lasted for long. Thread-safe.
class ProvenAccounts {
 public:
  static ProvenAccounts& of_process();
  /// The same object for the same URL, id and secret. Credentials are kept as a hash.
  [[nodiscard]] std::shared_ptr<Proven> of(const std::string& base_url, const Account& account);

 private:
  std::mutex mutex_;
  std::map<std::uint64_t, std::shared_ptr<Proven>> accounts_;  // guarded by mutex_
};

}  // namespace walmart
