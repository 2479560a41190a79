// SPDX-License-Identifier: Apache-2.0
#include "runtime/drain.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/log.h"
#include "runtime/sink_offsets.h"

namespace cnx::host::runtime {
namespace {

// The ends of partitions are stored at most once a second; longer than this only an open transaction of somebody else
// lasts.
constexpr std::int64_t kMostForLogEndMs = 5'000;
constexpr std::int64_t kAdminTimeoutMs = 5'000;
constexpr std::int64_t kAskEveryMs = 1'000;

/// Where a sink's partitions stand, and the connections to find out.
struct AskedSink {
  std::unique_ptr<kafka::Admin> admin;
  std::unique_ptr<SinkOffsets> offsets;
};

Result<EndOffsets> ask_sink(AskedSink& sink, const Job& job, const ConnectorPlan& plan, const Clock& clock,
                            const StopToken& stop) {
  if (!sink.offsets) {
    CNX_ASSIGN(sink.admin, kafka::Admin::open(plan.client, kAdminTimeoutMs, stop));
    CNX_ASSIGN(sink.offsets, SinkOffsets::open(job, plan, *sink.admin, clock, stop));
  }
  CNX_ASSIGN(const std::vector<SinkPosition> stored, sink.offsets->stored());
  EndOffsets stands;
  for (const SinkPosition& position : stored) stands[position.at] = position.next_offset;
  return stands;
}

}  // namespace

Drain::Ask ask_sinks(const Job& job, const Clock& clock, const StopToken& stop) {
  auto sinks = std::make_shared<std::map<std::string, AskedSink>>();
  return [&job, &clock, stop, sinks](const ConnectorPlan& plan) {
    AskedSink& sink = (*sinks)[plan.name()];
    Result<EndOffsets> answer = ask_sink(sink, job, plan, clock, stop);
    if (!answer.ok()) sink = {};
    return answer;
  };
}

// A partition that no task here has claimed is with another worker, or on its way: the target itself says where it
// stands.
void Drain::ask_targets(const EndOffsets& ends, Committed& committed, const std::set<std::string>& failed) {
  const std::int64_t now = clock_.monotonic_ns() / 1'000'000;
  for (const ConnectorPlan& plan : job_.connectors) {
    if (plan.is_source() || failed.contains(plan.name())) continue;
    const auto& topics = plan.settings.topics;
    EndOffsets& here = committed[plan.name()];
    Elsewhere& there = elsewhere_[plan.name()];
    for (const auto& [at, end] : ends) {
      if (here.contains(at) || std::ranges::find(topics, at.topic) == topics.end()) continue;
      if (there.asked_ms == 0 || now - there.asked_ms >= kAskEveryMs) {
        there.asked_ms = now;
        auto answer = ask_(plan);
        there.error = answer.ok() ? "" : answer.error().message;
        if (answer.ok()) there.stands = std::move(answer).value();
      }
      if (const auto stands = there.stands.find(at); stands != there.stands.end()) {
        here[at] = stands->second;
        shared_ = shared_ || stands->second >= end;
      }
    }
  }
}

bool Drain::reached(const EndOffsets& ends, const Committed& committed, const std::set<std::string>& failed) {
  for (const ConnectorPlan& plan : job_.connectors) {
    if (plan.is_source() || failed.contains(plan.name())) continue;
    const auto& topics = plan.settings.topics;
    for (const auto& [at, end] : ends) {
      if (std::find(topics.begin(), topics.end(), at.topic) == topics.end()) continue;
      const auto of = committed.find(plan.name());
      const std::int64_t stands = of == committed.end() || !of->second.contains(at) ? -1 : of->second.at(at);
      if (stands >= end) continue;
      waiting_for_ = fmt::format("'{}' to commit {} up to offset {} (now {})", plan.name(), kafka::to_string(at), end,
                                 stands < 0 ? "not assigned" : std::to_string(stands));
      if (const auto there = elsewhere_.find(plan.name()); there != elsewhere_.end() && !there->second.error.empty())
        waiting_for_ += fmt::format("; what other workers have committed is not known: {}", there->second.error);
      return false;
    }
  }
  waiting_for_.clear();
  return true;
}

void Drain::look_for_log_ends(const EndOffsets& written) {
  if (!admin_) {
    auto admin = kafka::Admin::open(job_.client, kAdminTimeoutMs, stop_);
    if (!admin.ok()) return;
    admin_ = std::move(admin).value();
  }
  EndOffsets ends;
  std::set<std::string> topics;
  for (const auto& [at, end] : written) topics.insert(at.topic);
  for (const std::string& topic : topics) {
    const auto info = admin_->describe_topic(topic);
    if (!info.ok() || !info->has_value()) return;
    for (std::int32_t p = 0; p < (*info)->partitions; ++p) {
      const auto marks = admin_->watermarks({topic, p});
      if (!marks.ok()) return;
      ends[{topic, p}] = marks->high;
    }
  }
  log_ends_ = std::move(ends);
  log_ends_known_ = true;
}

bool Drain::done(const EndOffsets& written, const std::vector<TaskSnapshot>& tasks,
                 const std::set<std::string>& failed) {
  Committed committed;
  for (const TaskSnapshot& task : tasks)
    for (const auto& [at, offset] : task.committed) {
      // A task may still know of a partition that has moved on to another: the target's offsets only grow.
      const auto [stands, added] = committed[task.connector].try_emplace(at, offset);
      if (!added) stands->second = std::max(stands->second, offset);
    }
  ask_targets(written, committed, failed);
  if (!reached(written, committed, failed)) return false;
  const std::int64_t now = clock_.monotonic_ns() / 1'000'000;
  if (drained_ms_ == 0) drained_ms_ = now;
  if (!log_ends_known_) look_for_log_ends(written);
  if (log_ends_known_) ask_targets(log_ends_, committed, failed);
  if (log_ends_known_ && reached(log_ends_, committed, failed)) return true;
  if (now - drained_ms_ < kMostForLogEndMs) return false;
  log::warning(
      "run",
      "everything that was fetched is committed, but the end of the log is not reached after {} s: waits for {}; "
      "somebody's open transaction holds it back, the run ends without it",
      kMostForLogEndMs / 1000, waiting_for_.empty() ? "the broker's answer" : waiting_for_);
  return true;
}

}  // namespace cnx::host::runtime
