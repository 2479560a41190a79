// SPDX-License-Identifier: Apache-2.0
//
// What plugins tell the host, as interfaces: implemented where metrics and status live, called by HostContext.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "cnx/abi/host.h"

namespace cnx::host::plugin {

/// The instance that speaks.
struct Speaker {
  std::string connector;
  int task = 0;
};

/// One counter or gauge. Calls may come from any thread; must not throw.
class MetricCell {
 public:
  virtual ~MetricCell() = default;
  virtual void add(double amount) noexcept = 0;  ///< counters, amount >= 0
  virtual void set(double value) noexcept = 0;   ///< gauges
};

/// Makes metrics for plugins. Called on the owner thread of the speaking instance, so from several threads at once.
class MetricsPort {
 public:
  virtual ~MetricsPort() = default;
  /// The cell of that name for the speaker, made when it is new; lives as long as the port.
  virtual MetricCell& counter(const Speaker& speaker, std::string_view name, std::string_view help) = 0;
  virtual MetricCell& gauge(const Speaker& speaker, std::string_view name, std::string_view help) = 0;
};

/// How far a source is with one unit of its work (a window, a file).
struct UnitProgress {
  std::string name;
  cnx_unit_state state = CNX_UNIT_PLANNED;
  std::int64_t expected = -1;  ///< items announced; -1 = not known
  std::int64_t fetched = 0;
  std::int64_t pages = 0;
  std::int64_t tries = 0;
  std::int64_t repeats = 0;
};

/// Gets the progress of plugins. Called on the owner thread of the speaking instance, so from several threads at once.
class ProgressPort {
 public:
  virtual ~ProgressPort() = default;
  /// Adds or replaces the unit of that name.
  virtual void unit(const Speaker& speaker, UnitProgress unit) = 0;
  /// What the instance waits for; empty: it works.
  virtual void health(const Speaker& speaker, std::string_view state) = 0;
};

}  // namespace cnx::host::plugin
