// SPDX-License-Identifier: Apache-2.0
#include "kafka/subscription.h"

#include <cstdlib>
#include <memory>

#include "kafka/library.h"

namespace cnx::host::kafka {
namespace {

using Clock = std::chrono::steady_clock;

constexpr int kAskMs = 100;
constexpr auto kReadyFor = std::chrono::milliseconds(500);
// From a member's first answer to its partitions: two round trips on a good day.
constexpr auto kAssignedWithin = std::chrono::milliseconds(250);

}  // namespace

void Subscription::learn_topics(const StopToken& leaving) const {
  const Clock::time_point deadline = Clock::now() + kReadyFor;
  for (const std::string& name : topics_) {
    if (leaving.requested() || Clock::now() >= deadline) return;
    const TopicPtr topic(rd_kafka_topic_new(client_.get(), name.c_str(), nullptr));
    const rd_kafka_metadata_t* metadata = nullptr;
    if (topic && !rd_kafka_metadata(client_.get(), 0, topic.get(), &metadata, kAskMs))
      rd_kafka_metadata_destroy(metadata);
  }
}

void Subscription::meet_coordinator(const StopToken& leaving) {
  if (topics_.empty()) return;
  const Clock::time_point deadline = Clock::now() + kReadyFor;
  const ListPtr any = make_list();
  add(*any, {topics_.front(), 0}, RD_KAFKA_OFFSET_INVALID);
  // Of the questions to a coordinator the only one that asks nothing of the group.
  while (!has_coordinator_ && !leaving.requested() && Clock::now() < deadline) {
    has_coordinator_ = rd_kafka_committed(client_.get(), any.get(), kAskMs) != RD_KAFKA_RESP_ERR__TIMED_OUT;
  }
}

Status Subscription::subscribe() const {
  const ListPtr list = make_list(topics_.size());
  for (const std::string& topic : topics_) {
    rd_kafka_topic_partition_list_add(list.get(), topic.c_str(), RD_KAFKA_PARTITION_UA);
  }
  if (const auto code = rd_kafka_subscribe(client_.get(), list.get())) return client_.error(code, "subscribing");
  return {};
}

bool Subscription::is_overdue() {
  if (told_) return false;
  if (!answered_at_) {
    const std::unique_ptr<char, decltype(&free)> member(rd_kafka_memberid(client_.get()), &free);
    if (member && *member != '\0') answered_at_ = Clock::now();
    return false;
  }
  return told_ = Clock::now() - *answered_at_ >= kAssignedWithin;
}

}  // namespace cnx::host::kafka
