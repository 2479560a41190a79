// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>

#include "cnx/testing/kit/batch_checks.hpp"
#include "cnx/testing/kit/instance.hpp"

namespace cnx::testing::kit {

namespace detail {

inline bool start(Report& report, Made<cnx_sink>& made) {
  const Called called = call(report, "start", [&](cnx_error* e) { return made.table().start(made.self(), e); });
  if (called.status != CNX_OK) report.not_tried("start: " + called.message);
  return called.status == CNX_OK;
}

/// Writes a batch, and when rows of it are refused, the others.
inline void write(Report& report, Made<cnx_sink>& made, const cnx_batch& batch, const std::string& what) {
  std::vector<std::uint32_t> rows(batch.count);
  for (std::uint32_t i = 0; i < rows.size(); ++i) rows[i] = i;
  if (made.table().prepare != nullptr)
    (void)call(report, "prepare for " + what,
               [&](cnx_error* e) { return made.table().prepare(made.self(), &batch, e); });
  CollectedRejects rejects;
  const cnx_status status =
      call(report, "write of " + what, [&](cnx_error* e) {
        return made.table().write(made.self(), &batch, {nullptr, batch.count}, rejects.table(), e);
      }).status;
  for (const auto& reject : rejects.rejects) std::erase(rows, reject.row);
  if (status != CNX_RECORD || rejects.rejects.empty() || rows.empty()) return;
  CollectedRejects again;
  const Called rest = call(report, "write of the others of " + what, [&](cnx_error* e) {
    return made.table().write(made.self(), &batch, {rows.data(), rows.size()}, again.table(), e);
  });
  if (rest.status == CNX_RECORD && again.rejects.empty())
    report.fault("write of the others of " + what + " is refused as well");
}

inline void flush(Report& report, Made<cnx_sink>& made) {
  if (made.table().flush != nullptr)
    (void)call(report, "flush", [&](cnx_error* e) { return made.table().flush(made.self(), e); });
}

inline void write_samples(Report& report, Made<cnx_sink>& made, const std::vector<std::string>& inputs) {
  if (made.table().input == CNX_RECORDS) {
    for (const Sample& sample : record_samples(inputs)) write(report, made, Records(sample.records).raw(), sample.name);
  } else {
    for (const std::size_t count : {0, 1, 1000})
      write(report, made, row_sample(count).raw(), std::to_string(count) + " rows");
  }
}

}  // namespace detail

/// A life, a second start after stop, idling; instances that never start.
inline void check_sink(Report& report, const cnx_component& component, const Pairs& config,
                       const std::vector<std::string>& inputs) {
  {
    const Made<cnx_sink> never_started(report, component, config);
  }
  if (Made<cnx_sink> idle(report, component, config); idle.self() != nullptr) {
    report.calling("stop without start");
    idle.table().stop(idle.self());
    report.calling("stop, a second time");
    idle.table().stop(idle.self());
  }
  Made<cnx_sink> made(report, component, config);
  if (made.self() == nullptr || !detail::start(report, made)) return;
  detail::write_samples(report, made, inputs);
  detail::flush(report, made);
  report.calling("idle");
  if (made.table().idle != nullptr) made.table().idle(made.self());
  report.calling("stop");
  made.table().stop(made.self());
  if (!detail::start(report, made)) return;
  detail::flush(report, made);
  report.calling("stop");
  made.table().stop(made.self());
  report.calling("stop, a second time");
  made.table().stop(made.self());
}

/// A cancel from another thread while it writes, and before it starts.
inline void check_sink_cancel(Report& report, const cnx_component& component, const Pairs& config) {
  Made<cnx_sink> made(report, component, config);
  if (made.self() == nullptr) return;
  report.calling("cancel before start");
  made.table().cancel(made.self());
  Made<cnx_sink> busy(report, component, config);
  if (busy.self() == nullptr || !detail::start(report, busy)) return;
  std::thread other([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
    busy.table().cancel(busy.self());
  });
  if (busy.table().input == CNX_RECORDS) {
    const Records batch(record_samples()[2].records);
    detail::write(report, busy, batch.raw(), "1,000 records while it is cancelled");
  } else {
    const Rows batch = row_sample(1000);
    detail::write(report, busy, batch.raw(), "1,000 rows while it is cancelled");
  }
  other.join();
  report.calling("stop");
  busy.table().stop(busy.self());
}

}  // namespace cnx::testing::kit
