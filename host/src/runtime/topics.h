// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "cnx/result.hpp"
#include "kafka/admin.h"
#include "runtime/job.h"

namespace cnx::host::runtime {

/// A topic of a job, and whether the host makes it.
struct JobTopic {
  kafka::TopicSpec spec;
  std::string purpose;  ///< "written by walmart-orders", for people
  bool ours = false;    ///< false: a sink reads it, and nobody in the job writes it; never made by us
};

/// Which cluster it is, and the ids of topics ("": not known), which change when they are made anew; nullopt: there is
/// no such topic.
struct ClusterFacts {
  std::string cluster_id;
  std::map<std::string, std::optional<std::string>> topics;
  std::int64_t learnt_ns = 0;  ///< Clock::monotonic_ns
};

/// The topics of a job, each once: positions of sources, what sources write, dead letters, and what sinks read.
[[nodiscard]] std::vector<JobTopic> topics_of(const Job& job);

/// Makes the topics of a job that are ours and missing. `on_topic(name, made)` is told of each.
[[nodiscard]] Status ensure_topics(const Job& job, kafka::Admin& admin,
                                   const std::function<void(const std::string&, bool)>& on_topic);

}  // namespace cnx::host::runtime
