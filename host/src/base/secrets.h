// SPDX-License-Identifier: Apache-2.0
//
// The values that must never be shown. Whoever resolves a secret adds it here; whatever leaves the process for people
// (log, error texts, REST answers, dead-letter headers) goes through mask().
#pragma once

#include <cstddef>
#include <mutex>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <vector>

namespace cnx::host {

/// A set of secret values. Thread-safe; values are never taken out, since old ones may still stand in queued messages.
class SecretSet {
 public:
  /// Shorter values are not masked: they would blot out ordinary words and so betray themselves.
  static constexpr std::size_t kShortestMasked = 4;
  static constexpr std::string_view kMask = "****";

  /// Adds a value, and the forms that it takes in one-line, JSON and URL text.
  void add(std::string_view value);

  /// `text` with every occurrence of a secret replaced by "****", the longest secret first.
  [[nodiscard]] std::string mask(std::string_view text) const;

  [[nodiscard]] bool empty() const;

 private:
  void insert(std::string form);

  mutable std::shared_mutex mutex_;
  std::vector<std::string> forms_;  // guarded by mutex_; longest first
};

/// The process's secrets.
[[nodiscard]] SecretSet& secrets();

}  // namespace cnx::host
