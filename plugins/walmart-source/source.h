// SPDX-License-Identifier: Apache-2.0
//
// The source walmart-source: orders of Walmart Marketplace accounts, bounded or for ever.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "api_client.h"
#include "cnx/component.hpp"
#include "health.h"
#include "metrics.h"
#include "outbox.h"
#include "proven.h"
#include "range.h"
#include "settings.h"
#include "transport.h"
#include "walker.h"

namespace walmart {

/// See cnx/abi/source.h for lifecycle and thread roles. A walk per account and ship node type, side by side; walks are
/// shared out among the tasks of the connector by their number.
class WalmartSource final : public cnx::Source {
 public:
  static constexpr std::string_view kName = "walmart-source";
  static constexpr std::string_view kDoc = "Orders of Walmart Marketplace (US), by creation or by last change.";
  static constexpr const auto& kKeys = walmart::kKeys;
  /// What left the outbox is never asked for again: a batch that was not committed is the next instance's.
  static constexpr bool kPollsAhead = true;

  static cnx::Result<std::unique_ptr<WalmartSource>> create(cnx::Host host, const cnx::Config& config);
  static void validate(const cnx::Config& config, cnx::Findings& findings) { validate_settings(config, findings); }
  static cnx::Status preflight(cnx::Host host, const cnx::Config& config, std::span<const cnx::BatchView> shapes,
                               cnx::Findings& findings);

  /// `transport`: how the API is reached; tests give one of their own. `proven` outlives the source.
  WalmartSource(cnx::Host host, Settings settings, std::unique_ptr<Transport> transport, ProvenAccounts& proven);

  cnx::Result<cnx::SourcePlan> start(const cnx::SourceStart& from) override;
  cnx::Result<bool> poll(std::int64_t deadline_ns, cnx::RecordBatch& out) override;
  void cancel() noexcept override;

 private:
  [[nodiscard]] cnx::Status add_walks(const cnx::SourceStart& from);
  /// For the account of the last client. `first`: where a walk without a position begins.
  [[nodiscard]] cnx::Status add_walk(WalkName name, const cnx::SourceStart& from, EpochSeconds first);
  [[nodiscard]] cnx::Status gather(std::int64_t deadline_ns);
  [[nodiscard]] cnx::Status step();
  void begin_round();
  void end_round();
  [[nodiscard]] bool wait(std::int64_t until_ns, std::int64_t now_ns);
  [[nodiscard]] std::int64_t wake_ns() const;
  [[nodiscard]] EpochSeconds now() const { return host_.now_us() / 1'000'000; }

  cnx::Host host_;
  Settings settings_;
  Metrics metrics_;
  Health health_;
  std::unique_ptr<Transport> transport_;
  ProvenAccounts& proven_;
  std::atomic<bool> cancelled_ = false;

  // Made by start().
  std::optional<Range> range_;  ///< bounded only
  std::vector<std::unique_ptr<ApiClient>> clients_;
  Outbox outbox_;
  Flight flight_;
  std::vector<std::unique_ptr<Walker>> walkers_;

  bool walking_ = false;       ///< a round has begun
  bool ended_ = false;         ///< bounded: all is walked
  std::int64_t round_ns_ = 0;  ///< without bounds: when this round began
  std::int64_t next_round_ns_ = 0;
  std::optional<cnx::Error> failed_;  ///< met when there still was something to hand over
};

}  // namespace walmart
