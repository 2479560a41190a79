// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace cnx::host::observe {

/// One unit of a source's plan (a window of an API) as its ledger has it.
struct SummaryUnit {
  std::string name;
  std::string state;           ///< "done", "failed", "split", "open", "planned"
  std::int64_t expected = -1;  ///< -1: not known
  std::int64_t fetched = 0;    ///< raw, with repeats
  std::int64_t pages = 0;
  std::int64_t tries = 0;
  std::int64_t repeats = 0;
};

/// What a bounded run did. The sums hold: records = written + filtered + dead + released.
struct RunSummary {
  std::string title;         ///< what the source fetched; may be empty
  std::string fetched_at;    ///< when the range was fetched by an earlier run; empty: by this one
  std::int64_t orders = 0;   ///< fetched, without repeats
  std::int64_t records = 0;  ///< read by sinks
  std::int64_t written = 0;
  std::int64_t filtered = 0;
  std::int64_t dead = 0;
  std::int64_t released = 0;  ///< given back uncommitted
  std::int64_t rows = 0;
  std::int64_t retries = 0;
  double seconds = 0;
  std::vector<SummaryUnit> units;
};

/// Lines for people: the sums, then the units that need a look (not done, fetched more than once, counts that differ).
[[nodiscard]] std::string summary_text(const RunSummary& summary);

}  // namespace cnx::host::observe
