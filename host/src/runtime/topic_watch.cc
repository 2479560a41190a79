// SPDX-License-Identifier: Apache-2.0
#include "runtime/topic_watch.h"

#include <fmt/format.h>

#include "base/thread.h"

namespace cnx::host::runtime {
namespace {

constexpr std::int64_t kEveryMs = 5'000;
constexpr std::int64_t kAnswerMs = 10'000;
constexpr std::int64_t kBelieveMissingMs = kEveryMs - 500;  // the second look of the watch
constexpr std::int64_t kNotLookedMs = 2 * kEveryMs - 500;   // a look of the watch has had no answer

}  // namespace

Result<std::set<std::string>> TopicIds::begin(const std::map<std::string, Id>& ids, std::int64_t now_ms) {
  const std::lock_guard lock(mutex_);
  for (const auto& [topic, id] : ids) {
    if (id) {
      missing_.erase(topic);
      continue;
    }
    Error missing = config_error(fmt::format("topic '{}' does not exist; make it, or correct 'topics'", topic));
    if (ids_.contains(topic) && !is_gone(topic, now_ms)) missing.action = Action::kRetry;
    return missing;
  }
  for (const auto& [topic, id] : ids) {
    std::string& known = ids_[topic];
    if (!known.empty() && !id->empty() && known != *id) made_anew_.insert(topic);
    if (!id->empty()) known = *id;
  }
  return made_anew_;
}

bool TopicIds::is_gone(const std::string& topic, std::int64_t now_ms) {
  Missing& missing = missing_.try_emplace(topic, Missing{now_ms, now_ms}).first->second;
  if (now_ms - missing.last_ms >= kNotLookedMs) missing.since_ms = now_ms;
  missing.last_ms = now_ms;
  return now_ms - missing.since_ms >= kBelieveMissingMs;
}

std::optional<std::string> TopicIds::judge(const std::string& topic, const Id& id, std::int64_t now_ms) {
  const std::lock_guard lock(mutex_);
  const auto known = ids_.find(topic);
  if (known == ids_.end()) return std::nullopt;
  if (!id)
    return is_gone(topic, now_ms) ? std::optional(fmt::format("topic '{}' was deleted while it was read", topic))
                                  : std::nullopt;
  missing_.erase(topic);
  if (id->empty() || known->second.empty() || *id == known->second) return std::nullopt;
  return fmt::format("topic '{}' was made anew while it was read (id {}, before: {})", topic, *id, known->second);
}

TopicWatch::TopicWatch(std::set<std::string> topics, Ways ways, Tell tell, const StopToken& stop)
    : topics_(std::move(topics)), ways_(std::move(ways)), tell_(std::move(tell)), end_(stop) {}

Status TopicWatch::start() {
  CNX_ASSIGN(thread_, start_thread({}, [this] { watch(); }));
  return {};
}

TopicWatch::~TopicWatch() {
  end_.request();
  if (thread_.joinable()) thread_.join();
}

// Over the connections of a task that reads the topic: a client of its own would be four threads that wake every
// second. What keeps it from an answer keeps the tasks from their records, and they tell of it.
void TopicWatch::watch() {
  while (!end_.token().wait_for(kEveryMs)) {
    for (const std::string& topic : topics_) {
      const kafka::DescribeTopic describe = ways_(topic);
      if (!describe) continue;
      const auto info = describe(topic, kAnswerMs, end_.token());
      if (!info.ok()) continue;
      tell_(topic, info->has_value() ? std::optional((*info)->id) : std::nullopt);
    }
  }
}

}  // namespace cnx::host::runtime
