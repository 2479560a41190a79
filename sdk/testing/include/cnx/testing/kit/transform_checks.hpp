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

/// Applies a batch. That every origin ends, and ends well, is seen by the proxies.
inline Applied apply(Report& report, Made<cnx_transform>& made, const cnx_batch& batch, const std::string& what) {
  const InChain in(batch);
  CollectedOutput out;
  Applied applied;
  const Called called =
      call(report, what, [&](cnx_error* e) { return made.table().apply(made.self(), &in.raw(), out.table(), e); });
  if (called.status != CNX_OK) return {status_name(called.status), 0};
  for (const auto& given : out.batches) {
    applied.emitted += given->count;
    applied.text += batch_text(*given);
  }
  for (const auto& filter : out.filters)
    applied.text += "filtered " + std::to_string(filter.origin) + " " + filter.rule + "\n";
  for (const auto& reject : out.rejects)
    applied.text += "rejected " + std::to_string(reject.origin) + " " + reject.message + "\n";
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
