// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "base/clock.h"
#include "base/stop.h"
#include "cnx/abi/ext/fault_points.h"
#include "cnx/abi/host.h"
#include "plugin/ports.h"

namespace cnx::host::plugin {

/// Who an instance is, and what the host lends it. All that is pointed to outlives the instance.
struct HostServices {
  std::string connector;
  int task = 0;
  int task_count = 1;
  const Clock* clock = nullptr;      ///< required
  StopToken stop;                    ///< ends waits
  MetricsPort* metrics = nullptr;    ///< nullptr: the plugin finds no cnx.metrics/1
  ProgressPort* progress = nullptr;  ///< nullptr: the plugin finds no cnx.progress/1
};

/// The services of one component instance, as the C tables that the plugin gets. Outlives the instance; not movable,
/// since the tables point into it. What the plugin logs goes to base/log.h under the name "<connector>|task-<n>".
class HostContext {
 public:
  explicit HostContext(HostServices services);
  HostContext(const HostContext&) = delete;
  HostContext& operator=(const HostContext&) = delete;

  [[nodiscard]] const cnx_host* table() const { return &host_; }
  [[nodiscard]] const Speaker& speaker() const { return speaker_; }

 private:
  static const void* service(const cnx_host* self, const char* id);
  void make_log();
  void make_clock();
  void make_wait();
  void make_metrics();
  void make_progress();
  void make_fault_points();

  const HostServices services_;
  const Speaker speaker_;
  const std::string logger_;
  cnx_host host_{};
  cnx_log log_{};
  cnx_clock clock_{};
  cnx_wait wait_{};
  cnx_metrics metrics_{};
  cnx_progress progress_{};
  cnx_fault_points fault_points_{};
};

}  // namespace cnx::host::plugin
