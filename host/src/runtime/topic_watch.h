// SPDX-License-Identifier: Apache-2.0
//
// Topics that are deleted or made anew while sinks read them. librdkafka reads on in the new log at the old offset as
// if nothing had happened, so somebody has to look.
#pragma once

#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <thread>

#include "base/stop.h"
#include "kafka/client_config.h"

namespace cnx::host::runtime {

/// The ids of a task's topics, by which it knows them again. Thread-safe.
class TopicIds {
 public:
  /// What a run begins with. Returns the topics that have had another id since the process started.
  std::set<std::string> begin(const std::map<std::string, std::string>& ids);

  /// `id`: of now; nullopt: there is no such topic. Why the run must not go on, or nullopt. A topic that is missing is
  /// believed the second time: a broker that has just started may not know it yet.
  [[nodiscard]] std::optional<std::string> judge(const std::string& topic, const std::optional<std::string>& id);

 private:
  std::mutex mutex_;
  std::map<std::string, std::string> ids_;  // guarded by mutex_; "" = not known
  std::set<std::string> made_anew_;         // guarded by mutex_
  std::map<std::string, int> missing_;      // guarded by mutex_: looks in a row
};

/// Looks at topics every few seconds, in a thread of its own. Destroying ends it.
class TopicWatch {
 public:
  using Tell = std::function<void(const std::string& topic, const std::optional<std::string>& id)>;

  /// `tell` is called on the watch's thread for each topic that could be looked at.
  TopicWatch(kafka::ClientConfig client, std::set<std::string> topics, Tell tell, const StopToken& stop);
  ~TopicWatch();
  TopicWatch(const TopicWatch&) = delete;
  TopicWatch& operator=(const TopicWatch&) = delete;

 private:
  void watch();

  const kafka::ClientConfig client_;
  const std::set<std::string> topics_;
  const Tell tell_;
  StopSource end_;
  std::thread thread_;
};

}  // namespace cnx::host::runtime
