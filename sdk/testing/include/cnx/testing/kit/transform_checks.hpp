// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cnx/testing/kit/batch_checks.hpp"
#include "cnx/testing/kit/instance.hpp"

namespace cnx::testing::kit {

namespace detail {

/// Applies a batch; the result as text. Every origin has to end as output, filter or reject.
inline std::string apply(Report& report, Made<cnx_transform>& made, const cnx_batch& in, const std::string& what) {
  CollectedOutput out;
  const Called called =
      call(report, what, [&](cnx_error* e) { return made.table().apply(made.self(), &in, out.table(), e); });
  if (called.status != CNX_OK) return std::string(status_name(called.status));
  std::vector<bool> ended(in.count, false);
  std::string text;
  for (const auto& batch : out.batches) {
    check_batch(report, *batch, in.count, "what " + what + " emitted");
    if (batch->kind != made.table().output)
      report.fault(what + " emitted another kind of batch than its table declares");
    for (std::uint64_t i = 0; i < batch->count && batch->origin != nullptr; ++i)
      if (batch->origin[i] < in.count) ended[batch->origin[i]] = true;
    text += batch_text(*batch);
  }
  for (const auto& filter : out.filters) {
    if (filter.rule.empty()) report.fault(what + " filtered a record by a rule without a name");
    if (filter.origin < in.count) ended[filter.origin] = true;
    text += "filtered " + std::to_string(filter.origin) + " " + filter.rule + "\n";
  }
  for (const auto& reject : out.rejects) {
    if (reject.message.empty()) report.fault(what + " rejected a record without saying why");
    if (reject.origin >= in.count)
      report.fault(what + " rejected origin " + std::to_string(reject.origin) + ", which did not come in");
    else
      ended[reject.origin] = true;
    text += "rejected " + std::to_string(reject.origin) + " " + reject.message + "\n";
  }
  for (std::uint64_t i = 0; i < in.count; ++i) {
    if (ended[i]) continue;
    report.fault(what + ": record " + std::to_string(i) +
                 " ended neither as output, nor filtered, nor rejected: it would vanish");
    break;
  }
  return text;
}

inline void apply_twice(Report& report, Made<cnx_transform>& made, const cnx_batch& in, const std::string& name) {
  const std::string before = batch_text(in);
  const std::string first = apply(report, made, in, "apply to " + name);
  if (batch_text(in) != before) report.fault("apply to " + name + " changed its input");
  if (apply(report, made, in, "apply to " + name) != first)
    report.fault("apply to " + name + " gave another result the second time");
}

}  // namespace detail

inline void check_transform(Report& report, const cnx_component& component, const Pairs& config) {
  Made<cnx_transform> made(report, component, config);
  if (made.self() == nullptr) return;
  if (made.table().input == CNX_RECORDS) {
    for (const Sample& sample : record_samples())
      detail::apply_twice(report, made, Records(sample.records).raw(), sample.name);
  } else {
    for (const std::size_t count : {0, 1, 1000})
      detail::apply_twice(report, made, row_sample(count).raw(), std::to_string(count) + " rows");
  }
}

}  // namespace cnx::testing::kit
