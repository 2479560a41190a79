// SPDX-License-Identifier: Apache-2.0
#include "proven.h"

#include "order_hash.h"

namespace walmart {

ProvenAccounts& ProvenAccounts::of_process() {
  static ProvenAccounts accounts;
  return accounts;
}

std::shared_ptr<Proven> ProvenAccounts::of(const std::string& base_url, const Account& account) {
  const std::string separator(1, '\0');
  const std::uint64_t key = order_hash(base_url + separator + account.client_id + separator + account.client_secret);
  const std::lock_guard lock(mutex_);
  std::shared_ptr<Proven>& proven = accounts_[key];
  if (!proven) proven = std::make_shared<Proven>();
  return proven;
}

}  // namespace walmart
