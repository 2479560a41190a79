// SPDX-License-Identifier: Apache-2.0
#include "runtime/drain.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/log.h"
#include "runtime/sink_offsets.h"

namespace cnx::host::runtime {
namespace {

// The ends of partitions are stored at most once a second; longer than this only an open transaction of somebody else
// lasts.
constexpr std::int64_t kMostForLogEndMs = 5'000;
// Longer between two looks than this: a connector was paused, or the process frozen. That was no time the sinks had.
constexpr std::int64_t kMostBetweenLooksMs = 1'000;
constexpr std::int64_t kAskEveryMs = 5'000;
constexpr std::int64_t kAskTargetEveryMs = 1'000;
constexpr std::int64_t kSayEveryMs = 30'000;
constexpr std::int64_t kAdminTimeoutMs = 5'000;

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

Result<std::optional<std::vector<std::int64_t>>> ClusterView::log_ends(const std::string& topic) {
  if (!admin_) {
    CNX_ASSIGN(admin_, kafka::Admin::open(client_, kAdminTimeoutMs, stop_));
  }
  CNX_ASSIGN(const std::optional<kafka::TopicInfo> info, admin_->describe_topic(topic));
  if (!info) return std::optional<std::vector<std::int64_t>>{};
  std::vector<std::int64_t> ends;
  for (std::int32_t partition = 0; partition < info->partitions; ++partition) {
    CNX_ASSIGN(const kafka::Watermarks log, admin_->watermarks({topic, partition}));
    ends.push_back(log.high);
  }
  return std::optional(std::move(ends));
}

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
  for (const ConnectorPlan& plan : job_.connectors) {
    if (plan.is_source() || failed.contains(plan.name())) continue;
    const auto& topics = plan.settings.topics;
    EndOffsets& here = committed[plan.name()];
    Elsewhere& there = elsewhere_[plan.name()];
    for (const auto& [at, end] : ends) {
      if (here.contains(at) || std::ranges::find(topics, at.topic) == topics.end()) continue;
      if (there.asked_ms == 0 || now_ms() - there.asked_ms >= kAskTargetEveryMs) {
        there.asked_ms = now_ms();
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

std::vector<Drain::Open> Drain::open(const EndOffsets& ends, const Committed& committed,
                                     const std::set<std::string>& failed) const {
  std::vector<Open> open;
  for (const ConnectorPlan& plan : job_.connectors) {
    if (plan.is_source() || failed.contains(plan.name())) continue;
    const auto& topics = plan.settings.topics;
    const auto of = committed.find(plan.name());
    for (const auto& [at, end] : ends) {
      if (std::ranges::find(topics, at.topic) == topics.end()) continue;
      const std::int64_t stands = of == committed.end() || !of->second.contains(at) ? -1 : of->second.at(at);
      if (std::max<std::int64_t>(stands, 0) < end) open.push_back({&plan, at, end, stands});
    }
  }
  return open;
}

void Drain::say(const std::vector<Open>& open) {
  std::string what;
  if (!open.empty()) {
    what = fmt::format("'{}' to commit {} up to offset {} ({})", open[0].sink->name(), kafka::to_string(open[0].at),
                       open[0].end, open[0].stands < 0 ? "not assigned" : fmt::format("now {}", open[0].stands));
    if (const auto& there = elsewhere_[open[0].sink->name()]; !there.error.empty())
      what += fmt::format("; what other workers have committed is not known: {}", there.error);
  }
  if (what != waiting_for_) waiting_since_ms_ = said_ms_ = now_ms();
  waiting_for_ = std::move(what);
  if (waiting_for_.empty() || now_ms() - said_ms_ < kSayEveryMs) return;
  said_ms_ = now_ms();
  log::warning("run", "waits for {} since {} s{}", waiting_for_, (now_ms() - waiting_since_ms_) / 1000,
               open.size() > 1 ? fmt::format(", and for {} more", open.size() - 1) : "");
}

// A source's record was there when its transaction committed. An end of the log before it: somebody made the topic
// anew.
bool Drain::is_lost(const std::vector<Open>& open) {
  std::map<std::string, std::optional<std::vector<std::int64_t>>> topics;
  for (const Open& wait : open) {
    if (!topics.contains(wait.at.topic)) {
      auto ends = view_.log_ends(wait.at.topic);
      if (!ends.ok()) return false;  // asked again
      topics[wait.at.topic] = std::move(ends).value();
    }
    const auto& ends = topics[wait.at.topic];
    const auto partition = static_cast<std::size_t>(wait.at.partition);
    std::string why;
    if (!ends)
      why = "the topic does not exist any more";
    else if (partition >= ends->size())
      why = fmt::format("the topic has {} partitions only", ends->size());
    else if (ends->at(partition) < wait.end)
      why = fmt::format("its log ends at offset {}", ends->at(partition));
    else
      continue;
    lost_ = fmt::format(
        "{} was written up to offset {}, and '{}' has committed {}, but {}: the topic was deleted or made anew, "
        "records "
        "{} … {} are lost; set where the sink goes on (`connect-host offsets reset --connector {} --topic {} "
        "--partition {} --to earliest`), then fetch the range again (`run … --again`)",
        kafka::to_string(wait.at), wait.end, wait.sink->name(),
        wait.stands < 0 ? "nothing" : fmt::format("up to {}", wait.stands), why, std::max<std::int64_t>(wait.stands, 0),
        wait.end - 1, wait.sink->name(), wait.at.topic, wait.at.partition);
    return true;
  }
  return false;
}

std::optional<EndOffsets> Drain::log_ends(const EndOffsets& written) {
  EndOffsets ends;
  std::set<std::string> topics;
  for (const auto& [at, end] : written) topics.insert(at.topic);
  for (const std::string& topic : topics) {
    const auto of = view_.log_ends(topic);
    if (!of.ok() || !of->has_value()) return std::nullopt;
    for (std::size_t p = 0; p < (*of)->size(); ++p) ends[{topic, static_cast<std::int32_t>(p)}] = (*of)->at(p);
  }
  return ends;
}

Drain::State Drain::look(const EndOffsets& written, const std::vector<TaskSnapshot>& tasks,
                         const std::set<std::string>& failed) {
  Committed committed;
  for (const TaskSnapshot& task : tasks)
    for (const auto& [at, offset] : task.committed) {
      // A task may still know of a partition that has moved on to another: the target's offsets only grow.
      const auto [stands, added] = committed[task.connector].try_emplace(at, offset);
      if (!added) stands->second = std::max(stands->second, offset);
    }
  ask_targets(written, committed, failed);
  const std::int64_t now = now_ms();
  const std::int64_t since_last = std::min(now - std::exchange(looked_ms_, now), kMostBetweenLooksMs);
  if (const auto waiting = open(written, committed, failed); !waiting.empty()) {
    say(waiting);
    drained_for_ms_.reset();
    if (!asked_ms_) asked_ms_ = now;
    if (now - *asked_ms_ < kAskEveryMs) return State::kWaiting;
    asked_ms_ = now;
    // Once may be a broker that has just started and does not know its topics yet.
    const bool lost = is_lost(waiting);
    return std::exchange(looked_lost_, lost) && lost ? State::kLost : State::kWaiting;
  }
  drained_for_ms_ = drained_for_ms_ ? *drained_for_ms_ + since_last : 0;
  if (!log_ends_) log_ends_ = log_ends(written);
  if (log_ends_) ask_targets(*log_ends_, committed, failed);
  const auto left = log_ends_ ? open(*log_ends_, committed, failed) : std::vector<Open>();
  say(left);
  if (log_ends_ && left.empty()) return State::kDone;
  if (*drained_for_ms_ < kMostForLogEndMs) return State::kWaiting;
  log::warning(
      "run",
      "everything that was fetched is committed, but the end of the log is not reached after {} s: waits for {}; "
      "somebody's open transaction holds it back, the run ends without it",
      kMostForLogEndMs / 1000, waiting_for_.empty() ? "the broker's answer" : waiting_for_);
  return State::kDone;
}

}  // namespace cnx::host::runtime
