// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cnx/testing/kit/batch_checks.hpp"
#include "cnx/testing/kit/instance.hpp"

namespace cnx::testing::kit {

namespace detail {

/// A batch as it comes in the middle of a chain: its origins are no indexes.
class InChain {
 public:
  explicit InChain(const cnx_batch& raw) : batch_(raw) {
    for (std::uint32_t i = 0; i < raw.count; ++i) origins_.push_back(kFirst + kStep * i);
    batch_.origin = origins_.data();
  }
  InChain(const InChain&) = delete;
  InChain& operator=(const InChain&) = delete;
  [[nodiscard]] const cnx_batch& raw() const { return batch_; }
  /// The index of the element with that origin, if there is one.
  [[nodiscard]] std::optional<std::uint64_t> index(std::uint32_t origin) const {
    const std::uint32_t i = (origin - kFirst) / kStep;
    if (origin < kFirst || (origin - kFirst) % kStep != 0 || i >= batch_.count) return std::nullopt;
    return i;
  }

 private:
  static constexpr std::uint32_t kFirst = 5, kStep = 3;
  cnx_batch batch_;
  std::vector<std::uint32_t> origins_;
};

/// What an apply gave.
struct Applied {
  std::string text;
  std::uint64_t emitted = 0;  ///< rows or records
};

/// The batches of one apply: sound, of the kind that was declared, each given once, and from origins that came in.
inline void take_batches(Report& report, const InChain& in, cnx_batch_kind kind, CollectedOutput& out,
                         const std::string& what, std::vector<bool>& ended, Applied& applied) {
  std::set<const cnx_batch*> seen;
  for (auto& batch : out.batches) {
    if (!seen.insert(batch.get()).second) {
      report.fault(what + " emitted one batch twice: it would be released twice");
      (void)batch.release();
      continue;
    }
    check_batch(report, *batch, "what " + what + " emitted");
    if (batch->kind != kind) report.fault(what + " emitted another kind of batch than its table declares");
    if (batch->count > 0 && batch->origin == nullptr) {
      report.fault("what " + what + " emitted has no origins");
      continue;
    }
    for (std::uint64_t i = 0; i < batch->count; ++i) {
      if (const auto index = in.index(batch->origin[i]); index)
        ended[*index] = true;
      else
        report.fault("what " + what + " emitted: origin " + std::to_string(batch->origin[i]) +
                     " is none of those that came in");
    }
    applied.emitted += batch->count;
    applied.text += batch_text(*batch);
  }
}

/// Filters and rejects name origins that came in, and say why.
inline void take_endings(Report& report, const InChain& in, const CollectedOutput& out, const std::string& what,
                         std::vector<bool>& ended, Applied& applied) {
  const auto end = [&](std::uint32_t origin, const std::string& how) {
    if (const auto index = in.index(origin); index)
      ended[*index] = true;
    else
      report.fault(what + " " + how + " origin " + std::to_string(origin) + ", which did not come in");
    applied.text += how + " " + std::to_string(origin);
  };
  for (const auto& filter : out.filters) {
    if (filter.rule.empty()) report.fault(what + " filtered a record by a rule without a name");
    end(filter.origin, "filtered");
    applied.text += " " + filter.rule + "\n";
  }
  for (const auto& reject : out.rejects) {
    if (reject.message.empty()) report.fault(what + " rejected a record without saying why");
    end(reject.origin, "rejected");
    applied.text += " " + reject.message + "\n";
  }
}

/// Applies a batch. Every origin has to end as output, filter or reject.
inline Applied apply(Report& report, Made<cnx_transform>& made, const cnx_batch& batch, const std::string& what) {
  const InChain in(batch);
  CollectedOutput out;
  Applied applied;
  const Called called =
      call(report, what, [&](cnx_error* e) { return made.table().apply(made.self(), &in.raw(), out.table(), e); });
  if (called.status != CNX_OK) return {status_name(called.status), 0};
  std::vector<bool> ended(batch.count, false);
  take_batches(report, in, made.table().output, out, what, ended, applied);
  take_endings(report, in, out, what, ended, applied);
  const auto lost = std::find(ended.begin(), ended.end(), false);
  if (lost != ended.end())
    report.fault(what + ": record " + std::to_string(lost - ended.begin()) +
                 " ended neither as output, nor filtered, nor rejected: it would vanish");
  report.calling("release of what " + what + " emitted");
  out.batches.clear();
  return applied;
}

/// The same input twice gives the same. How many rows or records came out.
inline std::uint64_t apply_twice(Report& report, Made<cnx_transform>& made, const cnx_batch& in,
                                 const std::string& name) {
  const std::string before = batch_text(in);
  const Applied first = apply(report, made, in, "apply to " + name);
  if (batch_text(in) != before) report.fault("apply to " + name + " changed its input");
  if (apply(report, made, in, "apply to " + name).text != first.text)
    report.fault("apply to " + name + " gave another result the second time");
  return first.emitted;
}

}  // namespace detail

/// `inputs`: values of records that this transform is made for.
inline void check_transform(Report& report, const cnx_component& component, const Pairs& config,
                            const std::vector<std::string>& inputs) {
  {
    const Made<cnx_transform> never_used(report, component, config);
  }
  Made<cnx_transform> made(report, component, config);
  if (made.self() == nullptr) return;
  std::uint64_t emitted = 0;
  if (made.table().input == CNX_RECORDS) {
    for (const Sample& sample : record_samples(inputs))
      emitted += detail::apply_twice(report, made, Records(sample.records).raw(), sample.name);
  } else {
    for (const std::size_t count : {0, 1, 1000})
      emitted += detail::apply_twice(report, made, row_sample(count).raw(), std::to_string(count) + " rows");
  }
  if (emitted == 0)
    report.not_tried(
        "what it emits: it filtered or rejected all that it got (give a value that it takes with --input)");
}

}  // namespace cnx::testing::kit
