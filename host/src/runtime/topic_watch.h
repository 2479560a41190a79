// SPDX-License-Identifier: Apache-2.0
//
// Topics that are deleted or made anew while sinks read them. librdkafka reads on in the new log at the old offset as
// if nothing had happened, so somebody has to look.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <thread>

#include "base/stop.h"
#include "cnx/result.hpp"
#include "kafka/admin.h"

namespace cnx::host::runtime {

/// The ids of a task's topics, by which it knows them again. Thread-safe.
class TopicIds {
 public:
  /// The id of a topic, "" where it is not known; nullopt: there is no such topic.
  using Id = std::optional<std::string>;

  /// What a run would begin with. Returns the topics that have had another id since the process started. A topic that
  /// is missing is an error: CONFIG, but RETRY while one that a run has begun with is not yet believed to be gone.
  [[nodiscard]] Result<std::set<std::string>> begin(const std::map<std::string, Id>& ids, std::int64_t now_ms);

  /// What `topic` is like now: why the run must not go on, or nullopt.
  [[nodiscard]] std::optional<std::string> judge(const std::string& topic, const Id& id, std::int64_t now_ms);

 private:
  struct Missing {
    std::int64_t since_ms;
    std::int64_t last_ms;
  };

  /// mutex_ is held. A broker that has just started may not know yet what there is: a topic is gone when it has been
  /// missing at every look for kBelieveMissingMs; looks that got no answer begin that time anew.
  [[nodiscard]] bool is_gone(const std::string& topic, std::int64_t now_ms);

  std::mutex mutex_;
  std::map<std::string, std::string> ids_;  // guarded by mutex_; "" = not known
  std::set<std::string> made_anew_;         // guarded by mutex_
  std::map<std::string, Missing> missing_;  // guarded by mutex_
};

/// Looks at topics every few seconds, in a thread of its own. Destroying ends it.
class TopicWatch {
 public:
  using Tell = std::function<void(const std::string& topic, const std::optional<std::string>& id)>;
  /// How to ask about a topic now; empty: nobody reads it at the moment.
  using Ways = std::function<kafka::DescribeTopic(const std::string& topic)>;

  /// `ways` is asked, and `tell` is called for each topic that could be looked at, on the watch's thread.
  TopicWatch(std::set<std::string> topics, Ways ways, Tell tell, const StopToken& stop);
  /// Once. RETRY: there is no thread to be had.
  [[nodiscard]] Status start();
  ~TopicWatch();
  TopicWatch(const TopicWatch&) = delete;
  TopicWatch& operator=(const TopicWatch&) = delete;

 private:
  void watch();

  const std::set<std::string> topics_;
  const Ways ways_;
  const Tell tell_;
  StopSource end_;
  std::thread thread_;
};

}  // namespace cnx::host::runtime
