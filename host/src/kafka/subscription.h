// SPDX-License-Identifier: Apache-2.0
//
// Internal: how a member gets into its group without waiting for what need not be waited for.
#pragma once

#include <chrono>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/stop.h"
#include "cnx/result.hpp"
#include "kafka/client_handle.h"

namespace cnx::host::kafka {

/// A member's subscription to its topics. One thread.
class Subscription {
 public:
  Subscription(const ClientHandle& client, std::span<const std::string> topics)
      : client_(client), topics_(topics.begin(), topics.end()) {}

  /// Connects to the group's coordinator and gets to know the topics, so that subscribing is one message: members that
  /// subscribe at one moment would else join tens of milliseconds apart. Each waits half a second at most, or until
  /// `leaving` plus a tenth; what does not come about here, subscribing does by itself.
  void meet_coordinator(const StopToken& leaving);
  void learn_topics(const StopToken& leaving) const;

  [[nodiscard]] Status subscribe() const;

  /// True, once, when the group has answered a while ago and has given no partitions: to be called every now and then
  /// between subscribe() and the first assignment. The member was overtaken by another's join, and librdkafka (2.8,
  /// rkcg_join_intvl) pauses for 1 to 2 s; subscribing anew ends the pause.
  [[nodiscard]] bool is_overdue();

 private:
  const ClientHandle& client_;
  const std::vector<std::string> topics_;
  bool has_coordinator_ = false;
  std::optional<std::chrono::steady_clock::time_point> answered_at_;
  bool told_ = false;
};

}  // namespace cnx::host::kafka
