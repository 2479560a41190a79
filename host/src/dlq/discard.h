// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "cnx/result.hpp"
#include "dlq/letter.h"
#include "plugin/sink_instance.h"

namespace cnx::host::dlq {

struct DiscardOptions {
  bool dry_run = false;
  std::int64_t max_retries = 3;
  std::int64_t retry_backoff_ms = 100;
};

/// What became of the chosen letters; each is counted once.
struct DiscardReport {
  std::uint64_t discarded = 0;
  std::uint64_t already = 0;   ///< discarded before
  std::uint64_t replayed = 0;  ///< written before
  std::uint64_t settled = 0;   ///< read again by the connector since
};

/// Spends the marks of `chosen` letters without writing them, so that no replay ever does; a thousand in a transaction.
/// `sink` is started and has offsets() and marks(); `id` is one that no other replay or discard has, without
/// CNX_DISCARD_PREFIX. After an error the report tells what was done until then; the rest may be discarded later.
[[nodiscard]] Status discard(plugin::SinkInstance& sink, const std::string& id, std::span<const Letter* const> chosen,
                             const DiscardOptions& options, DiscardReport& report);

}  // namespace cnx::host::dlq
