// SPDX-License-Identifier: Apache-2.0
//
// Which version of an order some bytes are. Hashes are kept in positions, so the function must never change.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace walmart {

/// FNV-1a, 64 bits: texts of one length that differ in a single byte never collide.
[[nodiscard]] constexpr std::uint64_t order_hash(std::string_view bytes) {
  std::uint64_t hash = 14695981039346656037U;
  for (const char c : bytes) {
    hash ^= static_cast<unsigned char>(c);
    hash *= 1099511628211U;
  }
  return hash;
}

/// 16 hexadecimal digits.
[[nodiscard]] std::string hash_text(std::uint64_t hash);
[[nodiscard]] std::optional<std::uint64_t> parse_hash(std::string_view text);

}  // namespace walmart
